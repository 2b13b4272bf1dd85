import { FolderInUseError } from '../adapters/database/embedded/index.ts';
import { createLog } from '../log.ts';
import { openConfiguredDatabase } from '../parts.ts';
import { RESTORES, type Restores, restored } from '../pipeline/restored.ts';
import { Teardown } from '../teardown.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';

const DONE = `Deliveries are paused, and the next start folds every asset anew from the samples there are. With a look-up of the desk
deliveries go on by themselves; without one resume them through the API. A Fettle that runs now has to be started again.
`;

/** `fettle restored`: what a start does that finds the database older than it knew it, for those it can not know of. */
export async function tellRestored({ config: file }: { readonly config?: string }): Promise<void> {
  const { config } = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    const { database } = await openConfiguredDatabase(config, teardown, log);
    await database.transaction(async (tx) => {
      const known = (await tx.settings.get<Restores>(RESTORES))?.count ?? 0;
      await restored(tx, known + 1, Date.now(), config.assess.horizon);
    });
    process.stdout.write(DONE);
  } catch (error) {
    if (error instanceof FolderInUseError) throw new CommandError(`${error.message}; stop it before.`);
    throw error;
  } finally {
    await teardown.run();
  }
}
