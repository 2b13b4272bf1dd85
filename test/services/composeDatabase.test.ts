import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/adapters/database/postgres/index.ts';
import { installationFolder } from '../../src/config/installation.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { recordLog } from '../support/recordLog.ts';
import { tempFolder } from '../support/temp.ts';

const programs = postgresPrograms();

/** The roles that docker-compose.yml makes, by its own script on a real server. */
describe.skipIf(!programs)('the roles of docker-compose.yml', () => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startPostgres(programs!);
  });

  afterAll(() => server.stop());

  function makeRoles(): void {
    const folder = tempFolder();
    const secrets = join(folder, 'secrets');
    mkdirSync(secrets);
    for (const name of ['database-password', 'grafana-database-password']) writeFileSync(join(secrets, name), name);
    const script = readFileSync(join(installationFolder(), '.compose/postgres/roles.sh'), 'utf8');
    const file = join(folder, 'roles.sh');
    writeFileSync(file, script.replaceAll('/run/secrets', secrets));
    const { host, port } = server.connection;
    const env = { ...process.env, PGHOST: host, PGPORT: String(port), PATH: `${programs}:${process.env.PATH}` };
    execFileSync('sh', [file], { env, stdio: 'pipe' });
  }

  it('lets Fettle make its tables, and Grafana see the views alone', async () => {
    makeRoles();
    const connection = { ...server.connection, database: 'fettle' };
    const { log } = recordLog();
    const database = await openDatabase({ connection: { ...connection, user: 'fettle' }, maxConnections: 2, log });
    await database.ping();
    await database.close();
    const grafana = new pg.Client({ ...connection, user: 'grafana' });
    await grafana.connect();
    const { rows } = await grafana.query<{ table_name: string }>(
      "SELECT table_name FROM information_schema.views WHERE table_schema = 'fettle_views'",
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { table_name } of rows) await grafana.query(`SELECT * FROM fettle_views.${table_name}`);
    await expect(grafana.query('SELECT * FROM fettle.api_keys')).rejects.toThrow(/permission denied/);
    await expect(grafana.query('CREATE TABLE fettle_views.mine ()')).rejects.toThrow(/permission denied/);
    await grafana.end();
  });
});
