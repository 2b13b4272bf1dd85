import { followUpAt } from './followUp.ts';
import { deadlinesOf, isPaused, type SlaPolicy } from './sla.ts';
import { isOngoing, isToDo, type Ticket } from './ticket.ts';
import type { Duration, Timestamp } from './time.ts';

export const TIMER_KINDS = [
  'response-warning',
  'response-breach',
  'solution-warning',
  'solution-breach',
  'do-by',
  'deferral-end',
  'unreleased',
  'follow-up',
] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

/** What time brings about for a ticket. */
export interface Due {
  readonly kind: TimerKind;
  readonly dueAt: Timestamp;
}

/**
 * Everything that is to happen to a ticket by itself if nobody changes it before.
 *
 * @param followUpAfter how long after the closing the customer is asked for a rating; undefined: never
 */
export function timersOf(ticket: Ticket, policy: SlaPolicy, followUpAfter?: Duration): Due[] {
  const { status, deferral, doBy, acknowledgedAt, resolvedAt } = ticket;
  if (!isOngoing(status)) {
    const dueAt = followUpAfter === undefined ? undefined : followUpAt(ticket, followUpAfter);
    return dueAt === undefined ? [] : [{ kind: 'follow-up', dueAt }];
  }
  const timers: Due[] = [];
  if (status === 'deferred' && deferral) timers.push({ kind: 'deferral-end', dueAt: deferral.until });
  if (doBy !== undefined && (status === 'open' || status === 'proposed'))
    timers.push({ kind: status === 'open' ? 'do-by' : 'unreleased', dueAt: doBy });
  if (!isToDo(status) || (isPaused(ticket) && ticket.kind === 'reactive')) return timers;
  const { response, solution } = deadlinesOf(ticket, policy);
  if (response && acknowledgedAt === undefined)
    timers.push(
      { kind: 'response-warning', dueAt: response.warn },
      { kind: 'response-breach', dueAt: response.due + 1 },
    );
  if (solution && resolvedAt === undefined)
    timers.push(
      { kind: 'solution-warning', dueAt: solution.warn },
      { kind: 'solution-breach', dueAt: solution.due + 1 },
    );
  return timers;
}
