import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POSTGRESQL = '/usr/lib/postgresql';
const REDMINE = '/usr/share/redmine/bin';

/** Debian keeps servers outside the usual PATH; of several versions of PostgreSQL the newest counts. */
function debianFolders(): string[] {
  const versions = existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL).sort((a, b) => Number(b) - Number(a)) : [];
  return ['/usr/sbin', REDMINE, ...versions.map((version) => join(POSTGRESQL, version, 'bin'))];
}

/** Full path of a program, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debianFolders()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * For suites with a real server: `describe.skipIf(!requireProgram('mosquitto'))`. Says aloud when a suite is skipped;
 * with REQUIRE_SERVICES=1 a missing server fails instead.
 */
export function requireProgram(name: string): string | undefined {
  const path = findProgram(name);
  if (path) return path;
  if (process.env.REQUIRE_SERVICES === '1')
    throw new Error(`${name} is required (REQUIRE_SERVICES=1) and not on the PATH`);
  process.stderr.write(`\nSKIPPED: tests with a real ${name}, which is not on the PATH\n`);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
