import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { postgresPrograms, runSql, startPostgres } from '../support/postgres.ts';
import { RedisServer } from '../support/redis.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 10 * DAY;
const ASSETS = ['open', 'worked', 'closed', 'new'].map((id) => rigAsset(id, T0 - DAY));
const DESK = 'desk-secret';

const programs = postgresPrograms();
const [dumping, restoring] = [requireProgram('pg_dump'), requireProgram('pg_restore')];
const servers = programs && dumping && restoring && requireProgram('redis-server') && requireProgram('mosquitto');

describe('a backup', () => {
  it.skipIf(!servers)(
    'of PostgreSQL and the data folder brings back the same tickets, and no fault a second one',
    async () => {
      const postgres = await startPostgres(programs!);
      const redis = await RedisServer.start();
      const mosquitto = await Mosquitto.start();
      onTestFinished(async () => {
        await Promise.all([postgres.stop(), redis.remove(), mosquitto.remove()]);
      });
      const { host, port } = postgres.connection;
      const dump = join(tempFolder(), 'fettle.dump');
      const reach = ['-h', host, '-p', `${port}`, '-U', 'postgres', '-d', 'fettle'];
      const recreate = () =>
        runSql(postgres.connection, 'DROP DATABASE IF EXISTS fettle WITH (FORCE)', 'CREATE DATABASE fettle');
      await recreate();
      await tryRestore(
        {
          database: { url: `postgres:///fettle?host=${encodeURIComponent(host)}&port=${port}&user=postgres` },
          redis: { url: 'redis://placeholder', options: { path: redis.url } },
          mqtt: { url: mosquitto.url },
        },
        {
          save: () => execFileSync(dumping!, ['-Fc', '-f', dump, ...reach]),
          wipe: async () => {
            await recreate();
            const client = new Redis(redis.url);
            await client.flushall();
            await client.quit();
          },
          restore: () => execFileSync(restoring!, [...reach, dump]),
        },
      );
    },
  );

  it('of the data folder alone brings back an embedded installation', async () => {
    await tryRestore({}, { save: () => undefined, wipe: async () => undefined, restore: () => undefined });
  });
});

interface Servers {
  save(): unknown;
  wipe(): Promise<void>;
  restore(): unknown;
}

/** Backs up as docs/operating.md says: stopped, the folder and the database of the same moment. */
async function tryRestore(config: Readonly<Record<string, unknown>>, servers: Servers): Promise<void> {
  const desk = await startWebhookReceiver({ secret: DESK });
  onTestFinished(() => desk.close());
  const folder = tempFolder();
  const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
  writeInstallation(folder, {
    assets: ASSETS,
    config: { ...config, desk: { kind: 'webhook', url: desk.url, secret: DESK } },
  });

  const first = await startFettle({ folder });
  for (const asset of ['open', 'worked', 'closed']) await overheat(first, asset, 0);
  const { id } = await first.ticket('worked');
  await first.api.post(`/tickets/${id}/transition`, { to: 'acknowledged' });
  await first.api.post(`/tickets/${(await first.ticket('closed')).id}/close`, { outcome: 'failure-found' });
  await allDelivered(first);
  const before = await ticketsOf(first);
  const told = desk.requests.length;
  await first.stop();
  cpSync(data, copy, { recursive: true });
  servers.save();

  await servers.wipe();
  rmSync(data, { recursive: true });
  servers.restore();
  cpSync(copy, data, { recursive: true });

  const second = await startFettle({ folder });
  expect(await ticketsOf(second)).toEqual(before);
  for (const asset of ['open', 'worked']) {
    await overheat(second, asset, 0);
    await overheat(second, asset, 10);
  }
  await allDelivered(second);
  expect((await ticketsOf(second)).map(({ number, episodeKey }) => [number, episodeKey])).toEqual(
    before.map(({ number, episodeKey }) => [number, episodeKey]),
  );
  expect(desk.requests.slice(told).map(({ json }) => json.event)).not.toContain('ticket.opened');
  await overheat(second, 'new', 0);
  expect((await second.ticket('new')).number).toBe(Math.max(...before.map(({ number }) => number)) + 1);
  await second.stop();
}

async function overheat(fettle: TestFettle, asset: string, minute: number): Promise<void> {
  for (const at of [0, 1, 2, 3, 4]) {
    await fettle.send(asset, { ts: T0 + (minute + at) * MINUTE, temperature: 85 });
  }
  await until('the samples', () => fettle.app.ledger.messages.inFlight === 0);
  await fettle.settled();
}

/** Without the link to the chart, which names the port of the run. */
async function ticketsOf(fettle: TestFettle) {
  const lists = await Promise.all(ASSETS.map(({ id }) => fettle.tickets(id)));
  return lists.flat().map(({ chart: _, ...ticket }) => ticket);
}

async function allDelivered(fettle: TestFettle): Promise<void> {
  await until('the deliveries', async () => {
    const pending = await fettle.api.all('/deliveries?status=pending');
    return pending.length === 0;
  });
}
