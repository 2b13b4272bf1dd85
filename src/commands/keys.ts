import { FolderInUseError } from '../adapters/database/embedded/index.ts';
import { ApiKeys } from '../apiKeys.ts';
import { ConflictError } from '../errors.ts';
import { createLog } from '../log.ts';
import { openConfiguredDatabase } from '../parts.ts';
import { type KeyRepository, ROLES, type Role } from '../ports/database.ts';
import { Teardown } from '../teardown.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';

export interface KeysOptions {
  readonly config?: string;
}

/** `fettle keys list`: names, roles and dates; the keys themselves are not kept. */
export function listKeys(options: KeysOptions): Promise<void> {
  return withKeys(options, async (keys) => {
    for (const { name, role, createdAt } of await keys.list()) {
      process.stdout.write(`${name}\t${role}\t${new Date(createdAt).toISOString()}\n`);
    }
  });
}

/** `fettle keys create <name> <role>`: prints the new key, once. */
export function createKey(name: string, role: string, options: KeysOptions): Promise<void> {
  if (!isRole(role)) throw new CommandError(`'${role}' is no role; the roles are ${ROLES.join(', ')}`);
  return withKeys(options, async (keys) => {
    const { key } = await new ApiKeys(keys).create(name, role);
    process.stdout.write(`${key}\n`);
  });
}

/** `fettle keys revoke <name>` */
export function revokeKey(name: string, options: KeysOptions): Promise<void> {
  return withKeys(options, async (keys) => {
    if (!(await keys.revoke(name))) throw new CommandError(`there is no key '${name}'`);
  });
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

function forPerson(error: Error): CommandError {
  if (!(error instanceof FolderInUseError)) return new CommandError(error.message);
  return new CommandError(
    `${error.message}.\nKeys of a running Fettle are made and revoked through its API (/api/v1/keys, with a key of the role admin).`,
  );
}

async function withKeys(options: KeysOptions, work: (keys: KeyRepository) => Promise<void>): Promise<void> {
  const { config } = loadConfiguration({ file: options.config, env: process.env, cwd: process.cwd() });
  const log = createLog('warn');
  const teardown = new Teardown(log);
  try {
    const { database } = await openConfiguredDatabase(config, teardown, log);
    await work(database.keys);
  } catch (error) {
    throw error instanceof FolderInUseError || error instanceof ConflictError ? forPerson(error) : error;
  } finally {
    await teardown.run();
  }
}
