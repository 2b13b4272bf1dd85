import { MAIN_BROKER } from '../config/brokers.ts';
import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import type { BrokerStatus } from '../ports/broker.ts';
import type { Watched } from './index.ts';

/** The line to the devices. */
export function addBrokerMetrics(to: Instruments, { parts, pipeline }: Pick<Watched, 'parts' | 'pipeline'>): void {
  const each = () => {
    const status = parts.broker.status();
    return status.brokers ?? new Map([[MAIN_BROKER, status]]);
  };
  const figures = (read: (status: BrokerStatus) => number) => () =>
    [...each()].map(([broker, status]) => [{ broker }, read(status)] as const);
  const labelNames = ['broker'] as const;
  to.gauges(
    'fettle_broker_connected',
    'Whether the broker is connected (1) or not (0).',
    labelNames,
    figures(({ connected }) => Number(connected)),
  );
  to.counters(
    'fettle_broker_reconnects_total',
    'Connections made after the first one.',
    labelNames,
    figures(({ reconnects }) => reconnects),
  );
  to.counters(
    'fettle_broker_connection_failures_total',
    'Connections that could not be made, or ended, by reason.',
    ['broker', 'reason'],
    () =>
      [...each()].flatMap(([broker, { failures }]) =>
        [...failures].map(([reason, count]) => [{ broker, reason }, count] as const),
      ),
  );
  to.counters(
    'fettle_broker_sessions_lost_total',
    'Times that the broker no longer had the session, and with it what was queued for Fettle.',
    labelNames,
    figures(({ sessionsLost }) => sessionsLost),
  );
  to.gauges(
    'fettle_broker_unsettled_messages',
    'Messages handed over and not yet settled.',
    labelNames,
    figures(({ unsettledMessages }) => unsettledMessages),
  );
  to.gauges(
    'fettle_broker_unsettled_bytes',
    'Bytes of the messages not yet settled.',
    labelNames,
    figures(({ unsettledBytes }) => unsettledBytes),
  );
  to.counters(
    'fettle_broker_messages_dropped_total',
    'Messages that the broker itself says it dropped, for any of its clients; absent where it does not tell.',
    labelNames,
    () =>
      [...each()].flatMap(([broker, { dropped }]) => (dropped === undefined ? [] : [[{ broker }, dropped] as const])),
  );
  to.gauges(
    'fettle_certificate_expiry_timestamp_seconds',
    "When a certificate expires: that of a broker, or Fettle's own there.",
    ['certificate'],
    () =>
      [...each()].flatMap(([id, { certificates }]) =>
        certificates.map(({ whose, expires }) => [{ certificate: `${id} ${whose}` }, expires / SECOND] as const),
      ),
  );
  to.gauge('fettle_listening', 'Whether Fettle hears its devices (1) or not (0); only then is silence theirs.', () =>
    Number(pipeline.listening.heard),
  );
}
