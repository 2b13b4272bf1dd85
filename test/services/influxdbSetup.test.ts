import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  InfluxDbAccessError,
  InfluxDbMissingError,
  InfluxDbVersionError,
  type InfluxStoreOptions,
  openInfluxDbStore,
  probeInfluxDb,
} from '../../src/adapters/timeseries/influxdb/index.ts';
import { DAY } from '../../src/domain/time.ts';
import { UnavailableError } from '../../src/errors.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { freePort } from '../support/freePort.ts';
import { influxDbOptions } from '../support/influxDbStore.ts';
import { ADMIN_PASSWORD, InfluxDb } from '../support/influxdb.ts';
import { recordLog } from '../support/recordLog.ts';
import { makeSample, makeSeries } from '../support/series.ts';
import { requireProgram } from '../support/services.ts';

const RETENTIONS = { retention: 400 * DAY, aggregateRetention: { 300000: 1100 * DAY, 3600000: 3660 * DAY } };

async function opened(options: InfluxStoreOptions): Promise<TimeSeriesStore> {
  const store = await openInfluxDbStore(options);
  onTestFinished(() => store.close());
  return store;
}

/** Name, duration, whether it is the default one. */
async function policies(server: InfluxDb, database: string): Promise<unknown[][]> {
  const rows = await server.query(`SHOW RETENTION POLICIES ON "${database}"`);
  return rows.map(([name, duration, , , isDefault]) => [name, duration, isDefault]);
}

describe.skipIf(!requireProgram('influxd'))('setting up a real InfluxDB', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start();
  });
  afterAll(() => server?.remove());

  it('creates database and retention policies, and adjusts them when the configuration changes', async () => {
    const options = influxDbOptions(server.url, { database: 'made', ...RETENTIONS });
    const store = await opened(options);
    expect(store.retention).toBe(400 * DAY);
    expect(await policies(server, 'made')).toEqual([
      ['raw', '9600h0m0s', true],
      ['5m', '26400h0m0s', false],
      ['1h', '87840h0m0s', false],
    ]);
    const shorter = await opened({ ...options, retention: 30 * DAY });
    expect(shorter.retention).toBe(30 * DAY);
    expect(await policies(server, 'made')).toContainEqual(['raw', '720h0m0s', true]);
  });

  it('adds its policies to a database that is there, and makes raw the default one', async () => {
    await server.query('CREATE DATABASE there');
    await opened(influxDbOptions(server.url, { database: 'there', ...RETENTIONS }));
    expect(await policies(server, 'there')).toContainEqual(['autogen', '0s', false]);
    expect(await policies(server, 'there')).toContainEqual(['raw', '9600h0m0s', true]);
  });

  it('says what an administrator has to run when it may not create; run as they stand, the statements are enough', async () => {
    const options = influxDbOptions(server.url, { database: 'manual', create: false, ...RETENTIONS });
    const error: unknown = await openInfluxDbStore(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InfluxDbMissingError);
    const { message } = error as Error;
    expect(message).toMatch(
      /lacks something of the database manual, and store.create is false. An administrator has to/,
    );
    const statements = message.slice(message.indexOf('run: ') + 5).split('; ');
    expect(statements).toHaveLength(3);
    for (const statement of statements) await server.query(statement);
    expect((await opened(options)).aggregateRetention).toEqual(RETENTIONS.aggregateRetention);
  });

  it('works with the retention in force when it may not change it, and says how to', async () => {
    await opened(influxDbOptions(server.url, { database: 'fixed', ...RETENTIONS, retention: 10 * DAY }));
    const { log, lines } = recordLog();
    const store = await opened(influxDbOptions(server.url, { database: 'fixed', create: false, ...RETENTIONS, log }));
    expect(store.retention).toBe(10 * DAY);
    expect(lines).toContainEqual(
      expect.objectContaining({ commands: ['ALTER RETENTION POLICY "raw" ON "fixed" DURATION 34560000s'] }),
    );
  });

  it('refuses a server of another version, and one that does not answer', async () => {
    const options = influxDbOptions(server.url);
    const other = openInfluxDbStore({ ...options, version: 2, org: 'plant', token: 't' });
    await expect(other).rejects.toThrow(InfluxDbVersionError);
    await expect(other).rejects.toThrow(/is InfluxDB 1\.\S+, but store.version is 2: set store.version to 1\.$/);
    const nobody = openInfluxDbStore({ ...options, url: `http://127.0.0.1:${await freePort()}` });
    await expect(nobody).rejects.toThrow(UnavailableError);
    await expect(nobody).rejects.toThrow(/the time-series store does not answer: .*ECONNREFUSED/);
  });

  it('tells version, rights and retention to the one who checks', async () => {
    const options = influxDbOptions(server.url, { database: 'checked', ...RETENTIONS });
    expect(await probeInfluxDb(options)).toMatch(
      /^InfluxDB 1\.\S+, fits store.version 1; not set up yet, which the start does if .*: CREATE DATABASE "checked"/,
    );
    expect(await server.query('SHOW DATABASES')).not.toContainEqual(['checked']);
    await opened(options);
    const found = /^InfluxDB 1\.\S+, fits store.version 1; may write and read; keeps raw 400 d, 5m 1100 d, 1h 3660 d$/;
    expect(await probeInfluxDb(options)).toMatch(found);
    expect(await probeInfluxDb({ ...options, retention: 30 * DAY })).toMatch(
      /; the start changes, .*DURATION 2592000s$/,
    );
    expect(await probeInfluxDb(options)).toMatch(found);
  });

  it('names what is gone when the database was dropped', async () => {
    const store = await opened(influxDbOptions(server.url, { database: 'dropped', ...RETENTIONS }));
    await server.query('DROP DATABASE dropped');
    const sample = makeSample(makeSeries('a', 'b'), Date.now(), 1);
    await expect(store.append([sample])).rejects.toThrow(InfluxDbMissingError);
    await expect(store.append([sample])).rejects.toThrow(/database not found: "dropped".*at its next start/);
    await expect(store.ping()).rejects.toThrow(InfluxDbMissingError);
  });
});

describe.skipIf(!requireProgram('influxd'))('a real InfluxDB that asks for a login', () => {
  let server: InfluxDb;
  beforeAll(async () => {
    server = await InfluxDb.start({ auth: true });
    await server.query("CREATE USER fettle WITH PASSWORD 'secret'");
  });
  afterAll(() => server?.remove());

  const asUser = (rest: Partial<InfluxStoreOptions> = {}) =>
    influxDbOptions(server.url, { username: 'fettle', password: 'secret', ...RETENTIONS, ...rest });

  it('refuses none and a wrong one, and the error says what to set', async () => {
    for (const login of [{ username: undefined }, { password: 'wrong' }]) {
      const refused = openInfluxDbStore(asUser(login));
      await expect(refused).rejects.toThrow(InfluxDbAccessError);
      await expect(refused).rejects.toThrow(/401 .*Set store.username and store.password to .*GRANT ALL ON "fettle"/);
      await expect(refused).rejects.not.toThrow(/secret|wrong/);
    }
  });

  it('lets a user without rights know what an administrator has to grant and run; then all of it works', async () => {
    await expect(openInfluxDbStore(asUser())).rejects.toThrow(/GRANT ALL ON "fettle" TO "fettle"/);
    await server.query('CREATE DATABASE fettle');
    await server.query('GRANT ALL ON "fettle" TO "fettle"');
    const error: unknown = await openInfluxDbStore(asUser()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InfluxDbAccessError);
    const { message } = error as Error;
    expect(message).toMatch(/and Fettle may not create it/);
    for (const statement of message.slice(message.indexOf('run: ') + 5).split('; ')) await server.query(statement);
    const store = await opened(asUser());
    await store.append([makeSample(makeSeries('a', 'b'), Date.now(), 1)]);
    await store.ping();
    expect(await probeInfluxDb(asUser())).toMatch(/may write and read/);
  });

  it('needs more than the right to read', async () => {
    await opened(asUser({ database: 'read', username: 'admin', password: ADMIN_PASSWORD }));
    await server.query('GRANT READ ON "read" TO "fettle"');
    await expect(probeInfluxDb(asUser({ database: 'read' }))).rejects.toThrow(InfluxDbAccessError);
    const store = await opened(asUser({ database: 'read' }));
    await expect(store.append([makeSample(makeSeries('a', 'b'), Date.now(), 1)])).rejects.toThrow(
      /GRANT ALL ON "read"/,
    );
  });
});
