import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The parts as /readyz tells of them. */
export function addPartMetrics(to: Instruments, { readiness, reading }: Pick<Watched, 'readiness' | 'reading'>): void {
  const state = reading('the state of the parts', readiness);
  const labelNames = ['part', 'needed'] as const;
  to.gauges('fettle_part_up', 'Whether a part works (1) or not (0), as in /readyz.', labelNames, async () =>
    (await state.get())?.parts.map(
      ({ part, ok, needed }) => [{ part, needed: needed ? 'yes' : 'no' }, Number(ok)] as const,
    ),
  );
  to.gauge('fettle_ready', 'Whether every part that is needed works (1) or not (0), as in /readyz.', async () => {
    const now = await state.get();
    return now && Number(now.ready);
  });
}
