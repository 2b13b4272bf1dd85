import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** Jobs of the queue that takes deliveries to the service desk. */
export function addQueueMetrics(to: Instruments, { parts, reading }: Pick<Watched, 'parts' | 'reading'>): void {
  const counts = reading('the job queue', () => parts.queue.counts());
  to.gauges('fettle_queue_jobs', 'Jobs in the queue, by state.', ['state'], async () => {
    const now = await counts.get();
    return now && Object.entries(now).map(([state, count]) => [{ state }, count] as const);
  });
}
