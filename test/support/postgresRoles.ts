import { readFileSync } from 'node:fs';
import type { ServerOptions } from '../../src/adapters/database/postgres/connection.ts';
import { runSql, type TestPostgres } from './postgres.ts';

const ROLE_PASSWORD = 'of-a-role-7f3a';

export type RoleLogin = (role: 'fettle_owner' | 'fettle_service' | 'fettle_reader') => ServerOptions;

/** Makes the database and the roles as docs/operating.md says. Returns how each logs in over the network. */
export async function makeRoles({ connection }: TestPostgres, more: Partial<ServerOptions> = {}): Promise<RoleLogin> {
  const [asAdministrator = '', asOwner = ''] = documentedSql();
  await runSql(connection, ...statementsOf(asAdministrator.replaceAll('change-me', ROLE_PASSWORD)));
  await runSql({ ...connection, user: 'fettle_owner', database: 'fettle' }, ...statementsOf(asOwner));
  return (role) => ({
    url: `postgres://${role}:${ROLE_PASSWORD}@localhost:${connection.port}/fettle`,
    connectTimeout: 5000,
    statementTimeout: 30_000,
    applicationName: 'fettle test',
    ...more,
  });
}

function documentedSql(): string[] {
  const section = readFileSync('docs/operating.md', 'utf8').split('\n## PostgreSQL\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql ?? '');
}

function statementsOf(sql: string): string[] {
  return sql.split(/;\s*\n/).filter((statement) => statement.trim() !== '');
}
