import type { Instruments } from '../metrics.ts';
import type { Journal } from '../ports/journal.ts';
import type { Watched } from './index.ts';

/** What waits on the local disk for a server to come back. */
export function addJournalMetrics(to: Instruments, { parts }: Pick<Watched, 'parts'>): void {
  const journals: Readonly<Record<string, Journal>> = {
    'dead-letters': parts.deadLetterJournal,
    notes: parts.noteJournal,
    registry: parts.registryJournal,
    rollups: parts.rollupJournal,
    spill: parts.spillJournal,
    'spill-aside': parts.spillAside,
  };
  const each = (read: (journal: Journal) => number) => () =>
    Object.entries(journals).map(([journal, held]) => [{ journal }, read(held)] as const);
  const labels = ['journal'] as const;
  to.gauges(
    'fettle_journal_records',
    'Records that wait in a journal.',
    labels,
    each((held) => held.pending().records),
  );
  to.gauges(
    'fettle_journal_bytes',
    'Bytes that wait in a journal.',
    labels,
    each((held) => held.pending().bytes),
  );
  to.gauges(
    'fettle_journal_max_bytes',
    'Most bytes that a journal takes.',
    labels,
    each((held) => held.maxBytes),
  );
}
