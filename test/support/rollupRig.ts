import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { openJournal } from '../../src/adapters/journal/index.ts';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import type { Asset } from '../../src/domain/asset.ts';
import { DAY, MINUTE, type Timestamp } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import { RollupMarks } from '../../src/pipeline/rollupMarks.ts';
import { type RollupOptions, type RollupParts, Rollups } from '../../src/pipeline/rollups.ts';
import type { Database } from '../../src/ports/database.ts';
import { AGGREGATE_WIDTHS, type TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { FakeClock } from './fakeClock.ts';
import { makeSample, makeSeries } from './series.ts';
import { tempFolder } from './temp.ts';

export const RIG_START = Date.UTC(2026, 2, 10, 6, 2);
const RIG_RETENTION = 20 * DAY;
export const METRICS = ['temperature', 'pressure'];

const log = createLog('silent');
const EVER = { from: 0, to: Date.UTC(2100, 0) };

/** A real store and database, and a clock that the test moves. `close` the store and journal when done. */
export async function makeRollupRig(database: Database, assetIds: readonly string[]) {
  const folder = tempFolder();
  const clock = new FakeClock(RIG_START);
  const store = await openDuckDbStore({ directory: join(folder, 'store'), retention: RIG_RETENTION, log });
  const journal = await openJournal({ directory: join(folder, 'journal'), maxBytes: 1_000_000, log });
  const marks = new RollupMarks({ rollups: database.rollups, journal, clock, log });
  const writer = marks.guard(store);
  await database.assets.save(assetIds.map(assetOf));
  return {
    clock,
    store,
    writer,
    marks,
    journal,
    worker: (options: RollupOptions = {}, parts: Partial<RollupParts> = {}) =>
      new Rollups({ store, database, clock, log, ...parts }, { assetsAtATime: 2, ...options }),
    /** Stores a sample, or one of each metric, as it is received now. */
    receive: (assetId: string, time: Timestamp, value: number, metricIds = METRICS) =>
      writer.append(
        metricIds.map((metricId, index) =>
          makeSample(makeSeries(assetId, metricId), time, value + index, { receivedAt: clock.now() }),
        ),
      ),
    async close() {
      await store.close();
      await marks.close();
    },
  };
}

export type RollupRig = Awaited<ReturnType<typeof makeRollupRig>>;

/** Checks that the aggregates of these assets say what the raw samples before `rolledTo` say, and nothing else. */
export async function expectTrueAggregates(store: TimeSeriesStore, assetIds: readonly string[], rolledTo: Timestamp) {
  for (const width of AGGREGATE_WIDTHS) {
    const to = Math.floor(rolledTo / width) * width;
    for (const assetId of assetIds) {
      const query = { assetId, metricIds: METRICS, ...EVER };
      expect(await store.aggregates(query, width)).toEqual(await store.buckets({ ...query, to }, width));
    }
  }
}

/** Empties what a database holds of aggregates, for the next test. */
export async function forgetRollups(connection: pg.PoolConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('TRUNCATE fettle.rollup_due, fettle.rollup_progress');
  await client.end();
}

function assetOf(id: string): Asset {
  return {
    id,
    modelId: 'rig',
    siteId: 'plant',
    tier: 'standard',
    criticality: 'medium',
    registeredBy: 'file',
    components: {},
  };
}

/** Where aggregates reach once a worker has run at `now`. */
export function reach(now: Timestamp): Timestamp {
  return Math.floor((now - 2 * MINUTE) / (5 * MINUTE)) * 5 * MINUTE;
}
