import type { Exposure, Grouped, Reliability } from '../ports/analytics.ts';
import { meanTimeBetween } from '../prognostics/meanTimeBetween.ts';

/** With the mean time between critical failures and its interval. */
export function withMeanTimes(rows: readonly Grouped<Exposure>[], confidence: number): Grouped<Reliability>[] {
  return rows.map((row) => ({ ...row, ...meanTimeBetween(row.running + row.calendar, row.critical, confidence) }));
}
