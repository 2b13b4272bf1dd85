import { Whole } from './fields.ts';
import { section } from './section.ts';

export const Disk = section('The local disk.', {
  minFreeMb: Whole(
    'Below so much free space on the disk of dataDir, in MB, intake stops, so that the embedded database goes on working. 0 for none; without effect when both store.url and database.url are set.',
    256,
    0,
  ),
});
