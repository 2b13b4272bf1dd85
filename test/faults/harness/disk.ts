import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOM = 4 * 1024 ** 3;
/** What is left of a full disk: room for a page or two. */
const REST = 64 * 1024;

/** A tmpfs of its own at a folder, which can be filled without writing: only root may make one. */
export class Disk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where this user or machine may not mount; the folder is a plain one then. */
  static mount(folder: string): Disk | undefined {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOM}`, 'fettle-faults', folder], { stdio: 'ignore' });
      return new Disk(folder);
    } catch {
      return undefined;
    }
  }

  /** Whether this user may mount one on this machine. */
  static isAllowed(): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-disk-'));
    const disk = Disk.mount(folder);
    disk?.unmount();
    rmdirSync(folder);
    return disk !== undefined;
  }

  /** So much still fits from now on; nothing, where it is not said. */
  fill(rest = REST): void {
    const { blocks, bfree, bsize } = statfsSync(this.#folder);
    this.#resize((blocks - bfree) * bsize + rest);
  }

  empty(): void {
    this.#resize(ROOM);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.#folder]);
  }

  #resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.#folder]);
  }
}
