import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../src/adapters/database/postgres/index.ts';
import { loadConfig } from '../../src/config/config.ts';
import { installedVersion } from '../../src/config/installation.ts';
import { type ProbeResult, runProbes } from '../../src/config/probes.ts';
import { createLog } from '../../src/log.ts';
import { probesOf } from '../../src/probes.ts';
import { startFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { postgresPrograms, runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { RedisServer } from '../support/redis.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';

const log = createLog('silent');
const programs = postgresPrograms();

/** What `fettle check --connect` says, by the name of what was tried. */
async function check(env: Readonly<Record<string, string>>): Promise<(part: RegExp) => ProbeResult> {
  const ports = { FETTLE_HTTP_PORT: '0', FETTLE_MQTT_PORT: '0' };
  const loaded = loadConfig({
    env: { FETTLE_DATA_DIR: join(tempFolder(), 'data'), ...ports, ...env },
    cwd: tempFolder(),
  });
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  const results = await runProbes(probesOf(loaded.config, log), 30_000);
  return (part) => results.find(({ name }) => part.test(name))!;
}

describe.skipIf(!programs)('fettle check --connect on a real PostgreSQL', () => {
  let postgres: TestPostgres;
  let port: number;

  beforeAll(async () => {
    postgres = await startPostgres(programs!, { tcp: true });
    port = postgres.connection.port;
    await runSql(postgres.connection, `ALTER USER postgres PASSWORD 'secret'`);
    return () => postgres.stop();
  });

  const urlOf = (database: string, password = 'secret') =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;

  async function schemas(database: string): Promise<string[]> {
    const client = new pg.Client({ ...postgres.connection, database });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('fettle', 'bullmq')`,
    );
    await client.end();
    return rows.map(({ name }) => name);
  }

  it('looks at an empty database, says what a start will make, and makes nothing', async () => {
    await runSql(postgres.connection, 'CREATE DATABASE empty');
    const { name, ok, detail } = (await check({ FETTLE_DATABASE_URL: urlOf('empty') }))(/^database/);
    expect(name).toBe(`database with the job queue postgres://127.0.0.1:${port}/empty`);
    expect({ ok, detail }).toMatchObject({ ok: true });
    expect(detail).toMatch(
      /^PostgreSQL \d+.*; \d+ migrations are missing \(0001-initial, .*\): the start or fettle migrate/,
    );
    expect(detail).toMatch(/job queue's tables are missing: the start or fettle migrate makes them$/);
    expect(await schemas('empty')).toEqual([]);
  });

  it('fails where the start would: migrations are missing and may not be applied', async () => {
    await runSql(postgres.connection, 'CREATE DATABASE manual', `CREATE ROLE service LOGIN PASSWORD 'secret'`);
    const own = { FETTLE_DATABASE_URL: urlOf('manual'), FETTLE_DATABASE_MIGRATE: 'false' };
    expect((await check(own))(/^database/)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/run fettle migrate/),
    });
    const service = { FETTLE_DATABASE_URL: urlOf('manual'), FETTLE_DATABASE_USERNAME: 'service' };
    expect((await check(service))(/^database/)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/the role service may not create schemas/),
    });
    const connection = { ...postgres.connection, database: 'manual' };
    await migrateDatabase({ connection, log });
    await runSql(
      connection,
      'GRANT USAGE ON SCHEMA fettle TO service',
      'GRANT SELECT ON ALL TABLES IN SCHEMA fettle TO service',
    );
    expect((await check({ ...service, FETTLE_DATABASE_MIGRATE: 'false' }))(/^database/)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/may not use the tables fettle\.\S+, .*GRANT SELECT, INSERT, UPDATE, DELETE/),
    });
  });

  it('says that all is there once it is', async () => {
    await runSql(postgres.connection, 'CREATE DATABASE complete');
    await (await startFettle({ config: { database: { url: urlOf('complete') } } })).stop();
    expect((await check({ FETTLE_DATABASE_URL: urlOf('complete') }))(/^database/)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^PostgreSQL \S+.*; schema is up to date; 0 jobs waiting, 0 failed$/),
    });
  });

  it.skipIf(!requireProgram('redis-server'))('tries Redis by itself, whatever the database says', async () => {
    const redisPort = await freePort();
    const redis = await RedisServer.start('--port', String(redisPort), '--bind', '127.0.0.1', '--requirepass', 'right');
    onTestFinished(() => redis.remove());
    const env = { FETTLE_DATABASE_URL: urlOf('postgres', 'hunter2') };
    const at = (password: string) => `redis://:${password}@127.0.0.1:${redisPort}`;
    const wrong = await check({ ...env, FETTLE_REDIS_URL: at('hunter3') });
    expect(wrong(/^database postgres:/)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/password authentication failed/),
    });
    expect(wrong(/^job queue redis:/)).toMatchObject({ ok: false, detail: expect.stringMatching(/WRONGPASS/) });
    const right = await check({ ...env, FETTLE_REDIS_URL: at('right') });
    expect(right(/^job queue redis:/)).toMatchObject({ ok: true, detail: '0 jobs waiting, 0 failed' });
    const client = new Redis(at('right'));
    onTestFinished(() => client.disconnect());
    expect(await client.dbsize()).toBe(0);
  });
});

describe('fettle check --connect on embedded parts', () => {
  it('makes no folders', async () => {
    const dataDir = join(tempFolder(), 'data');
    const told = await check({ FETTLE_DATA_DIR: dataDir });
    for (const part of [/^database/, /^time-series store/]) {
      expect(told(part)).toMatchObject({ ok: true, detail: 'not there yet: the start makes it' });
    }
    expect(existsSync(dataDir)).toBe(false);
  });

  it('takes the Fettle that runs there for what it is, and no other listener', async () => {
    const folder = tempFolder();
    const [http, mqtt] = [await freePort(), await freePort()];
    writeInstallation(folder, { config: { http: { port: http }, mqtt: { port: mqtt } } });
    await startFettle({ folder });
    const env = {
      FETTLE_DATA_DIR: join(folder, 'data'),
      FETTLE_HTTP_PORT: String(http),
      FETTLE_MQTT_PORT: String(mqtt),
    };
    const told = await check(env);
    expect(told(/^API/)).toMatchObject({ ok: true, detail: `Fettle ${installedVersion()} runs there already` });
    for (const part of [/^database/, /^time-series store/, /^broker/]) expect(told(part)).toMatchObject({ ok: true });
    const other = await check({ FETTLE_HTTP_PORT: String(mqtt) });
    expect(other(/^API/)).toMatchObject({ ok: false, detail: expect.stringMatching(/is in use: stop what listens/) });
  });
});
