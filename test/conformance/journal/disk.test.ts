import { execFileSync } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { workerUrl } from '../../../src/workerUrl.ts';
import { canMountDisk, ownDisk } from '../../support/ownDisk.ts';
import { tempFolder } from '../../support/temp.ts';
import { journalIn, records } from './support.ts';

const JOURNAL = workerUrl(new URL('../../../src/adapters/journal/index.ts', import.meta.url).href, './index.js');
const FULL_DISK = fileURLToPath(new URL('./fullDisk.mjs', import.meta.url));

it('syncs before it resolves, and once for appends that wait together', async () => {
  const { journal, directory } = await journalIn();
  const synced = vi.spyOn(await fileHandlePrototype(directory), 'datasync');
  onTestFinished(() => synced.mockRestore());

  await journal.append(records('a'));
  expect(synced).toHaveBeenCalledTimes(1);
  await Promise.all(Array.from({ length: 200 }, () => journal.append(records('b'))));
  expect(synced.mock.calls.length).toBeLessThanOrEqual(3);
});

it('does not resolve when the sync fails, and does not give such records out', async () => {
  const { journal, directory } = await journalIn();
  await journal.append(records('kept'));
  const synced = vi.spyOn(await fileHandlePrototype(directory), 'datasync').mockRejectedValueOnce(new Error('EIO'));
  onTestFinished(() => synced.mockRestore());
  await expect(journal.append(records('lost'))).rejects.toThrow('EIO');
  await journal.append(records('later'));
  await journal.close();

  const { journal: again, lines } = await journalIn(directory);
  expect((await again.read(10)).map((record) => record.data.toString())).toEqual(['kept', 'later']);
  expect(lines).toEqual([]);
});

it.skipIf(process.platform === 'win32')(
  'takes a half-written append back when the disk takes no more, and goes on',
  () => {
    const directory = tempFolder();
    const script = `trap '' XFSZ; ulimit -f 200; exec "$0" "$@"`;
    const output = execFileSync('sh', ['-c', script, process.execPath, FULL_DISK, JOURNAL.href, directory]);
    expect(JSON.parse(output.toString())).toEqual({
      outcomes: [
        ['small', 'appended'],
        ['too large', 'EFBIG'],
        ['small again', 'appended'],
      ],
      readable: [1000, 1000],
    });
  },
);

it.skipIf(!canMountDisk())('is trimmed on a disk that it has filled itself, so that its room comes back', async () => {
  const { disk, folder } = ownDisk();
  const { journal } = await journalIn(join(folder, 'journal'), { segmentBytes: 20_000 });
  disk.fill(64 * 1024);
  const fill = async () => {
    for (;;) await journal.append(records('x'.repeat(100)));
  };
  await expect(fill()).rejects.toThrow('ENOSPC');
  const held = journal.pending().records;

  while (journal.pending().records > 0) {
    const [first] = await journal.read(1);
    await journal.trim(first!.next);
  }
  await journal.append(records('later'));
  await journal.close();
  const { journal: again } = await journalIn(join(folder, 'journal'));
  expect((await again.read(10)).map((record) => record.data.toString())).toEqual(['later']);
  expect(held).toBeGreaterThan(100);
});

async function fileHandlePrototype(directory: string): Promise<FileHandle> {
  const file = await open(join(directory, 'any'), 'w');
  await file.close();
  return Object.getPrototypeOf(file);
}
