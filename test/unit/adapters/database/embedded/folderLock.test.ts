import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FolderInUseError, lockFolder } from '../../../../../src/adapters/database/embedded/folderLock.ts';
import { tempFolder } from '../../../../support/temp.ts';

it('is held until it is given back, by this process too', () => {
  const folder = tempFolder();
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(readdirSync(folder)).toEqual(['lock']);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
  lockFolder(folder)();
});

it.each([
  ['whose process is gone', (own: string) => own.replace(/"pid":\d+/, '"pid":4194304000')],
  ['cut short by a power failure', (own: string) => own.slice(0, 5)],
  ['left empty', () => ''],
])('takes over a lock %s', (_what, change) => {
  const folder = tempFolder();
  lockFolder(folder);
  writeFileSync(join(folder, 'lock'), change(readFileSync(join(folder, 'lock'), 'utf8')));
  const unlock = lockFolder(folder);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toContain(`"pid":${process.pid},`);
  expect(readdirSync(folder)).toEqual(['lock']);
  unlock();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it.runIf(process.platform === 'linux')('tells a process from an earlier one with the same pid', () => {
  const folder = tempFolder();
  lockFolder(folder);
  const path = join(folder, 'lock');
  const earlier = readFileSync(path, 'utf8').replace(/ (\d+)"/, ' 1"');
  writeFileSync(path, earlier);
  expect(() => lockFolder(folder)).not.toThrow();
});
