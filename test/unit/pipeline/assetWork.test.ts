import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { openDatabase } from '../../../src/adapters/database/postgres/index.ts';
import type { Asset, AssetEvent } from '../../../src/domain/asset.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import type { Actor } from '../../../src/domain/request.ts';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { DAY } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { Ledger } from '../../../src/metrics.ts';
import { Assess } from '../../../src/pipeline/assess.ts';
import { AssetWork } from '../../../src/pipeline/assetWork.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { InlineAssessment, type InlineParts } from '../../../src/pipeline/inline.ts';
import type { RecoveryProgress } from '../../../src/pipeline/recoveryProgress.ts';
import { Refolds } from '../../../src/pipeline/refolds.ts';
import { Registration } from '../../../src/pipeline/registration.ts';
import { registryNotes } from '../../../src/pipeline/registryNotes.ts';
import type { Database } from '../../../src/ports/database.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { PUMP } from '../../support/telemetry.ts';
import { makeTempFolder } from '../../support/temp.ts';

const NO_OUTCOMES = { score: async () => undefined };
const log = createLog('silent');
const folder = makeTempFolder();
const clock = new FakeClock();
const ann: Actor = { name: 'ann', role: 'engineer' };
const name = { en: 'Seal', zh: '密封' };
const models: AssetModel[] = [
  { ...PUMP, components: [{ id: 'seal', name, failureModes: [] }] },
  { ...PUMP, id: 'fan' },
];
const SERVICED = { id: 'service', title: name, componentId: 'asset', checklist: [], parts: [] };

let server: EmbeddedPostgres;
let database: Database;
let round = 0;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(folder, 'database'), log });
  database = await openDatabase({ connection: server.connection, maxConnections: 2, log });
});
afterAll(async () => {
  await database?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  round++;
});

/** Ids that no other test uses. */
const id = (text: string) => `${text}-${round}`;

function pump(text: string, change: Partial<Asset> = {}): Asset {
  const components = { seal: { installedAt: clock.now() - DAY, installedReading: 0 } };
  const rest = { siteId: 'hall', tier: 'standard', criticality: 'medium', registeredBy: 'csv' } as const;
  return { id: id(text), modelId: 'pump', components, ...rest, ...change };
}

function setUp(used: Database = database) {
  const fleet = new Fleet(models);
  const refolds = new Refolds();
  const assess = new Assess(fleet, new Ledger(), { findings: () => undefined }, refolds, { add: () => undefined });
  const registration = new Registration(fleet, used, { add: async () => undefined }, clock);
  const store = { buckets: async () => [] };
  const assessment = new InlineAssessment(
    { fleet, assess, refolds, clock } as unknown as InlineParts,
    {} as RecoveryProgress,
  );
  return {
    fleet,
    work: new AssetWork({ database: used, fleet, store, registration, assessment, outcomes: NO_OUTCOMES, clock }),
  };
}

/** The database, in which binding this device fails. */
function failingAt(deviceId: string): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) => {
        const bind: typeof tx.assets.bind = async (binding) => {
          if (binding.deviceId === deviceId) throw new Error('the disk is full');
          await tx.assets.bind(binding);
        };
        return work({ ...tx, assets: { ...tx.assets, bind } });
      }),
  };
}

describe('registering assets with their devices', () => {
  const list = () => ({
    assets: [pump('a'), pump('b')],
    bindings: [
      { deviceId: id('gw-a'), assetId: id('a'), from: 0 },
      { deviceId: id('gw-b'), assetId: id('b'), from: 0 },
    ],
  });
  const kept = async () => ({
    assets: (await database.assets.all()).filter((asset) => asset.id.endsWith(id(''))).length,
    bindings: (await database.assets.bindings()).filter(({ deviceId }) => deviceId.endsWith(id(''))).length,
    events: (await database.events.all()).filter(({ assetId }) => assetId.endsWith(id(''))).length,
  });

  it('keeps all and takes it into use', async () => {
    const { fleet, work } = setUp();
    const { assets, bindings } = list();
    await work.save(assets, ann, bindings);
    expect(await kept()).toEqual({ assets: 2, bindings: 2, events: 2 });
    expect(fleet.byDevice(id('gw-b'), clock.now())?.asset.id).toBe(id('b'));
    expect((await database.events.of(id('a')))[0]).toMatchObject({ type: 'component-installed', by: 'ann' });
  });

  it('leaves nothing half done when it fails midway', async () => {
    const { fleet, work } = setUp(failingAt(id('gw-b')));
    const { assets, bindings } = list();
    await expect(work.save(assets, ann, bindings)).rejects.toThrow('the disk is full');
    expect(await kept()).toEqual({ assets: 0, bindings: 0, events: 0 });
    expect(fleet.get(id('a'))).toBeUndefined();
    expect(fleet.byDevice(id('gw-a'), clock.now())).toBeUndefined();
  });

  it('names the place of each problem and then keeps nothing', async () => {
    const { work } = setUp();
    const bindings = [
      { deviceId: id('gw-a'), assetId: id('a'), from: 5, to: 5 },
      { deviceId: 'gw\\', assetId: 'none', from: 0 },
    ];
    await expect(work.save([pump('a'), pump('b', { modelId: 'lift' })], ann, bindings)).rejects.toMatchObject({
      message: "nothing was registered: no model 'lift'; there are pump, fan (and 3 more)",
      problems: [
        { path: '/assets/1/modelId' },
        { path: '/bindings/0/to', message: `device ${id('gw-a')}: to must be later than from` },
        { path: '/bindings/1/deviceId', message: expect.stringContaining("'gw\\' can't be an id") },
        { path: '/bindings/1/assetId', message: "device gw\\: no asset 'none' is registered" },
      ],
    });
    expect(await kept()).toEqual({ assets: 0, bindings: 0, events: 0 });
  });

  it('of one asset alone names the field', async () => {
    const { work } = setUp();
    await work.save([pump('a')], ann);
    await expect(work.save([pump('a', { modelId: 'fan' })], ann)).rejects.toMatchObject({
      problems: [{ path: '/modelId', message: expect.stringContaining('is a pump and stays one') }],
    });
  });
});

describe('several nodes on one registry', () => {
  function node(used = models) {
    const fleet = new Fleet(used);
    const notes = registryNotes({ database, fleet, journal: { pending: () => ({ records: 0 }) } as Journal, log });
    const registration = new Registration(fleet, database, notes, clock);
    return { fleet, registration };
  }
  const source = { id: 's', autoRegister: { modelId: 'pump', siteId: 'field', max: 1000 } } as SourceDefinition;

  it('tell each other what they save, bind and hear of for the first time', async () => {
    const [a, b] = [node(), node()];
    await a.registration.refresh();
    await b.registration.refresh();
    await a.registration.save([pump('sync')], 'ann', [{ deviceId: id('gw'), assetId: id('sync'), from: 5 }]);
    b.fleet.register(source, id('new'), undefined);
    await b.registration.saveAnnounced();
    expect(b.fleet.get(id('sync'))).toBeUndefined();
    await a.registration.refresh();
    await b.registration.refresh();
    expect(b.fleet.get(id('sync'))?.asset).toEqual(pump('sync'));
    expect(b.fleet.byDevice(id('gw'), 6)?.asset.id).toBe(id('sync'));
    expect(a.fleet.get(id('new'))?.asset).toMatchObject({ siteId: 'field', registeredBy: 'auto' });
    const before = b.fleet.get(id('sync'));
    await a.registration.save([pump('sync', { name: 'Renamed' })], 'ann');
    await b.registration.refresh();
    expect(b.fleet.get(id('sync'))).toBe(before);
    expect(before?.asset.name).toBe('Renamed');
  });

  it('never let an asset that announces itself take the place of one that somebody saved', async () => {
    const [a, b] = [node(), node()];
    b.fleet.register(source, id('known'), undefined);
    await a.registration.save([pump('known', { name: 'By a person', tier: 'strategic' })], 'ann');
    await b.registration.saveAnnounced();
    expect(await database.assets.get(id('known'))).toMatchObject({ name: 'By a person', tier: 'strategic' });
    expect(b.fleet.get(id('known'))?.asset.name).toBe('By a person');
  });

  it('give up the model under which an asset announced itself for the one it was registered with', async () => {
    const [a, b] = [node(), node()];
    b.fleet.register(source, id('other'), undefined);
    const early = b.fleet.get(id('other'))!;
    await a.registration.save([pump('other', { modelId: 'fan', components: {} })], 'ann');
    await b.registration.saveAnnounced();
    expect(b.fleet.get(id('other'))?.model.id).toBe('fan');
    expect(b.fleet.ofSeries(early.series[0]!)).toBe(early);
    await expect(b.registration.save([pump('other')], 'bob')).rejects.toThrow('is a fan and stays one');
  });

  it('record the commissioning that a plan of the whole asset counts from, however often they were stopped before', async () => {
    const serviced = models.map((model) => ({ ...model, servicePlans: [SERVICED] }));
    const commissioned = async (...ids: string[]) =>
      Promise.all(ids.map(async (one) => (await database.events.of(one)).filter((event) => isOfWhole(event)).length));
    const isOfWhole = (event: AssetEvent) => event.type === 'component-installed' && event.componentId === 'asset';
    const missing = async ({ registration }: ReturnType<typeof node>) => {
      await registration.refresh();
      return (await registration.uncommissioned()).filter((asset) => asset.id.endsWith(id('')));
    };
    await node().registration.save([pump('old', { commissionedAt: 5 })], 'ann');
    expect(await commissioned(id('old'))).toEqual([0]);
    // Stopped before it has saved what it found.
    expect(await missing(node(serviced))).toHaveLength(1);
    // The plan was away for a while.
    await node().registration.save([pump('between', { commissionedAt: 5 })], 'ann');
    const [a, b] = [node(serviced), node(serviced)];
    const found = await Promise.all([a, b].map(missing));
    expect(found.map((assets) => assets.length)).toEqual([2, 2]);
    await Promise.all([a, b].map(({ registration }, at) => registration.save(found[at]!, 'file')));
    expect(await commissioned(id('old'), id('between'))).toEqual([1, 1]);
    expect(await missing(node(serviced))).toEqual([]);
  });

  it('record an installation once that several of them find in their configuration', async () => {
    const [a, b] = [node(), node()];
    const said = await Promise.all([a, b].map(({ registration }) => registration.save([pump('twice')], 'file')));
    expect(said.flat()).toHaveLength(1);
    expect(await database.events.of(id('twice'))).toHaveLength(1);
  });
});
