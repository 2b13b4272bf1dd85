import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** How far the aggregates of telemetry have come. The same on every node that shares the database. */
export function addRollupMetrics(to: Instruments, { parts: { database, clock }, reading }: Watched): void {
  const progress = reading('the progress of aggregates', () => database.rollups.progress());
  to.gauge(
    'fettle_rollup_lag_seconds',
    'How far five-minute aggregates of telemetry are behind; two to eight minutes is usual.',
    async () => {
      const rolledTo = (await progress.get())?.rolledTo;
      return rolledTo === undefined ? undefined : (clock.now() - rolledTo) / SECOND;
    },
  );
  to.gauge(
    'fettle_rollup_backlog',
    'Days of single assets whose late telemetry is not in the aggregates yet; charts read it from the samples.',
    async () => (await progress.get())?.daysDue,
  );
}
