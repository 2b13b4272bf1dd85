import type { Instruments } from './instruments.ts';
import type { Ledger } from './ledger.ts';

/** The three ledgers, entry by entry, and whether they add up. */
export function addLedgerMetrics(to: Instruments, ledger: Ledger): void {
  const { messages, samples } = ledger;
  const reasons = (counts: ReadonlyMap<string, number>) => () =>
    [...counts].map(([reason, value]) => [{ reason }, value] as const);

  to.counter('fettle_messages_received_total', 'Messages the broker handed over.', () => messages.received);
  to.counter(
    'fettle_messages_stored_total',
    'Messages of which at least one sample was stored, or what they said of a connection.',
    () => messages.stored,
  );
  to.counter(
    'fettle_messages_duplicate_total',
    'Messages of which all samples were stored before.',
    () => messages.duplicate,
  );
  to.counter('fettle_messages_dead_lettered_total', 'Messages kept in the dead letters.', () => messages.deadLettered);
  to.counters(
    'fettle_messages_dropped_total',
    'Messages neither stored nor kept, by reason.',
    ['reason'],
    reasons(ledger.dropped),
  );
  to.gauge('fettle_messages_in_flight', 'Messages received and not yet settled.', () => messages.inFlight);

  to.counter('fettle_samples_decoded_total', 'Values found in messages.', () => samples.decoded);
  to.counter('fettle_samples_stored_total', 'Samples stored.', () => samples.stored);
  to.counter('fettle_samples_duplicate_total', 'Samples stored before.', () => samples.duplicate);
  to.counters('fettle_samples_rejected_total', 'Values refused, by reason.', ['reason'], reasons(ledger.rejected));
  to.gauge('fettle_samples_in_flight', 'Samples decoded and not yet stored.', () => samples.inFlight);

  to.counter('fettle_samples_assessed_total', 'Stored samples that rules have judged.', () => samples.assessed);
  to.counter(
    'fettle_samples_noted_total',
    'Stored samples left to whichever node assesses their shard.',
    () => samples.noted,
  );
  to.gauge('fettle_samples_waiting', 'Stored samples that wait to be judged.', () => samples.waiting);
  to.counter('fettle_samples_late_total', 'Stored samples too old to be assessed.', () => samples.late);
  to.counter('fettle_samples_history_total', 'Stored samples imported as history.', () => samples.history);

  to.gauges(
    'fettle_ledger_imbalance',
    'What a ledger is out by: 0 when it adds up, more when something is unaccounted for.',
    ['ledger'],
    () => Object.entries(ledger.differences()).map(([name, difference]) => [{ ledger: name }, difference] as const),
  );
  to.counter('fettle_tickets_opened_total', 'Tickets opened, proposed ones included.', () => ledger.ticketsOpened);
}
