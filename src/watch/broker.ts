import type { Instruments } from '../metrics.ts';
import type { Watched } from './index.ts';

/** The line to the devices. */
export function addBrokerMetrics(to: Instruments, { parts, pipeline }: Pick<Watched, 'parts' | 'pipeline'>): void {
  const { broker } = parts;
  const labels = { broker: 'default' };
  const labelNames = ['broker'] as const;
  to.gauges('fettle_broker_connected', 'Whether the broker is connected (1) or not (0).', labelNames, () => [
    [labels, Number(broker.status().connected)],
  ]);
  to.counters('fettle_broker_reconnects_total', 'Connections made after the first one.', labelNames, () => [
    [labels, broker.status().reconnects],
  ]);
  to.gauges('fettle_broker_unsettled_messages', 'Messages handed over and not yet settled.', labelNames, () => [
    [labels, broker.status().unsettledMessages],
  ]);
  to.gauges('fettle_broker_unsettled_bytes', 'Bytes of the messages not yet settled.', labelNames, () => [
    [labels, broker.status().unsettledBytes],
  ]);
  to.gauge('fettle_listening', 'Whether Fettle hears its devices (1) or not (0); only then is silence theirs.', () =>
    Number(pipeline.listening.heard),
  );
}
