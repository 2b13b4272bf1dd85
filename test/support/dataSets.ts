import { existsSync } from 'node:fs';

/**
 * For suites on public data sets: `describe.skipIf(!requireDataSets())`. Their folder is FETTLE_DATA_SETS. Says aloud when
 * a suite is skipped; one that is named and not there fails instead.
 */
export function requireDataSets(): string | undefined {
  const folder = process.env.FETTLE_DATA_SETS;
  if (!folder) {
    process.stderr.write('\nSKIPPED: tests on public data sets, whose folder FETTLE_DATA_SETS names\n');
    return undefined;
  }
  if (existsSync(folder)) return folder;
  throw new Error(`FETTLE_DATA_SETS is ${folder}, which is not there`);
}
