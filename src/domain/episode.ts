import type { Finding } from './finding.ts';
import type { Ticket } from './ticket.ts';
import { DAY, type Duration, type Timestamp } from './time.ts';

/** Where the failure mode says nothing else. */
export const REOPEN_WITHIN: Duration = 7 * DAY;

/** Of a closed ticket: it goes on, another one follows from it, or it has nothing to do with what is found now. */
export type Continuation = 'reopened' | 'recurrence' | 'unrelated';

/**
 * What a finding, which the fold states only once the condition had cleared, was reset or got worse, is to the ticket that
 * was closed before. All times are event time, so that live, refold and backtest agree.
 *
 * @param closedAt the watermark that the closing kept
 */
export function continuationOf(
  finding: Pick<Finding, 'evidence' | 'time'>,
  { closing }: Pick<Ticket, 'closing'>,
  closedAt: Timestamp,
  reopenWithin: Duration,
): Continuation {
  if (isOwnLife(finding, closing?.replaced !== undefined)) return 'unrelated';
  return finding.time - closedAt < reopenWithin ? 'reopened' : 'recurrence';
}

/** What wears or falls due by itself: the next inspection, or another part that has come to its end as parts do. */
function isOwnLife({ evidence }: Pick<Finding, 'evidence'>, renewed: boolean): boolean {
  if (evidence.kind === 'calendar' && evidence.of === 'inspection') return true;
  return renewed && (evidence.kind === 'calendar' || evidence.kind === 'usage');
}
