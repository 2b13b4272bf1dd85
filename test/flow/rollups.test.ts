import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uniform } from '../../simulators/random.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { Database } from '../../src/ports/database.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import {
  expectTrueAggregates,
  forgetRollups,
  METRICS,
  makeRollupRig,
  RIG_START,
  type RollupRig,
  reach,
} from '../support/rollupRig.ts';
import { makeTempFolder } from '../support/temp.ts';

const ASSETS = ['r1', 'r2', 'r3', 'r4', 'r5'];
const log = createLog('silent');

describe('aggregates of telemetry', () => {
  const folder = makeTempFolder();
  let server: EmbeddedPostgres;
  let database: Database;
  let rig: RollupRig;

  beforeAll(async () => {
    server = await startEmbeddedPostgres({ directory: folder, log });
  });
  beforeEach(async () => {
    database = await openDatabase({ connection: server.connection, maxConnections: 2, migrate: true, log });
    rig = await makeRollupRig(database, ASSETS);
  });
  afterEach(async () => {
    await rig.close();
    await database.close();
    await forgetRollups(server.connection);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const dueDays = async () => (await database.rollups.progress()).daysDue;

  it('say what the samples say, whatever comes in order, late or from days ago', async () => {
    let draws = 0;
    let everDue = false;
    const random = () => uniform(7, draws++);
    const worker = rig.worker();
    for (let step = 0; step < 50; step++) {
      for (const assetId of ASSETS) {
        await rig.receive(assetId, rig.clock.now() - random() * 20 * SECOND, random());
        if (random() < 0.1) await rig.receive(assetId, rig.clock.now() - random() * 3 * HOUR, random());
        if (random() < 0.05) await rig.receive(assetId, rig.clock.now() - random() * 6 * DAY, random());
      }
      await rig.clock.advance((1 + random() * 12) * MINUTE);
      if (random() < 0.8) await worker.run();
      everDue ||= (await dueDays()) > 0;
    }
    expect(everDue).toBe(true);
    await rig.clock.advance(10 * MINUTE);
    await worker.run();
    expect(await dueDays()).toBe(0);
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
    const { rolledTo } = await database.rollups.progress();
    expect(rolledTo).toBe(reach(rig.clock.now()));
  });

  it('begin with everything that a store holds from before there were any', async () => {
    for (const days of [19, 3, 1]) await rig.receive('r1', RIG_START - days * DAY, days);
    await database.rollups.done(await database.rollups.due(RIG_START, 100));
    expect(await dueDays()).toBe(0);
    await rig.worker().run();
    await expectTrueAggregates(rig.store, ASSETS, reach(RIG_START));
    expect(
      await rig.store.aggregates({ assetId: 'r1', metricIds: METRICS, from: 0, to: RIG_START }, 300_000),
    ).toHaveLength(6);
  });

  it('wait for a day to be quiet, and take it up again when more came meanwhile', async () => {
    const worker = rig.worker();
    await worker.run();
    await rig.receive('r1', RIG_START - DAY, 1);
    await rig.clock.advance(9 * MINUTE);
    await worker.run();
    expect(await dueDays()).toBe(1);
    await rig.receive('r1', RIG_START - DAY + 1, 2);
    await rig.clock.advance(5 * MINUTE);
    await worker.run();
    expect(await dueDays()).toBe(1);
    await rig.clock.advance(5 * MINUTE);
    await worker.run();
    expect(await dueDays()).toBe(0);
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });

  it('are whole after any step failed and another process went on', async () => {
    const saves = { left: 0 };
    const store = failingStore(rig.store, saves);
    for (const assetId of ASSETS)
      for (let hour = 30; hour > 0; hour--) await rig.receive(assetId, RIG_START - hour * HOUR, hour);
    await rig.clock.advance(10 * MINUTE);
    let failures = 0;
    for (let run = 0; ; run++) {
      saves.left = run;
      const done = await rig
        .worker({ lease: 0 }, { store })
        .run()
        .then(
          () => true,
          () => false,
        );
      if (done) break;
      failures++;
    }
    expect(failures).toBeGreaterThan(3);
    expect(await dueDays()).toBe(0);
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });

  it('hold what came while a clock was ahead', async () => {
    const worker = rig.worker();
    await rig.receive('r1', RIG_START, 1);
    await rig.clock.advance(3 * HOUR);
    await worker.run();
    await rig.clock.advance(-3 * HOUR);
    await worker.run();
    await rig.receive('r1', RIG_START + MINUTE, 2);
    await rig.clock.advance(HOUR);
    await worker.run();
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });

  it('end a run when told to, and go on with the next', async () => {
    for (let day = 10; day > 0; day--) await rig.receive('r1', RIG_START - day * DAY, day);
    const saves = { left: Number.POSITIVE_INFINITY, made: 0 };
    const worker = rig.worker({}, { store: failingStore(rig.store, saves) });
    const running = worker.run();
    await expect.poll(() => saves.made).toBeGreaterThan(2);
    await worker.stop();
    await running;
    const made = saves.made;
    expect(made).toBeLessThan(20);
    await rig.clock.advance(10 * MINUTE);
    await rig.worker().run();
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });
});

/** Saves no more than `left` times. */
function failingStore(store: TimeSeriesStore, saves: { left: number; made?: number }): TimeSeriesStore {
  return {
    ...store,
    async saveAggregates(width, buckets) {
      if (saves.left-- <= 0) throw new Error('the disk is full');
      await store.saveAggregates(width, buckets);
      saves.made = (saves.made ?? 0) + 1;
    },
  };
}
