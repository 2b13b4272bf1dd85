import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { type Duration, MINUTE, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import { type FrontAddress, frontAddress } from './address.ts';
import { lockFolder } from './folderLock.ts';
import { startMaintenance } from './maintenance.ts';
import { DatabaseThread } from './thread.ts';

export { FolderInUseError } from './folderLock.ts';

export interface EmbeddedPostgresOptions {
  /** Belongs to this database alone; made when it is not there. */
  readonly directory: string;
  readonly log: Log;
  /** A transaction that sends nothing for this long is rolled back and its connection closed. Default: 60 s. */
  readonly idleInTransactionLimit?: Duration;
  /** How often tables are looked over for a vacuum. Default: 1 min. */
  readonly maintenanceInterval?: Duration;
}

export interface EmbeddedPostgres {
  /** What `pg.Pool` and `pg.Client` take. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly password?: string;
  };
  /** Rolls back what is open, closes the files and gives the folder back. */
  close(): Promise<void>;
}

/**
 * PostgreSQL within this process: PGlite in a worker thread, its files in `directory`, spoken to through `pg` like any
 * server. A transaction is on disk when it is acknowledged. When it breaks it is opened again, as often as it takes.
 *
 * All connections share one session, and their transactions come one after the other. So a client must not use:
 * - a second connection while it holds a transaction open on the first: that one waits for ever;
 * - named prepared statements and cursors `WITH HOLD`: the names are everybody's;
 * - `SET` without `LOCAL`, `RESET`, `DISCARD`, temporary tables: they act on everybody;
 * - session advisory locks (`pg_advisory_lock`): everybody is the same session and gets them; those of a transaction
 *   (`pg_advisory_xact_lock`) are fine;
 * - `UNLISTEN`: it ends the listening of all; `LISTEN` and `NOTIFY` work, each listener gets what any of them asked for;
 * - `COPY … FROM STDIN`, and cancelling a query: it runs to its end.
 * `search_path` is `bullmq, public` for all; whoever needs another schema names it.
 *
 * @throws FolderInUseError when another process has the folder.
 * @throws Error when the files do not open, for instance those of another major version of PostgreSQL.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory);
  // Whoever may enter the folder reaches the socket, which asks for no password.
  chmodSync(directory, 0o700);
  const unlock = lockFolder(directory);
  let address: FrontAddress | undefined;
  try {
    address = frontAddress(directory);
    return await startWorker(options, directory, address, unlock);
  } catch (error) {
    address?.remove();
    unlock();
    throw error;
  }
}

async function startWorker(
  options: EmbeddedPostgresOptions,
  directory: string,
  address: FrontAddress,
  unlock: () => void,
): Promise<EmbeddedPostgres> {
  const { password, host } = address;
  const credentials = password === undefined ? {} : { password };
  const settings = {
    directory,
    listen: address.listen,
    idleInTransactionLimit: options.idleInTransactionLimit ?? 60 * SECOND,
    ...credentials,
  };
  const thread = await DatabaseThread.start(settings, options.log);
  const port = address.port ?? thread.port;
  const connection = { host, port, user: 'postgres', database: 'postgres', ...credentials };
  const maintenance = startMaintenance(connection, options.maintenanceInterval ?? MINUTE, options.log);
  const close = async () => {
    await maintenance.stop();
    await thread.close();
    address.remove();
    unlock();
  };
  let closing: Promise<void> | undefined;
  return {
    connection,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
