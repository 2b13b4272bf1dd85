import pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Readiness } from '../../src/api/services.ts';
import { startFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { API_KEY, writeInstallation } from '../support/installation.ts';
import { postgresPrograms, runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcpProxy.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const programs = postgresPrograms();
/** Prometheus gives up then. */
const SCRAPE_TIMEOUT = 10_000;
const AWAY = /./;

describe.skipIf(!programs)('what an operator sees while the database is in trouble', () => {
  let postgres: TestPostgres;
  let port: number;

  beforeAll(async () => {
    postgres = await startPostgres(programs!, { tcp: true });
    port = postgres.connection.port;
    await runSql(postgres.connection, `ALTER USER postgres PASSWORD 'secret'`);
    return () => postgres.stop();
  });

  const urlOf = (at: number, database: string) => `postgres://postgres:secret@127.0.0.1:${at}/${database}`;

  it.each(['refuses', 'is silent'])('metrics go on when it %s, without figures that nobody knows', async (how) => {
    const name = `metrics_${how.length}`;
    await runSql(postgres.connection, `CREATE DATABASE ${name}`);
    const proxy = await TcpProxy.start(port);
    onTestFinished(() => proxy.close());
    const { api } = await startFettle({ config: { database: { url: urlOf(proxy.port, name) } }, expectedErrors: AWAY });
    expect(await api.metrics()).toMatch(/^fettle_tickets_open\{priority="P1"\} 0$/m);

    if (how === 'refuses') proxy.cut(true);
    else proxy.stall();
    const text = await until(
      'the database to be missed',
      async () => {
        const now = await api.metrics(SCRAPE_TIMEOUT);
        return /^fettle_part_up\{part="database",needed="yes"\} 0$/m.test(now) && !/^fettle_tickets_open\{/m.test(now)
          ? now
          : undefined;
      },
      60_000,
    );
    expect(text).toMatch(/^fettle_part_up\{part="store",needed="yes"\} 1$/m);
    expect(text).toMatch(/^fettle_ready 0$/m);
    expect(text).toMatch(/^fettle_ledger_imbalance\{ledger="messages"\} 0$/m);

    proxy.mend();
    await until('the figures to come back', async () => /^fettle_tickets_open\{/m.test(await api.metrics()), 60_000);
  });

  it('the log has a line when it goes and one when it is back, and no stacks or flood in between', async () => {
    await runSql(postgres.connection, 'CREATE DATABASE quiet');
    const proxy = await TcpProxy.start(port);
    onTestFinished(() => proxy.close());
    const config = { database: { url: urlOf(proxy.port, 'quiet') } };
    const { lines, send } = await startFettle({ config, expectedErrors: AWAY });
    const has = (text: string) => lines.some(({ msg }) => msg === text);
    proxy.cut(true);
    await send('a', { t: 1 });
    await until('the database to be missed', () => has('database does not work'), 30_000);
    proxy.mend();
    await until('the database to be back', () => has('database works again'), 30_000);
    const about = lines.filter(({ err }) => err !== undefined && err !== null);
    expect(about.length).toBeGreaterThan(3);
    expect(about.filter(({ err }) => 'stack' in (err as object))).toEqual([]);
    const warned = about.filter(({ level }) => level === 40).map(({ msg }) => msg);
    expect(warned.filter((msg, at) => warned.indexOf(msg) !== at)).toEqual([]);
    expect(lines.filter(({ msg }) => /other nodes can not see/.test(msg))).toEqual([]);
  });

  it('says how far recovery is, and takes no requests before its end', async () => {
    await runSql(postgres.connection, 'CREATE DATABASE recovery');
    const folder = tempFolder();
    const http = await freePort();
    writeInstallation(folder, { config: { http: { port: http }, database: { url: urlOf(port, 'recovery') } } });
    await (await startFettle({ folder })).stop();

    const holder = new pg.Client({ ...postgres.connection, database: 'recovery' });
    await holder.connect();
    onTestFinished(() => holder.end());
    await holder.query('BEGIN; LOCK TABLE fettle.states IN ACCESS EXCLUSIVE MODE');
    const starting = startFettle({ folder });
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${http}${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });
    await until('the API to listen', () => get('/healthz').catch(() => undefined));
    expect((await get('/healthz')).status).toBe(200);
    const refused = await get('/api/v1/assets');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    const readiness = await get('/readyz');
    expect(readiness.status).toBe(503);
    const { parts } = (await readiness.json()) as Readiness;
    expect(parts.map(({ part, ok }) => [part, ok])).toEqual([
      ['recovery', false],
      ['store', true],
      ['database', true],
      ['queue', true],
      ['spill', true],
    ]);
    expect(await (await get('/metrics')).text()).toMatch(/^fettle_recovery_done 0$/m);

    await holder.query('ROLLBACK');
    await starting;
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/api/v1/assets')).status).toBe(200);
  });
});
