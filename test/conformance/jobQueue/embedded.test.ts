import { rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { recordLog } from '../../support/recordLog.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { clearJobs } from './clearJobs.ts';
import { jobQueueSuite } from './suite.ts';

jobQueueSuite('the embedded PostgreSQL', async () => {
  const directory = makeTempFolder();
  const server = await startEmbeddedPostgres({ directory, log: recordLog().log });
  return {
    backend: { kind: 'postgres', connection: server.connection },
    clear: () => clearJobs(server.connection),
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
