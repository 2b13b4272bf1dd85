import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** What goes to the local disk while the time-series store fails, and back. Its size is with the journals. */
export function addSpillMetrics(to: Instruments, { parts, pipeline }: Pick<Watched, 'parts' | 'pipeline'>): void {
  const { spill } = pipeline;
  to.counter('fettle_spill_samples_total', 'Samples that went to the spill.', () => spill.counts.spilled);
  to.counter(
    'fettle_spill_drained_samples_total',
    'Samples taken from the spill to the store, those from before the start too.',
    () => spill.counts.drained,
  );
  to.counter(
    'fettle_spill_refused_samples_total',
    'Samples of these that the store can never take; they are dead letters.',
    () => spill.counts.refused,
  );
  to.counter(
    'fettle_spill_unreadable_records_total',
    'Records of the spill put aside because this version can not read them.',
    () => spill.counts.unreadable,
  );
  to.gauge(
    'fettle_spill_oldest_age_seconds',
    'Age of the oldest sample that waits in the spill; 0 when none does.',
    () => {
      if (spill.isEmpty) return 0;
      const { oldest } = spill;
      return oldest === undefined ? undefined : Math.max(0, parts.clock.now() - oldest) / SECOND;
    },
  );
}
