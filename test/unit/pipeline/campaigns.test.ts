import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics, Ledger } from '../../../src/metrics.ts';
import { Campaigns } from '../../../src/pipeline/campaigns.ts';
import { asset, insertTicket } from '../../conformance/database/fixtures.ts';
import { Harness } from '../../conformance/database/harness.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { parsedRig } from '../../support/parsedRig.ts';
import { makeTempFolder } from '../../support/temp.ts';

const folder = makeTempFolder();
const log = createLog('silent');
const ANN = { name: 'ann', role: 'agent' } as const;
const SCOPE = { modelId: 'rig', batch: 'B7', componentId: 'bearing', failureModeId: 'overheated' };
let server: EmbeddedPostgres;
let harness: Harness;
let clock: FakeClock;
let delivered: string[];

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: folder, log });
  harness = await Harness.start(server.connection);
});
afterAll(async () => {
  await harness?.stop();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await harness.empty();
  clock = new FakeClock(Date.UTC(2026, 5, 1));
  delivered = [];
  const rigs = Array.from({ length: 60 }, (_, at) =>
    asset(`rig-${String(at).padStart(2, '0')}`, { modelId: 'rig', batch: at < 10 ? 'B7' : 'B8' }),
  );
  await harness.database.assets.save(rigs);
});

const node = () =>
  new Campaigns({
    database: harness.database,
    models: [parsedRig()],
    policy: { window: 90 * DAY, assets: 3, p: 0.001 },
    deliver: (id) => void delivered.push(id),
    clock,
    metrics: createMetrics(new Ledger()),
    log,
  });
const hot = (at: number, more: Partial<Ticket> = {}) =>
  insertTicket(harness.database, {
    assetId: `rig-${String(at).padStart(2, '0')}`,
    componentId: 'bearing',
    failureModeId: 'overheated',
    kind: 'reactive',
    openedAt: clock.now(),
    ...more,
  });
const list = async () => (await harness.database.campaigns.list({}, { limit: 50 })).items;
const kinds = async (id: string) => (await harness.database.tickets.entries(id)).map(({ kind }) => kind);

it('a batch that fails alike is one campaign, which is told once, and its tickets name it', async () => {
  const ids = [await hot(0), await hot(1), await hot(2)];
  await hot(40);
  await node().look();
  expect(await list()).toEqual([]);
  ids.push(await hot(3), await hot(4));
  await Promise.all([node().look(), node().look()]);
  const [campaign, ...more] = await list();
  expect(more).toEqual([]);
  expect(campaign).toMatchObject({ ...SCOPE, number: 1, status: 'open', openedBy: 'fettle' });
  expect(campaign!.evidence).toMatchObject({ affected: 5, assets: 10, expected: 0.2 });
  const { database } = harness;
  expect(await database.campaigns.affected(campaign!.id)).toEqual(['rig-00', 'rig-01', 'rig-02', 'rig-03', 'rig-04']);
  expect(await database.campaigns.notAffected(campaign!, 3)).toEqual(['rig-05', 'rig-06', 'rig-07']);
  expect(await Promise.all(ids.map(kinds))).toEqual([...Array(4).fill(['changed']), ['changed', 'campaign']]);
  expect(delivered).toHaveLength(1);
  const [told] = (await database.tickets.entries(ids[4]!)).slice(-1);
  expect(told!.text).toMatch(
    /^campaign 1: batch B7 of rig: 5 of 10 assets have had it, 0\.2 were to be expected \(p = /,
  );

  const later = await hot(5);
  await node().look();
  expect((await database.tickets.get(later))!.campaignId).toBe(campaign!.id);
  expect(await kinds(later)).toEqual(['changed']);
  expect([(await list()).length, delivered.length]).toEqual([1, 1]);
});

it('wear, services, storms, proposals and what was nothing count for none', async () => {
  const evidence = { kind: 'usage', metricId: 'hours', unit: 'h', used: 1, life: 1, wear: 1 } as const;
  await hot(0, { evidence });
  await hot(1, { origin: 'plan' });
  await hot(2, { storm: { scope: { kind: 'site', id: 'x' }, assets: 5, out: 5, of: 5, told: 5 } });
  await hot(3, { status: 'proposed' });
  await hot(4, { status: 'closed', closing: { outcome: 'no-fault-found' } });
  await hot(5, { openedAt: clock.now() - 91 * DAY });
  await hot(6);
  await hot(7);
  await node().look();
  expect(await list()).toEqual([]);
  expect(await harness.database.campaigns.affectedSince(clock.now() - 90 * DAY)).toEqual([
    { modelId: 'rig', batch: 'B7', componentId: 'bearing', failureModeId: 'overheated', affected: 2 },
  ]);
});

it('people open, change and close one; what was closed does not come back by itself', async () => {
  const campaigns = node();
  for (const at of [0, 1, 2, 3]) await hot(at);
  const { id, version } = await campaigns.open({ ...SCOPE, owner: 'quality' }, ANN);
  await expect(campaigns.open(SCOPE, ANN)).rejects.toThrow('is open already');
  await expect(campaigns.open({ ...SCOPE, failureModeId: 'bent' }, ANN)).rejects.toThrow("has no 'bent'");
  await expect(campaigns.open({ ...SCOPE, modelId: 'x' }, ANN)).rejects.toThrow("no model 'x'");
  expect(await harness.database.campaigns.affected(id)).toHaveLength(4);
  const edited = await campaigns.edit(id, { owner: null, note: 'seal' }, version);
  expect(edited).toMatchObject({ note: 'seal', version: version + 1 });
  expect(edited).not.toHaveProperty('owner');
  await expect(campaigns.edit(id, { note: 'late' }, version)).rejects.toThrow('is at version');
  await campaigns.edit(id, { status: 'closed' }, undefined);
  await expect(campaigns.edit(id, { status: 'open' }, undefined)).rejects.toThrow('stays closed');
  await campaigns.look();
  expect((await list()).map(({ status }) => status)).toEqual(['closed']);
  const { batch: _, ...wholeModel } = SCOPE;
  await campaigns.open(wholeModel, ANN);
  expect(await list()).toHaveLength(2);
});
