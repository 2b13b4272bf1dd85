import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FettleProcess } from '../support/fettleProcess.ts';
import { postgresPrograms, runSql, startPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcpProxy.ts';
import { tempFolder } from '../support/temp.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('a stop', () => {
  it('does not wait for a database that has fallen silent', async () => {
    const postgres = await startPostgres(programs!, { tcp: true });
    onTestFinished(() => postgres.stop());
    await runSql(postgres.connection, `ALTER USER postgres PASSWORD 'secret'`);
    const proxy = await TcpProxy.start(postgres.connection.port);
    onTestFinished(() => proxy.close());
    const folder = join(tempFolder(), 'fettle');
    mkdirSync(folder);
    const fettle = FettleProcess.start(['serve'], folder, {
      FETTLE_DATABASE_URL: `postgres://postgres:secret@127.0.0.1:${proxy.port}/postgres`,
      FETTLE_DATABASE_STATEMENT_TIMEOUT: '10min',
      FETTLE_DATABASE_CONNECT_TIMEOUT: '10min',
      FETTLE_HTTP_PORT: '0',
      FETTLE_MQTT_PORT: '0',
    });
    await fettle.said(/(Fettle is running)/);
    proxy.stall();
    expect(await fettle.end('SIGINT')).toBe(0);
    expect(fettle.output).toContain('stopped without waiting any longer');
  });
});
