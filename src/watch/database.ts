import { PRIORITIES } from '../domain/ticket.ts';
import { SECOND } from '../domain/time.ts';
import type { Instruments } from '../metrics.ts';
import { trippedRules } from '../pipeline/trips.ts';
import type { Watched } from './index.ts';

/** What is counted in the database: tickets, deliveries, dead letters, rules. The same on every node that shares it. */
export function addDatabaseMetrics(to: Instruments, watched: Watched): void {
  addTickets(to, watched);
  addDeliveries(to, watched);
  addDeadLetters(to, watched);
}

function addTickets(to: Instruments, { parts: { database }, reading }: Watched): void {
  const ongoing = reading('open tickets', () => database.tickets.countOngoing());
  to.gauges('fettle_tickets_open', 'Tickets not yet closed or cancelled, by priority.', ['priority'], async () => {
    const counts = await ongoing.get();
    return counts && PRIORITIES.map((priority) => [{ priority }, counts[priority] ?? 0] as const);
  });
  const tripped = reading('tripped rules', () => trippedRules(database));
  to.gauge(
    'fettle_rules_tripped',
    'Rules that opened more tickets than their cap and only propose since.',
    async () => (await tripped.get())?.length,
  );
}

function addDeliveries(to: Instruments, { parts: { database, clock }, pipeline, reading }: Watched): void {
  const deliveries = reading('deliveries', async () => ({
    counts: await database.outbox.counts(),
    oldest: (await database.outbox.pending(1))[0]?.createdAt,
    paused: (await pipeline.deliver.pausedBy()) !== undefined,
  }));
  to.gauges('fettle_deliveries', 'Deliveries to the service desk, by status.', ['status'], async () => {
    const now = await deliveries.get();
    return now && Object.entries(now.counts).map(([status, count]) => [{ status }, count] as const);
  });
  to.gauge(
    'fettle_delivery_oldest_pending_age_seconds',
    'How long the oldest pending delivery has waited; 0 when none does.',
    async () => {
      const now = await deliveries.get();
      if (!now) return undefined;
      return now.oldest === undefined ? 0 : Math.max(0, clock.now() - now.oldest) / SECOND;
    },
  );
  to.gauge(
    'fettle_deliveries_paused',
    'Whether deliveries are paused, by a person or since the database was restored (1), or not (0).',
    async () => {
      const now = await deliveries.get();
      return now && Number(now.paused);
    },
  );
}

function addDeadLetters(to: Instruments, { parts: { database }, reading }: Watched): void {
  const kept = reading('dead letters', () => database.deadLetters.countByReason());
  to.gauges('fettle_dead_letters', 'Dead letters kept in the database, by reason.', ['reason'], async () => {
    const counts = await kept.get();
    return counts && Object.entries(counts).map(([reason, count]) => [{ reason }, count] as const);
  });
}
