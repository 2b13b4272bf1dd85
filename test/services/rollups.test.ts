import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { RollupParts } from '../../src/pipeline/rollups.ts';
import type { Database } from '../../src/ports/database.ts';
import type { AssetBucket, TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  expectTrueAggregates,
  forgetRollups,
  makeRollupRig,
  RIG_START,
  type RollupRig,
  reach,
} from '../support/rollupRig.ts';

const ASSETS = ['r1', 'r2', 'r3'];
const log = createLog('silent');
const programs = postgresPrograms();

/** Two nodes that share a database and a store. */
describe.skipIf(!programs)('two workers at once', () => {
  let server: TestPostgres;
  let here: Database;
  let there: Database;
  let rig: RollupRig;

  const open = () => openDatabase({ connection: server.connection, maxConnections: 2, migrate: true, log });

  beforeAll(async () => {
    server = await startPostgres(programs!);
  });
  beforeEach(async () => {
    here = await open();
    there = await open();
    rig = await makeRollupRig(here, ASSETS);
  });
  afterEach(async () => {
    await rig.close();
    await here.close();
    await there.close();
    await forgetRollups(server.connection);
  });
  afterAll(() => server?.stop());

  it('take turns, and together leave nothing out', async () => {
    let working = 0;
    let most = 0;
    const watched: RollupParts['store'] = {
      retention: rig.store.retention,
      saveAggregates: (width, buckets) => rig.store.saveAggregates(width, buckets),
      async *aggregate(...asked) {
        most = Math.max(most, ++working);
        try {
          yield* rig.store.aggregate(...asked);
        } finally {
          working--;
        }
      },
    };
    const workers = [rig.worker({}, { store: watched }), rig.worker({}, { store: watched, database: there })];
    for (let step = 0; step < 12; step++) {
      for (const assetId of ASSETS) {
        await rig.receive(assetId, rig.clock.now(), step);
        await rig.receive(assetId, rig.clock.now() - (step % 4) * DAY - HOUR, step);
      }
      await rig.clock.advance(11 * MINUTE);
      await Promise.all(workers.map((worker) => worker.run()));
    }
    expect(most).toBe(1);
    await rig.clock.advance(10 * MINUTE);
    await workers[1]!.run();
    expect((await here.rollups.progress()).daysDue).toBe(0);
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });

  it.each([
    'still works',
    'has finished',
  ])('make good what one wrote when the other has taken over and %s', async (then) => {
    await rig.receive('r1', RIG_START - HOUR, 1);
    await rig.clock.advance(15 * MINUTE);
    const stall = stallingStore(rig.store);
    const slow = rig.worker({ lease: 0 }, { store: stall.store });
    const running = slow.run();
    await stall.stalled;
    // What the slow one has read is old by the time it writes.
    await rig.receive('r1', RIG_START - HOUR + 1, 2);
    await rig.clock.advance(15 * MINUTE);
    const fast = rig.worker({}, { database: there });
    await fast.run();
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
    if (then === 'still works') expect(await here.rollups.claim('a node that goes on', HOUR)).toBeDefined();
    stall.goOn();
    await running;
    expect((await here.rollups.progress()).daysDue).toBeGreaterThan(0);
    await here.rollups.release('a node that goes on');
    await rig.clock.advance(10 * MINUTE);
    await fast.run();
    expect((await here.rollups.progress()).daysDue).toBe(0);
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });
});

/** Stops between reading and writing the first aggregates that there are. */
function stallingStore(store: TimeSeriesStore) {
  const events = new EventEmitter();
  const stalled = once(events, 'stalled');
  const released = once(events, 'goOn');
  return {
    stalled,
    goOn: () => events.emit('goOn'),
    store: {
      retention: store.retention,
      aggregate: store.aggregate.bind(store),
      async saveAggregates(width: 300_000 | 3_600_000, buckets: readonly AssetBucket[]) {
        events.emit('stalled');
        await released;
        await store.saveAggregates(width, buckets);
      },
    },
  };
}
