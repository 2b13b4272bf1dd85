import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const MEBIBYTE = 1024 * 1024;

/** For suites that fill a disk of their own: a tmpfs, which only root may mount. Says aloud when they are skipped. */
export function canMountDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('\nSKIPPED: tests on a full disk, which need to mount a tmpfs (Linux, as root)\n');
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A disk of so many MiB, gone when the test has finished; what uses it must have ended by then. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'fettle-disk-'));
  readonly #balloon = join(this.folder, 'balloon');

  constructor(sizeMb: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', this.folder]);
    onTestFinished(() => {
      execFileSync('umount', ['-l', this.folder]);
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Somebody else takes the space, all but so many MiB. */
  fill(leaveMb = 0): void {
    const file = openSync(this.#balloon, 'a');
    try {
      while (this.freeBytes > leaveMb * MEBIBYTE) {
        writeSync(file, Buffer.alloc(Math.min(MEBIBYTE, this.freeBytes - leaveMb * MEBIBYTE)));
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives back what `fill` took. */
  makeRoom(): void {
    rmSync(this.#balloon, { force: true });
  }
}
