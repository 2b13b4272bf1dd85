import { type Histogram, Registry } from 'prom-client';
import { Instruments } from './metrics/instruments.ts';
import type { Ledger } from './metrics/ledger.ts';
import { addLedgerMetrics } from './metrics/ledgerMetrics.ts';
import { addProcessMetrics } from './metrics/processMetrics.ts';

export type { Instruments } from './metrics/instruments.ts';
export { type DropReason, Ledger } from './metrics/ledger.ts';

const WATCHED_PARTS = ['store', 'database', 'queue', 'desk', 'journal', 'disk'] as const;
/** What the pipeline leans on and that can fail for a while. */
export type WatchedPart = (typeof WATCHED_PARTS)[number];

const TICKET_TEXT_PARTS = ['title', 'body', 'background'] as const;
type TicketTextPart = (typeof TICKET_TEXT_PARTS)[number];

/**
 * Everything that Fettle tells Prometheus: what the pipeline counts and times itself is here, what can be read from its
 * parts when scraped is added in src/watch.
 */
export interface Metrics {
  readonly registry: Registry;
  /** Adds metrics that are read when scraped. */
  readonly instruments: Instruments;
  readonly storeWrite: Histogram;
  readonly batchSize: Histogram;
  readonly raise: Histogram;
  /** Promises of tickets that were not kept. */
  readonly slaBreaches: { inc(labels: { readonly promise: 'response' | 'solution' }): void };
  /** Attempts to notify people; `retried`: it failed and is tried again. */
  readonly notifications: {
    inc(labels: { readonly channel: string; readonly result: 'sent' | 'retried' | 'failed' }, by?: number): void;
  };
  /** Titles and bodies of tickets that could not be written as they should, or without what is known beside them. */
  readonly textFailures: { inc(labels: { readonly what: TicketTextPart }): void };
  /** One for each attempt that a part failed; most are made again. */
  readonly partErrors: { inc(labels: { readonly part: WatchedPart }): void };
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SAMPLES = [1, 10, 50, 100, 500, 1000, 2000, 5000, 10_000];

export function createMetrics(ledger: Ledger): Metrics {
  const registry = new Registry();
  const instruments = new Instruments(registry);
  addProcessMetrics(registry);
  addLedgerMetrics(instruments, ledger);
  return {
    registry,
    instruments,
    storeWrite: instruments.histogram('fettle_store_write_seconds', 'Time to make a batch durable.', SECONDS),
    batchSize: instruments.histogram('fettle_batch_samples', 'Samples in a batch.', SAMPLES),
    raise: instruments.histogram('fettle_raise_seconds', 'Time to record a finding and its ticket.', SECONDS),
    slaBreaches: createSlaBreaches(instruments),
    notifications: instruments.counted(
      'fettle_notifications_total',
      'Messages to people, by channel and what came of the attempt.',
      ['channel', 'result'],
    ),
    textFailures: createTextFailures(instruments),
    partErrors: createPartErrors(instruments),
  };
}

function createTextFailures(instruments: Instruments): Metrics['textFailures'] {
  const help = 'Titles, bodies and backgrounds of tickets that failed; the tickets went on with the words of Fettle.';
  const failures = instruments.counted('fettle_ticket_text_failures_total', help, ['what']);
  for (const what of TICKET_TEXT_PARTS) failures.inc({ what }, 0);
  return failures;
}

/** Each part begins at 0: a count that only appears with the first error looks like no increase. */
function createPartErrors(instruments: Instruments): Metrics['partErrors'] {
  const help = 'Attempts that a part failed; most are made again.';
  const errors = instruments.counted('fettle_part_errors_total', help, ['part']);
  for (const part of WATCHED_PARTS) errors.inc({ part }, 0);
  return errors;
}

function createSlaBreaches(instruments: Instruments): Metrics['slaBreaches'] {
  const help = 'Promises of tickets that were not kept: nobody responded, or it was not solved, in time.';
  const breaches = instruments.counted('fettle_sla_breaches_total', help, ['promise']);
  for (const promise of ['response', 'solution'] as const) breaches.inc({ promise }, 0);
  return breaches;
}
