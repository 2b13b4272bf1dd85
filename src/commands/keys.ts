import { FolderInUseError } from '../adapters/database/embedded/index.ts';
import { ApiKeys } from '../apiKeys.ts';
import { ConflictError } from '../errors.ts';
import { createLog } from '../log.ts';
import { openConfiguredDatabase } from '../parts.ts';
import { KEY_ROLES, type KeyRepository, type KeyRole } from '../ports/database.ts';
import { Teardown } from '../teardown.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';

export interface KeysOptions {
  readonly config?: string;
}

/** `fettle keys list`: names, roles and dates; the keys themselves are not kept. */
export function listKeys(options: KeysOptions): Promise<void> {
  return withKeys(options, async (keys) => {
    for (const { name, role, sourceId, createdAt } of await keys.list()) {
      const whose = sourceId ? `${role} of ${sourceId}` : role;
      process.stdout.write(`${name}\t${whose}\t${new Date(createdAt).toISOString()}\n`);
    }
  });
}

/** `fettle keys create <name> <role>`: prints the new key, once. That of a device is for a source. */
export function createKey(name: string, role: string, options: KeysOptions & { source?: string }): Promise<void> {
  if (!isRole(role)) throw new CommandError(`'${role}' is no role; the roles are ${KEY_ROLES.join(', ')}`);
  const { source } = options;
  if ((role === 'device') !== (source !== undefined))
    throw new CommandError('a key of the role device, and no other one, is for a source: --source <id>');
  return withKeys(options, async (keys, sources) => {
    if (source !== undefined && !sources.includes(source))
      throw new CommandError(`there is no source '${source}'; there are ${sources.join(', ')}`);
    const { key } = await new ApiKeys(keys).create(name, role, source);
    process.stdout.write(`${key}\n`);
  });
}

/** `fettle keys revoke <name>` */
export function revokeKey(name: string, options: KeysOptions): Promise<void> {
  return withKeys(options, async (keys) => {
    if (!(await keys.revoke(name))) throw new CommandError(`there is no key '${name}'`);
  });
}

function isRole(role: string): role is KeyRole {
  return (KEY_ROLES as readonly string[]).includes(role);
}

function forPerson(error: Error): CommandError {
  if (!(error instanceof FolderInUseError)) return new CommandError(error.message);
  return new CommandError(
    `${error.message}.\nKeys of a running Fettle are made and revoked through its API (/api/v1/keys, with a key of the role admin).`,
  );
}

async function withKeys(
  options: KeysOptions,
  work: (keys: KeyRepository, sources: readonly string[]) => Promise<void>,
): Promise<void> {
  const { config } = loadConfiguration({ file: options.config, env: process.env, cwd: process.cwd() });
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    const { database } = await openConfiguredDatabase(config, teardown, log);
    await work(
      database.keys,
      config.sources.map(({ id }) => id),
    );
  } catch (error) {
    throw error instanceof FolderInUseError || error instanceof ConflictError ? forPerson(error) : error;
  } finally {
    await teardown.run();
  }
}
