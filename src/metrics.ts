import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RejectionReason } from './domain/sample.ts';

/** `nothing-to-store`: the message held nothing but names that its source ignores. */
export type DropReason = 'dead-letters-full' | 'nothing-to-store';

/**
 * The three ledgers, counted from process start. They hold at every moment between two turns of the event loop:
 * messages: received = stored + duplicate + deadLettered + dropped + inFlight;
 * samples: decoded = stored + duplicate + rejected + inFlight;
 * assessment: stored = assessed + waiting + late + history.
 * Plain numbers, since they are counted for every sample; the metrics read them when scraped.
 */
export class Ledger {
  readonly messages = { received: 0, stored: 0, duplicate: 0, deadLettered: 0, inFlight: 0 };
  readonly dropped = new Map<DropReason, number>();
  readonly samples = { decoded: 0, stored: 0, duplicate: 0, inFlight: 0, assessed: 0, waiting: 0, late: 0, history: 0 };
  readonly rejected = new Map<RejectionReason, number>();
  ticketsOpened = 0;

  drop(reason: DropReason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  reject(reason: RejectionReason, samples: number): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + samples);
  }

  /** What does not add up, in words; empty when all three ledgers hold. */
  imbalance(): string[] {
    const { messages: m, samples: s } = this;
    const problems: string[] = [];
    const compare = (name: string, left: number, right: number) => {
      if (left !== right) problems.push(`${name}: ${left} is not ${right}`);
    };
    compare('messages', m.received, m.stored + m.duplicate + m.deadLettered + total(this.dropped) + m.inFlight);
    compare('samples', s.decoded, s.stored + s.duplicate + total(this.rejected) + s.inFlight);
    compare('assessment', s.stored, s.assessed + s.waiting + s.late + s.history);
    return problems;
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Everything that Fettle tells Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly storeWrite: Histogram;
  readonly batchSize: Histogram;
  readonly raise: Histogram;
}

export function createMetrics(ledger: Ledger): Metrics {
  const registry = new Registry();
  const { messages, samples } = ledger;
  const count = (name: string, help: string, read: () => number) =>
    new Counter({ name, help, registers: [registry], collect: setTo(read) });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  count('fettle_messages_received_total', 'Messages the broker handed over.', () => messages.received);
  count('fettle_messages_stored_total', 'Messages of which at least one sample was stored.', () => messages.stored);
  count(
    'fettle_messages_duplicate_total',
    'Messages of which all samples were stored before.',
    () => messages.duplicate,
  );
  count('fettle_messages_dead_lettered_total', 'Messages kept in the dead letters.', () => messages.deadLettered);
  byReason(registry, 'fettle_messages_dropped_total', 'Messages neither stored nor kept, by reason.', ledger.dropped);
  gauge('fettle_messages_in_flight', 'Messages received and not yet settled.', () => messages.inFlight);
  count('fettle_samples_decoded_total', 'Values found in messages.', () => samples.decoded);
  count('fettle_samples_stored_total', 'Samples stored.', () => samples.stored);
  count('fettle_samples_duplicate_total', 'Samples stored before.', () => samples.duplicate);
  byReason(registry, 'fettle_samples_rejected_total', 'Values refused, by reason.', ledger.rejected);
  gauge('fettle_samples_in_flight', 'Samples decoded and not yet stored.', () => samples.inFlight);
  count('fettle_samples_assessed_total', 'Stored samples that rules have judged.', () => samples.assessed);
  gauge('fettle_samples_waiting', 'Stored samples that wait for their asset to be folded anew.', () => samples.waiting);
  count('fettle_samples_late_total', 'Stored samples too old to be assessed.', () => samples.late);
  count('fettle_samples_history_total', 'Stored samples imported as history.', () => samples.history);
  count('fettle_tickets_opened_total', 'Tickets opened, proposed ones included.', () => ledger.ticketsOpened);

  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers: [registry] });
  return {
    registry,
    storeWrite: histogram('fettle_store_write_seconds', 'Time to make a batch durable.', seconds),
    batchSize: histogram(
      'fettle_batch_samples',
      'Samples in a batch.',
      [1, 10, 50, 100, 500, 1000, 2000, 5000, 10_000],
    ),
    raise: histogram('fettle_raise_seconds', 'Time to record a finding and its ticket.', seconds),
  };
}

function setTo(read: () => number) {
  return function (this: Counter) {
    this.reset();
    this.inc(read());
  };
}

function byReason(registry: Registry, name: string, help: string, counts: ReadonlyMap<string, number>): void {
  new Counter({
    name,
    help,
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, value] of counts) this.inc({ reason }, value);
    },
  });
}
