import { diskSpace } from '../diskSpace.ts';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The disk that dataDir is on. */
export function addDiskMetrics(to: Instruments, { dataDir, reading }: Pick<Watched, 'dataDir' | 'reading'>): void {
  const disk = reading('the disk of dataDir', () => diskSpace(dataDir));
  to.gauge('fettle_disk_free_bytes', 'Space left on the disk of dataDir.', async () => {
    return (await disk.get())?.freeBytes;
  });
  to.gauge('fettle_disk_size_bytes', 'Size of the disk of dataDir.', async () => {
    return (await disk.get())?.sizeBytes;
  });
}
