import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Reads a secret from a file of its own, such as those that Compose and Kubernetes mount: all of it but one newline at the
 * end. `file` counts from `folder`. The problem says what is wrong with the file and never repeats its content.
 */
export function readSecretFile(file: string, folder: string): { value: string } | { problem: string } {
  const path = resolve(folder, file);
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return value === '' ? { problem: `the file ${path} is empty; it must hold the value` } : { value };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { problem: `there is no file ${path}` };
    return { problem: `the file ${path} can not be read (${code}); the user that Fettle runs as must be allowed to` };
  }
}
