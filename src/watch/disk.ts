import { statfs } from 'node:fs/promises';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The disk that dataDir is on. */
export function addDiskMetrics(to: Instruments, { dataDir, reading }: Pick<Watched, 'dataDir' | 'reading'>): void {
  const disk = reading('the disk of dataDir', () => statfs(dataDir));
  to.gauge('fettle_disk_free_bytes', 'Space left on the disk of dataDir.', async () => {
    const now = await disk.get();
    return now && now.bavail * now.bsize;
  });
  to.gauge('fettle_disk_size_bytes', 'Size of the disk of dataDir.', async () => {
    const now = await disk.get();
    return now && now.blocks * now.bsize;
  });
}
