import { rmSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import type { AssetEvent } from '../../src/domain/asset.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import { FleetLessons, type FleetLessonsOptions, type FleetLessonsParts } from '../../src/pipeline/fleetLessons.ts';
import { Tracked } from '../../src/pipeline/tracked.ts';
import type { Database } from '../../src/ports/database.ts';
import { compileModel } from '../../src/rules/model.ts';
import type { CompiledRule, FleetLearning } from '../../src/rules/rule.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { parsedRig, RIG } from '../support/parsedRig.ts';
import { recordLog } from '../support/recordLog.ts';
import { makeTempFolder } from '../support/temp.ts';

const START = Date.UTC(2026, 2, 10, 6, 2);
const IDS = ['r1', 'r2', 'r3', 'r4', 'r5'];

interface Pupil {
  own: number | null;
  learned: number | null;
}

/** Teaches every asset of a site the sum over the site of what they have. */
const SUMS: FleetLearning<Pupil> = {
  lesson: ({ own }) => own ?? undefined,
  teach(lessons) {
    const sums = new Map<string, number>();
    for (const { siteId, lesson } of lessons) sums.set(siteId, (sums.get(siteId) ?? 0) + (lesson as number));
    return new Map(lessons.map(({ assetId, siteId }) => [assetId, sums.get(siteId)]));
  },
  differs: ({ learned }, reference) => learned !== reference,
};

const PARSED = compileModel(parsedRig());
const RULE: CompiledRule = {
  definition: PARSED.rules[0]!.definition,
  inputs: [],
  init: (): Pupil => ({ own: null, learned: null }),
  fleet: SUMS as FleetLearning,
};
const MODEL = { ...PARSED, rules: [RULE, ...PARSED.rules.slice(1)] };

describe('what the fleet teaches', () => {
  const folder = makeTempFolder();
  let server: EmbeddedPostgres;
  let database: Database;
  let clock: FakeClock;
  let assets: Tracked[];
  const { log, lines } = recordLog();

  beforeAll(async () => {
    server = await startEmbeddedPostgres({ directory: folder, log: createLog('silent') });
  });
  beforeEach(async () => {
    database = await openDatabase({ connection: server.connection, maxConnections: 2, migrate: true, log });
    clock = new FakeClock(START);
    assets = IDS.map((id, at) => new Tracked({ ...RIG, id, siteId: at < 3 ? 'plant' : 'lab' }, MODEL, 0));
    assets.forEach((asset, at) => {
      asset.state.time = asset.state.receivedAt = START;
      pupil(asset).own = at + 1;
    });
  });
  afterEach(async () => {
    lines.splice(0);
    await database.close();
    const client = new pg.Client(server.connection);
    await client.connect();
    await client.query('TRUNCATE fettle.daily_work, fettle.asset_events, fettle.refold_notes');
    await client.end();
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const pupil = ({ state }: Tracked) => state.rules[0] as Pupil;

  /** Takes an event as the fold hands it to the rule. */
  function learn(asset: Tracked, event: AssetEvent): void {
    if (event.type === 'fleet-learned') pupil(asset).learned = event.reference as number;
  }

  function node(parts: Partial<FleetLessonsParts> = {}, options: FleetLessonsOptions = {}): FleetLessons {
    return new FleetLessons(
      {
        database,
        fleet: { models: [MODEL], all: () => assets.values() },
        assessment: { statesOf: async (asked) => asked.map(({ state }) => state), event: learn },
        recovery: { done: true },
        faults: { add: (assetId, _, error) => faults.push(`${assetId}: ${error}`) },
        clock,
        log,
        ...parts,
      },
      { assetsAtATime: 2, ...options },
    );
  }

  const faults: string[] = [];
  const learned = () => assets.map((asset) => pupil(asset).learned);
  const events = async () => (await database.events.all()).map(({ assetId, at }) => [assetId, (at - START) / DAY]);
  const notes = async () => (await database.states.notes()).map(({ assetId }) => assetId);

  it('reaches each asset as an event that is noted, recorded and folded', async () => {
    await node().run();
    expect(learned()).toEqual([6, 6, 6, 9, 9]);
    expect(await database.events.of('r4')).toEqual([
      {
        id: expect.any(String),
        assetId: 'r4',
        type: 'fleet-learned',
        at: START,
        recordedAt: START,
        by: 'fettle',
        ruleId: RULE.definition.id,
        reference: 9,
      },
    ]);
    expect((await notes()).sort()).toEqual(IDS);
    expect(lines.map(({ msg, assets: count }) => [msg, count])).toContainEqual(['the fleet taught a rule', 5]);
  });

  it('is told once a day, and only where it is new', async () => {
    const worker = node();
    await worker.run();
    pupil(assets[4]!).own = 100;
    await clock.advance(HOUR);
    await worker.run();
    expect(await events()).toHaveLength(5);
    await clock.advance(DAY);
    await worker.run();
    expect(learned()).toEqual([6, 6, 6, 104, 104]);
    const late = (DAY + HOUR) / DAY;
    expect((await events()).slice(5)).toEqual([
      ['r4', late],
      ['r5', late],
    ]);
    await clock.advance(DAY);
    await node().run();
    expect(await events()).toHaveLength(7);
  });

  it('is told by one of several nodes, and again by the next after a day', async () => {
    const nodes = [node(), node(), node()];
    for (let day = 1; day <= 2; day++) {
      await Promise.all(nodes.map((one) => one.run()));
      expect(await events()).toHaveLength(day * 5);
      for (const asset of assets) pupil(asset).own!++;
      await clock.advance(DAY);
    }
  });

  it.each([
    ['collects', 1],
    ['tells', 2],
  ])('is left to the node that took the claim over while another %s', async (_, pass) => {
    const quick = node();
    let passes = 0;
    const slow = node(
      {
        assessment: {
          async statesOf(asked) {
            const states = asked.map(({ state }) => structuredClone(state));
            if (asked.includes(assets[2]!) && ++passes === pass) await quick.run();
            return states;
          },
          event: learn,
        },
      },
      { lease: -MINUTE },
    );
    await slow.run();
    expect(passes).toBe(pass);
    expect(await events()).toHaveLength(5);
    expect(lines.map(({ msg }) => msg)).toContain('what the fleet teaches is left to another node');
  });

  it('is tried again when it failed, from the beginning', async () => {
    let fail = true;
    const failing: Pick<Database, 'dailyWork' | 'transaction'> = {
      dailyWork: database.dailyWork,
      transaction: (work) =>
        database.transaction(async (tx) => {
          const done = await work(tx);
          if (fail) throw new Error('lost the connection');
          return done;
        }),
    };
    const worker = node({ database: failing });
    await expect(worker.run()).rejects.toThrow('lost the connection');
    expect(await events()).toEqual([]);
    expect(learned()).toEqual(IDS.map(() => null));
    fail = false;
    await worker.run();
    expect(learned()).toEqual([6, 6, 6, 9, 9]);
  });

  it('waits for assets that send what they had kept, and for recovery', async () => {
    await node({ recovery: { done: false } }).run();
    expect(await events()).toEqual([]);
    const [first, second] = assets;
    first!.state.time = START - 3 * DAY;
    second!.state.time = second!.state.receivedAt = Number.NEGATIVE_INFINITY;
    await node().run();
    expect(learned()).toEqual([null, null, 6, 9, 9]);
  });

  it('leaves out what a rule fails on', async () => {
    const lesson = (state: unknown) => {
      if ((state as Pupil).own === 2) throw new Error('no lesson');
      return (state as Pupil).own;
    };
    const rules = [{ ...RULE, fleet: { ...RULE.fleet!, lesson } }, ...MODEL.rules.slice(1)];
    const model = { ...MODEL, rules };
    assets = assets.map(({ asset, state }) => Object.assign(new Tracked(asset, model, 0), { state }));
    await node({ fleet: { models: [model], all: () => assets.values() } }).run();
    expect(faults).toEqual(['r2: Error: no lesson']);
    expect(learned()).toEqual([4, null, 4, 9, 9]);
  });

  it('ends when told to, and the next start does it all', async () => {
    const worker = node({
      assessment: {
        async statesOf(asked) {
          if (asked.includes(assets[2]!)) void worker.stop();
          return asked.map(({ state }) => state);
        },
        event: learn,
      },
    });
    await worker.run();
    expect(await events()).toEqual([]);
    await node().run();
    expect(await events()).toHaveLength(5);
  });
});
