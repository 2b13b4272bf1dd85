import { readFileSync, rmSync } from 'node:fs';
import { describe } from 'vitest';
import { serverConnection } from '../../../src/adapters/database/postgres/index.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { postgresPrograms, startPostgres } from '../../support/postgres.ts';
import { makeRoles } from '../../support/postgresRoles.ts';
import { requireProgram } from '../../support/services.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { describeDatabase } from './suite.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('a real server', () => {
  describeDatabase('PostgreSQL', () => startPostgres(programs!));
});

describe.skipIf(!programs || !requireProgram('openssl'))(
  'a real server, as the documented service role, with TLS',
  () => {
    describeDatabase('PostgreSQL', startWithRoles, { mayCreate: false });
  },
);

async function startWithRoles() {
  const folder = makeTempFolder();
  const authority = new TestAuthority(folder);
  const server = await startPostgres(programs!, { certificate: authority.issue('postgres') });
  const login = await makeRoles(server, { ca: readFileSync(authority.file, 'utf8') });
  return {
    connection: serverConnection(login('fettle_service')),
    owner: serverConnection(login('fettle_owner')),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
