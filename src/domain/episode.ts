import type { Finding } from './finding.ts';
import { DAY, type Duration, type Timestamp } from './time.ts';

/** Where the failure mode says nothing else. */
export const REOPEN_WITHIN: Duration = 7 * DAY;

/** Of a closed ticket: it goes on, another one follows from it, or it has nothing to do with what is found now. */
export type Continuation = 'reopened' | 'recurrence' | 'unrelated';

/**
 * What a finding, which the fold states only once the condition had cleared, was reset or got worse, is to the ticket that
 * was closed before. All times are event time, so that live, refold and backtest agree. A new part has a life of its own:
 * what it does is never the old one's ticket, whose outcome stands.
 */
export function continuationOf(
  { evidence, time }: Pick<Finding, 'evidence' | 'time'>,
  { closedAt, renewed }: { readonly closedAt: Timestamp; readonly renewed: boolean },
  reopenWithin: Duration,
): Continuation {
  if (evidence.kind === 'calendar' && evidence.of !== 'life') return 'unrelated';
  if (evidence.kind === 'usage' && evidence.of === 'service') return 'unrelated';
  if (renewed) return evidence.kind === 'calendar' || evidence.kind === 'usage' ? 'unrelated' : 'recurrence';
  return time - closedAt < reopenWithin ? 'reopened' : 'recurrence';
}
