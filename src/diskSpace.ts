import { statfs } from 'node:fs/promises';
import type { DiskSpace } from './pipeline/room.ts';

/** What processes without privileges may still write, and the size of the whole. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}
