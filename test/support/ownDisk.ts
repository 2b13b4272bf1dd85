import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { Disk } from '../faults/harness/disk.ts';
import { makeTempFolder } from './temp.ts';

/** For suites that fill a disk of their own, which only root may mount. Says aloud when they are skipped. */
export function canMountDisk(): boolean {
  const folder = makeTempFolder();
  const disk = Disk.mount(folder);
  disk?.unmount();
  rmSync(folder, { recursive: true, force: true });
  if (!disk) process.stderr.write('\nSKIPPED: tests on a full disk, which have to mount a tmpfs: Linux, as root\n');
  return disk !== undefined;
}

/** A disk that goes when the test has finished, after what the test itself opened on it. */
export function ownDisk(): { readonly disk: Disk; readonly folder: string } {
  const folder = makeTempFolder();
  const disk = Disk.mount(folder)!;
  onTestFinished(() => {
    disk.unmount();
    rmSync(folder, { recursive: true, force: true });
  });
  return { disk, folder };
}
