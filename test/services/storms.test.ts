import { afterAll, beforeAll, describe } from 'vitest';
import { Harness } from '../conformance/database/harness.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { describeStorms } from '../support/stormSuite.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('on PostgreSQL, several nodes side by side', () => {
  let server: TestPostgres;
  let harness: Harness;

  beforeAll(async () => {
    server = await startPostgres(programs!);
    harness = await Harness.start(server.connection);
  });
  afterAll(async () => {
    await harness?.stop();
    await server?.stop();
  });

  describeStorms(() => harness);
});
