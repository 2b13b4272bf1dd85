import { rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../../src/adapters/database/embedded/index.ts';
import { createLog } from '../../../src/log.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { describeDatabase } from './suite.ts';

async function startEmbedded() {
  const directory = makeTempFolder();
  const embedded = await startEmbeddedPostgres({ directory, log: createLog('silent') });
  return {
    connection: embedded.connection,
    async stop() {
      await embedded.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

describeDatabase('the embedded PostgreSQL', startEmbedded, { sideBySide: false });
