import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uniform } from '../../simulators/random.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { RollupParts } from '../../src/pipeline/rollups.ts';
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
    /** New workers, each allowed one save more than the one before, until one comes to the end. */
    const stumble = async () => {
      for (let run = 0; ; run++) {
        const store = watchedStore(rig.store, (saves) => {
          if (saves > run) throw new Error('the disk is full');
        });
        const end = rig.worker({ lease: 0 }, { store }).run();
        if (
          await end.then(
            () => true,
            () => false,
          )
        )
          return run;
      }
    };
    for (const assetId of ASSETS)
      for (let hour = 30; hour > 0; hour--) await rig.receive(assetId, RIG_START - hour * HOUR, hour);
    await rig.clock.advance(10 * MINUTE);
    expect(await stumble()).toBeGreaterThan(3);
    for (const assetId of ASSETS) await rig.receive(assetId, RIG_START - 29 * HOUR + 1, 99);
    await rig.clock.advance(10 * MINUTE);
    expect(await stumble()).toBeGreaterThan(3);
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
    let made = 0;
    const store = watchedStore(rig.store, (saves) => {
      made = saves;
      if (saves === 3) void worker.stop();
    });
    const worker = rig.worker({}, { store });
    await worker.run();
    expect(made).toBe(3);
    await rig.clock.advance(10 * MINUTE);
    await rig.worker().run();
    await expectTrueAggregates(rig.store, ASSETS, reach(rig.clock.now()));
  });
});

/** Calls `before` each save with the number of saves. */
function watchedStore(store: TimeSeriesStore, before: (saves: number) => void): RollupParts['store'] {
  let saves = 0;
  return {
    retention: store.retention,
    aggregate: (...asked) => store.aggregate(...asked),
    async saveAggregates(width, buckets) {
      before(++saves);
      await store.saveAggregates(width, buckets);
    },
  };
}
