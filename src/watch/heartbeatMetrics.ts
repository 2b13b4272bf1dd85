import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import type { Heartbeat } from './heartbeat.ts';

export function addHeartbeatMetrics(to: Instruments, heartbeat: Heartbeat): void {
  to.gauge('fettle_heartbeat_timestamp_seconds', 'When the outside monitor last took a heartbeat.', () => {
    const at = heartbeat.takenAt;
    return at === undefined ? undefined : at / SECOND;
  });
  to.counter(
    'fettle_heartbeat_failures_total',
    'Heartbeats that the outside monitor did not take.',
    () => heartbeat.failures,
  );
}
