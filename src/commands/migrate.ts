import { migrateDatabase } from '../adapters/database/postgres/index.ts';
import { openQueue } from '../adapters/queue/index.ts';
import { createLog } from '../log.ts';
import { databaseConnection } from '../parts.ts';
import { Teardown } from '../teardown.ts';
import { loadConfiguration } from './load.ts';

export interface MigrateOptions {
  readonly config?: string;
}

/** `fettle migrate`: brings the tables of the database, and of the job queue where that is in it, up to date. */
export async function migrate({ config: file }: MigrateOptions): Promise<void> {
  const { config } = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    const connection = await databaseConnection(config, teardown, log);
    const applied = await migrateDatabase({ connection, log });
    if (config.redis.url === undefined) {
      const queue = await openQueue({ backend: { kind: 'postgres', connection }, log });
      teardown.add('job queue', () => queue.close());
    }
    process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
  } finally {
    await teardown.run();
  }
}
