import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Fettle is installed in: the nearest above this module with a package.json. */
export function installationFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}: reinstall Fettle`);
    folder = parent;
  }
  return folder;
}

/** The asset models that come with Fettle. */
export function shippedModels(): string {
  return join(installationFolder(), 'models');
}

/** The presets of service desks that come with Fettle. */
export function shippedDesks(): string {
  return join(installationFolder(), 'desks');
}

/** The version of Fettle that runs. */
export function installedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(installationFolder(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** The folder of the built console; undefined where it was not built, as in a checkout before `npm run build`. */
export function consoleFolder(): string | undefined {
  const folder = join(installationFolder(), 'dist', 'console');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}
