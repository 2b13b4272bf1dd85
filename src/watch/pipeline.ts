import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import { countsByState } from '../pipeline/connections.ts';
import type { Watched } from './index.ts';

/** How far each step is behind, and what it has met. */
export function addPipelineMetrics(to: Instruments, { parts, pipeline }: Pick<Watched, 'parts' | 'pipeline'>): void {
  addLag(to, { parts, pipeline });
  addAssessment(to, { pipeline });
  addRecovery(to, { pipeline });
  addHostClock(to, { pipeline });
  addDeviceClocks(to, { pipeline });
}

function addLag(to: Instruments, { parts, pipeline }: Pick<Watched, 'parts' | 'pipeline'>): void {
  to.gauge('fettle_oldest_unsettled_age_seconds', 'Age of the oldest message not yet settled; 0 when all are.', () => {
    if (!pipeline.started) return undefined;
    const oldest = pipeline.ingest.oldestUnsettled;
    return oldest === undefined ? 0 : Math.max(0, parts.clock.now() - oldest) / SECOND;
  });
  to.gauge(
    'fettle_event_lag_seconds',
    'How old the last sample stored was when it came, by the time it carries: devices that deliver what they kept, or a clock that is wrong.',
    () => {
      const lag = pipeline.started ? pipeline.ingest.eventLag : undefined;
      return lag === undefined ? undefined : lag / SECOND;
    },
  );
  to.gauge('fettle_ingest_held_up', 'Whether a write fails or takes long, so that devices have to wait (1).', () =>
    pipeline.started ? Number(pipeline.ingest.isHeldUp) : undefined,
  );
}

function addAssessment(to: Instruments, { pipeline }: Pick<Watched, 'pipeline'>): void {
  const { fleet, refolds, raiser, faults, checkpoint } = pipeline;
  to.gauge('fettle_assets', 'Assets registered.', () => fleet.size);
  to.gauges(
    'fettle_assets_connected',
    'Assets by what they or their broker said of their connection; those of which nothing was said are in neither.',
    ['state'],
    () => countsByState(pipeline.connections),
  );
  to.gauge('fettle_findings_waiting', 'Findings made and not yet in the database.', () => raiser.waiting);
  to.gauge('fettle_refolds_waiting', 'Assets whose history waits to be assessed anew.', () => refolds.waiting);
  to.counter('fettle_refolds_total', 'Histories of assets assessed anew.', () => refolds.done);
  to.counter('fettle_refold_failures_total', 'Attempts to do so that failed; they are repeated.', () => refolds.failed);
  to.counters('fettle_rule_faults_total', 'How often a rule failed by a defect of its own.', ['rule'], () =>
    [...faults.counts].map(([rule, count]) => [{ rule }, count] as const),
  );
  to.gauge('fettle_checkpoint_timestamp_seconds', 'When the states of the assets were last saved.', () => {
    const at = checkpoint.lastDone;
    return at === undefined ? undefined : at / SECOND;
  });
}

function addHostClock(to: Instruments, { pipeline: { hostClock } }: Pick<Watched, 'pipeline'>): void {
  to.counters(
    'fettle_host_clock_steps_total',
    "How often the machine's own clock was put forward, or slept, and put back, by more than ten seconds.",
    ['direction'],
    () => [
      [{ direction: 'forward' }, hostClock.forward],
      [{ direction: 'back' }, hostClock.back],
    ],
  );
}

function addDeviceClocks(to: Instruments, { pipeline: { deviceClocks } }: Pick<Watched, 'pipeline'>): void {
  to.gauges('fettle_assets_clock_off', 'Assets whose clock is off by more than a minute.', ['direction'], () => [
    [{ direction: 'ahead' }, deviceClocks.ahead],
    [{ direction: 'behind' }, deviceClocks.behind],
  ]);
  to.counter(
    'fettle_device_clocks_put_back_total',
    'How often the clock of an asset was put back by more than a minute while its messages went on.',
    () => deviceClocks.putBack,
  );
}

function addRecovery(to: Instruments, { pipeline }: Pick<Watched, 'pipeline'>): void {
  const { recovery } = pipeline;
  to.gauge('fettle_recovery_done', 'Whether the state from before the start is back (1) or not (0).', () =>
    Number(recovery.done),
  );
  to.gauge('fettle_recovery_assets', 'Assets to bring back at the start.', () => recovery.assets);
  to.gauge(
    'fettle_recovery_assets_behind',
    'Assets whose state is not up to the stored samples yet.',
    () => recovery.behind,
  );
  to.gauge('fettle_recovery_samples', 'Stored samples read for that.', () => recovery.samples);
  to.gauge('fettle_recovery_seconds', 'Time that took.', () => recovery.duration / SECOND);
}
