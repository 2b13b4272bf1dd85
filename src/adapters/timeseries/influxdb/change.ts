import type { Log } from '../../../log.ts';
import { InfluxDbAccessError, InfluxDbMissingError } from './errors.ts';
import type { InfluxStoreOptions } from './options.ts';

/** Something on the server that is not as it should be. */
export interface Change {
  /** What an administrator does to make it so. */
  readonly command: string;
  /** Whether Fettle can't work without it. */
  readonly essential: boolean;
  /** Makes it so; rejects with InfluxDbAccessError when Fettle has no right to. */
  apply(): Promise<void>;
}

export interface ChangeOptions extends Pick<InfluxStoreOptions, 'create' | 'url' | 'database' | 'log'> {
  /** Takes what would be changed where Fettle may change; then nothing is. */
  readonly onlyLook?: (changes: readonly Change[]) => void;
}

/**
 * Applies changes where Fettle may. What stays undone is an error when Fettle can't work without it, else a warning;
 * either lists the commands.
 */
export async function applyChanges(
  changes: readonly Change[],
  { create, url, database, log, onlyLook }: ChangeOptions,
): Promise<void> {
  if (create && onlyLook) return onlyLook(changes);
  const undone: Change[] = [];
  let refusal: InfluxDbAccessError | undefined;
  for (const change of changes) {
    const refused = create ? await tryChange(change, log) : undefined;
    refusal ??= refused;
    if (!create || refused) undone.push(change);
  }
  const commands = undone.map(({ command }) => command);
  if (undone.some(({ essential }) => essential)) {
    const why = create ? 'and Fettle may not create it' : 'and store.create is false';
    const message = `InfluxDB at ${url} lacks something of the database ${database}, ${why}. An administrator has to run: ${commands.join('; ')}`;
    throw refusal ? new InfluxDbAccessError(message, { cause: refusal }) : new InfluxDbMissingError(message);
  }
  if (undone.length > 0) {
    log.warn({ commands }, 'InfluxDB is not set up as configured; an administrator has to run these commands');
  }
}

async function tryChange(change: Change, log: Log): Promise<InfluxDbAccessError | undefined> {
  try {
    await change.apply();
    log.info({ done: change.command }, 'set up InfluxDB');
    return undefined;
  } catch (error) {
    if (error instanceof InfluxDbAccessError) return error;
    throw error;
  }
}
