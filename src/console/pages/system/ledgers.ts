import { useQuery } from '@tanstack/preact-query';
import { readText } from '../../api/client';

/** One side of a ledger: what came in, and where all of it went. */
export interface LedgerSheet {
  readonly name: 'messages' | 'samples' | 'assessment';
  readonly total: { readonly entry: string; readonly count: number };
  readonly parts: readonly { readonly entry: string; readonly count: number }[];
  /** 0 when it adds up. */
  readonly difference: number;
}

/** Which metric is which entry. */
const SHEETS = [
  {
    name: 'messages',
    total: ['received', 'fettle_messages_received_total'],
    parts: [
      ['stored', 'fettle_messages_stored_total'],
      ['duplicate', 'fettle_messages_duplicate_total'],
      ['deadLettered', 'fettle_messages_dead_lettered_total'],
      ['dropped', 'fettle_messages_dropped_total'],
      ['inFlight', 'fettle_messages_in_flight'],
    ],
  },
  {
    name: 'samples',
    total: ['decoded', 'fettle_samples_decoded_total'],
    parts: [
      ['stored', 'fettle_samples_stored_total'],
      ['duplicate', 'fettle_samples_duplicate_total'],
      ['rejected', 'fettle_samples_rejected_total'],
      ['inFlight', 'fettle_samples_in_flight'],
    ],
  },
  {
    name: 'assessment',
    total: ['stored', 'fettle_samples_stored_total'],
    parts: [
      ['assessed', 'fettle_samples_assessed_total'],
      ['noted', 'fettle_samples_noted_total'],
      ['waiting', 'fettle_samples_waiting'],
      ['late', 'fettle_samples_late_total'],
      ['history', 'fettle_samples_history_total'],
    ],
  },
] as const;

/** The three ledgers of the process that answers, read from its metrics. */
export function useLedgers() {
  return useQuery({
    queryKey: ['ledgers'],
    queryFn: async ({ signal }) => sheetsOf(await readText('metrics', 'text/plain', signal)),
    refetchInterval: 5000,
  });
}

function sheetsOf(metrics: string): LedgerSheet[] {
  const counts = sums(metrics);
  return SHEETS.map(({ name, total, parts }) => {
    const of = ([entry, metric]: readonly [string, string]) => ({ entry, count: counts.get(metric) ?? 0 });
    const [whole, where] = [of(total), parts.map(of)];
    return {
      name,
      total: whole,
      parts: where,
      difference: where.reduce((rest, { count }) => rest - count, whole.count),
    };
  });
}

/** The value of each metric in Prometheus' text format, summed over its labels. */
function sums(metrics: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of metrics.split('\n')) {
    const [, name, value] = /^(fettle_(?:messages|samples)_\w+?)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + Number(value));
  }
  return counts;
}
