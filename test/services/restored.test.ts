import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR, MINUTE, type Timestamp } from '../../src/domain/time.ts';
import { type FettleOptions, startFettle, type TestFettle } from '../support/fettle.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { writeInstallation } from '../support/installation.ts';
import { postgresPrograms, runSql, startPostgres } from '../support/postgres.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 3 * DAY;
const NAMES = ['before', 'since', 'late', 'new'];
const SECRET = 'desk-secret';
const NOTICED = /^the database (is older|was restored)/;

const programs = postgresPrograms();
const [dumping, restoring] = [requireProgram('pg_dump'), requireProgram('pg_restore')];
const postgresTools = programs && dumping && restoring;

type Offer = 'a look-up' | 'to honour keys' | 'neither';

/** Where the database of an installation is; `dump` and `restore` while Fettle is stopped. */
interface Kept {
  readonly config: Readonly<Record<string, unknown>>;
  dump(folder: string): unknown;
  restore(folder: string): Promise<void>;
}

const EMBEDDED: Kept = {
  config: {},
  dump: (folder) => cpSync(join(folder, 'data', 'database'), join(folder, 'dump'), { recursive: true }),
  restore: async (folder) => {
    rmSync(join(folder, 'data', 'database'), { recursive: true });
    cpSync(join(folder, 'dump'), join(folder, 'data', 'database'), { recursive: true });
  },
};

async function onPostgres(): Promise<Kept> {
  const server = await startPostgres(programs!);
  onTestFinished(() => server.stop());
  const { host, port } = server.connection;
  const reach = ['-h', host, '-p', `${port}`, '-U', 'postgres', '-d', 'fettle'];
  const recreate = () =>
    runSql(server.connection, 'DROP DATABASE IF EXISTS fettle WITH (FORCE)', 'CREATE DATABASE fettle');
  await recreate();
  return {
    config: { database: { url: `postgres:///fettle?host=${encodeURIComponent(host)}&port=${port}&user=postgres` } },
    dump: (folder) => execFileSync(dumping!, ['-Fc', '-f', join(folder, 'dump'), ...reach]),
    restore: async (folder) => {
      await recreate();
      execFileSync(restoring!, [...reach, join(folder, 'dump')]);
    },
  };
}

interface Installation {
  readonly folder: string;
  readonly desk: WebhookReceiver;
  start(options?: Pick<FettleOptions, 'expectedErrors'>): Promise<TestFettle>;
}

async function install(config: Kept['config'], offer: Offer): Promise<Installation> {
  const desk = await startWebhookReceiver({ secret: SECRET, honoursKeys: offer === 'to honour keys' });
  onTestFinished(() => desk.close());
  const folder = tempFolder();
  const { url, lookupUrl } = desk;
  writeInstallation(folder, {
    assets: NAMES.map((id) => rigAsset(id, T0 - DAY)),
    config: { ...config, desk: { kind: 'webhook', url, secret: SECRET, ...(offer === 'a look-up' && { lookupUrl }) } },
  });
  return { folder, desk, start: (options) => startFettle({ folder, ...options }) };
}

async function send(fettle: TestFettle, asset: string, from: Timestamp, temperature: number): Promise<void> {
  for (const at of [0, 1, 2, 3]) await fettle.send(asset, { ts: from + at * MINUTE, temperature });
  await until('the samples', () => fettle.app.ledger.messages.inFlight === 0);
  await fettle.settled();
}

async function allDelivered(fettle: TestFettle): Promise<void> {
  await until('the deliveries', async () => (await fettle.api.all('/deliveries?status=pending')).length === 0);
}

const switchOf = (fettle: TestFettle) => fettle.api.get('/deliveries/switch');
const episodesOf = async (fettle: TestFettle, ...assets: string[]) =>
  Promise.all(assets.map(async (asset) => (await fettle.ticket(asset)).episodeKey));

/** One ticket before the dump and two after it, one of them by samples that came late; all told to the desk. */
async function liveOn({ folder, start }: Installation, { dump }: Pick<Kept, 'dump'>): Promise<string[]> {
  const first = await start();
  await send(first, 'before', T0, 85);
  await send(first, 'late', T0 + HOUR, 20);
  await allDelivered(first);
  await first.stop();
  dump(folder);
  const second = await start();
  await send(second, 'since', T0, 85);
  await send(second, 'late', T0, 85);
  await send(second, 'late', T0 + 10 * MINUTE, 85);
  await allDelivered(second);
  const episodes = await episodesOf(second, 'before', 'since', 'late');
  await second.stop();
  return episodes;
}

/** What holds in any case: nothing was told yet, and findings, tickets and episodes are the same. */
async function expectPaused(fettle: TestFettle, { desk }: Installation, episodes: readonly string[]): Promise<void> {
  await fettle.settled();
  expect(await switchOf(fettle)).toEqual({ paused: true, reason: 'restored' });
  expect(await (await fettle.ready()).text()).toContain('2 pending, 0 failed, paused: the database was restored');
  expect(await episodesOf(fettle, 'before', 'since', 'late')).toEqual(episodes);
  expect(desk.workOrders).toHaveLength(3);
}

/** The restore was noticed once, and what is new is told. */
async function expectToGoOn({ desk, start }: Installation, told: readonly string[]): Promise<void> {
  const next = await start();
  expect(await switchOf(next)).toEqual({ paused: false });
  await send(next, 'new', T0, 85);
  await allDelivered(next);
  expect(desk.workOrders.map(({ assetId }) => assetId).sort()).toEqual([...told, 'new'].sort());
  await next.stop();
}

describe.each(['the embedded database', 'PostgreSQL'])('%s, restored from before under today’s data', (kind) => {
  const skip = kind === 'PostgreSQL' && !postgresTools;

  it.skipIf(skip)('raises no ticket again in a desk that offers a look-up, and goes on by itself', async () => {
    const kept = kind === 'PostgreSQL' ? await onPostgres() : EMBEDDED;
    const installation = await install(kept.config, 'a look-up');
    const { desk, folder } = installation;
    const episodes = await liveOn(installation, kept);
    const orders = desk.workOrders.map(({ id, episodeKey }) => [episodeKey, id]);
    await kept.restore(folder);
    const told = desk.requests.length;
    const third = await installation.start({ expectedErrors: NOTICED });
    await third.settled();
    await allDelivered(third);
    await until(
      'resuming',
      async () => (await third.api.get<{ paused: boolean }>('/deliveries/switch')).paused === false,
    );
    expect(await episodesOf(third, 'before', 'since', 'late')).toEqual(episodes);
    for (const asset of ['since', 'late']) {
      const { episodeKey, externalId } = await third.ticket(asset);
      expect(orders).toContainEqual([episodeKey, externalId]);
    }
    expect(desk.requests.slice(told).map(({ json }) => json.event)).not.toContain('ticket.opened');
    await third.stop();
    await expectToGoOn(installation, ['before', 'since', 'late']);
  });

  it.skipIf(skip)('raises no ticket again in a desk that honours keys, once a person resumes', async () => {
    const kept = kind === 'PostgreSQL' ? await onPostgres() : EMBEDDED;
    const installation = await install(kept.config, 'to honour keys');
    const episodes = await liveOn(installation, kept);
    await kept.restore(installation.folder);
    const third = await installation.start({ expectedErrors: NOTICED });
    await expectPaused(third, installation, episodes);
    await third.api.put('/deliveries/switch', { paused: false });
    await allDelivered(third);
    await third.stop();
    await expectToGoOn(installation, ['before', 'since', 'late']);
  });
});

it('a desk that offers neither is told nothing until a person resumes, also after another start', async () => {
  const installation = await install({}, 'neither');
  const episodes = await liveOn(installation, EMBEDDED);
  await EMBEDDED.restore(installation.folder);
  const told = installation.desk.requests.length;
  const third = await installation.start({ expectedErrors: NOTICED });
  await expectPaused(third, installation, episodes);
  await third.stop();
  const fourth = await installation.start();
  await expectPaused(fourth, installation, episodes);
  expect(installation.desk.requests).toHaveLength(told);
  await fourth.stop();
});

it('an operator says that the whole data folder was restored', async () => {
  const installation = await install({}, 'neither');
  const first = await installation.start();
  await first.stop();
  const command = FettleProcess.start(['restored'], installation.folder);
  expect(await command.exited()).toBe(0);
  expect(command.output).toContain('Deliveries are paused');
  const second = await installation.start();
  expect(await switchOf(second)).toEqual({ paused: true, reason: 'restored' });
  await send(second, 'new', T0, 85);
  expect(installation.desk.requests).toEqual([]);
  await second.api.put('/deliveries/switch', { paused: false });
  await allDelivered(second);
  expect(installation.desk.workOrders).toHaveLength(1);
});

it.skipIf(!postgresTools)(
  'a database restored under a running Fettle ends it, with nothing told or saved',
  async () => {
    const kept = await onPostgres();
    const installation = await install(kept.config, 'to honour keys');
    const first = await installation.start({ expectedErrors: /./ });
    await send(first, 'before', T0, 85);
    await allDelivered(first);
    kept.dump(installation.folder);
    await send(first, 'since', T0, 85);
    await send(first, 'late', T0, 85);
    await allDelivered(first);
    const episodes = await episodesOf(first, 'before', 'since', 'late');
    await kept.restore(installation.folder);
    expect(await first.app.ended).toBe('restored');
    await first.stop();
    const second = await installation.start({ expectedErrors: NOTICED });
    await expectPaused(second, installation, episodes);
    await second.stop();
  },
);
