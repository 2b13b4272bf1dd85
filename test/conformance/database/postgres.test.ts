import { describe } from 'vitest';
import { postgresPrograms, startPostgres } from '../../support/postgres.ts';
import { describeDatabase } from './suite.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('a real server', () => {
  describeDatabase('PostgreSQL', () => startPostgres(programs!));
});
