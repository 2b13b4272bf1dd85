import { isUnreleased, PRIORITIES, type Priority, type Ticket } from './ticket.ts';
import { isOngoing } from './ticketStatus.ts';
import { type Duration, HOUR, type Timestamp } from './time.ts';
import type { WorkCalendar } from './workCalendar.ts';

/** A time in which the clocks stand still. `over`: it was said to be done until it was reopened. */
export interface Pause {
  readonly why: 'customer' | 'deferred' | 'over';
  readonly from: Timestamp;
  readonly to?: Timestamp;
}

/** The audit times that the promises of a ticket are worked out from. */
export interface SlaBasis {
  /** What was promised holds from here on: the report, the release, or the reopening after closing. */
  readonly from: Timestamp;
  /** Since when it has been at least so pressing without a break. */
  readonly pressing: Readonly<Partial<Record<Priority, Timestamp>>>;
  readonly pauses: readonly Pause[];
}

/** The promises of a ticket; absent while it is only proposed. */
export interface TicketPromises {
  readonly sla?: SlaBasis;
  /** Until when somebody is to take note of it; absent while the clocks stand still. */
  readonly respondBy?: Timestamp;
  /** Until when it is to be solved; absent while the clocks stand still, and where nothing is known. */
  readonly solveBy?: Timestamp;
  /** The promise that was not kept, for ever: its instant. */
  readonly responseBreachedAt?: Timestamp;
  readonly solutionBreachedAt?: Timestamp;
}

export interface SlaTarget {
  readonly response: Duration;
  readonly solution: Duration;
}

/** What is promised for some tickets. Times are working time of the calendar. */
export interface SlaPolicy {
  readonly calendar: WorkCalendar;
  /** Of reactive tickets, from the report. */
  readonly targets: Readonly<Record<Priority, SlaTarget>>;
  /** Planned tickets are acknowledged within this working time, and done so long before P10 of their forecast. */
  readonly planned: { readonly response: Duration; readonly margin: Duration };
  /** Share of the time after which a warning is given. */
  readonly warnAt: number;
}

/** A deadline, and when a warning of it is given. */
export interface Deadline {
  readonly due: Timestamp;
  readonly warn: Timestamp;
}

/** What the promises of a ticket rest on after it has changed at `now`; undefined while nobody has released it. */
export function basisAfter(before: Ticket | undefined, after: Ticket, now: Timestamp): SlaBasis | undefined {
  if (isUnreleased(after)) return undefined;
  const known = before?.sla;
  if (!known) return isOngoing(after.status) ? begun(after, before ? now : after.openedAt, now) : undefined;
  if (before.status === 'closed' && isOngoing(after.status)) return begun(after, now, now);
  const reacts = before.kind === 'planned' && after.kind === 'reactive';
  return {
    from: known.from,
    pressing: reacts ? pressingFrom(after.priority, now) : pressingAfter(known.pressing, after.priority, now),
    pauses: pausesAfter(known.pauses, reasonOf(after), now),
  };
}

/**
 * The deadlines of a ticket, by its audit times alone. A reactive ticket that becomes more pressing is judged by its new
 * targets from that moment on, without getting more time than it had; one that becomes less so by its new targets from the
 * beginning.
 */
export function deadlinesOf(ticket: Ticket, policy: SlaPolicy): { response?: Deadline; solution?: Deadline } {
  if (!ticket.sla) return {};
  const response = responseOf(ticket, ticket.sla, policy);
  const solution =
    ticket.kind === 'planned' ? plannedEnd(ticket, ticket.sla, policy) : solutionOf(ticket, ticket.sla, policy);
  return { ...(response && { response }), ...(solution && { solution }) };
}

/** The promises after a change at `now`; `after.sla` is {@link basisAfter} it. */
export function promisesAfter(
  before: Ticket | undefined,
  after: Ticket,
  policy: SlaPolicy,
  now: Timestamp,
): TicketPromises {
  const { response, solution } = deadlinesOf(after, policy);
  // What it was to be done by stays once it is done, whatever a forecast says later.
  const solveBy = after.resolvedAt !== undefined && before?.sla ? before.solveBy : solution?.due;
  const respondBy = response?.due;
  return {
    sla: after.sla,
    respondBy,
    solveBy,
    responseBreachedAt:
      before?.responseBreachedAt ??
      missed(before?.acknowledgedAt === undefined ? before?.respondBy : undefined, after.acknowledgedAt ?? now) ??
      missed(respondBy, after.acknowledgedAt ?? now),
    solutionBreachedAt:
      before?.solutionBreachedAt ??
      missed(before?.resolvedAt === undefined ? before?.solveBy : undefined, after.resolvedAt ?? now) ??
      missed(solveBy, after.resolvedAt ?? now),
  };
}

/** Whether the clocks stand still now. */
export function isPaused({ sla }: Pick<Ticket, 'sla'>): boolean {
  const last = sla?.pauses.at(-1);
  return last !== undefined && last.to === undefined;
}

/** The more pressing of two. */
export function morePressing(a: Priority, b: Priority | undefined): Priority {
  return b !== undefined && b < a ? b : a;
}

/** The next more pressing one; P1 stays. */
export function raised(priority: Priority): Priority {
  return PRIORITIES[Math.max(0, PRIORITIES.indexOf(priority) - 1)]!;
}

function missed(due: Timestamp | undefined, done: Timestamp): Timestamp | undefined {
  return due !== undefined && done > due ? due : undefined;
}

function begun(after: Ticket, from: Timestamp, now: Timestamp): SlaBasis {
  return { from, pressing: pressingFrom(after.priority, from), pauses: pausesAfter([], reasonOf(after), now) };
}

function pressingFrom(priority: Priority, from: Timestamp): SlaBasis['pressing'] {
  return Object.fromEntries(PRIORITIES.filter((level) => level >= priority).map((level) => [level, from]));
}

function pressingAfter(known: SlaBasis['pressing'], priority: Priority, now: Timestamp): SlaBasis['pressing'] {
  const levels = PRIORITIES.filter((level) => level >= priority);
  return Object.fromEntries(levels.map((level) => [level, known[level] ?? now]));
}

/** Why the clocks of a ticket stand still. */
function reasonOf({ status, waiting }: Ticket): Pause['why'] | undefined {
  if (status === 'resolved' || status === 'awaiting-outcome' || status === 'closed') return 'over';
  if (status === 'deferred') return 'deferred';
  return waiting ? 'customer' : undefined;
}

function pausesAfter(known: readonly Pause[], why: Pause['why'] | undefined, now: Timestamp): readonly Pause[] {
  const last = known.at(-1);
  const open = last && last.to === undefined ? last : undefined;
  if (open?.why === why) return known;
  const ended = open ? [...known.slice(0, -1), { ...open, to: now }] : known;
  return why === undefined ? ended : [...ended, { why, from: now }];
}

function responseOf(ticket: Ticket, { from, pressing, pauses }: SlaBasis, policy: SlaPolicy): Deadline | undefined {
  const { acknowledgedAt = Number.POSITIVE_INFINITY } = ticket;
  const counted = pausesUntil(pauses, acknowledgedAt);
  if (ticket.kind === 'planned') {
    return from > acknowledgedAt ? undefined : deadline(from, policy.planned.response, counted, policy);
  }
  return earliest(pressing, acknowledgedAt, (level, since) =>
    deadline(since, policy.targets[level].response, counted, policy),
  );
}

function solutionOf(ticket: Ticket, { pressing, pauses }: SlaBasis, policy: SlaPolicy): Deadline | undefined {
  const { resolvedAt = Number.POSITIVE_INFINITY } = ticket;
  const counted = pausesUntil(pauses, resolvedAt);
  return earliest(pressing, resolvedAt, (level, since) =>
    deadline(since, policy.targets[level].solution, counted, policy),
  );
}

function pausesUntil(pauses: readonly Pause[], end: Timestamp): Pause[] {
  return pauses
    .filter(({ from }) => from < end)
    .map((pause) => (end < (pause.to ?? Number.POSITIVE_INFINITY) ? { ...pause, to: end } : pause));
}

/**
 * A forecast is not known to the minute: the full hour before. Wear does not wait for customers, so that pauses do not move
 * it; nobody can be asked to have done what he was to take note of later.
 */
function plannedEnd(ticket: Ticket, { from }: SlaBasis, policy: SlaPolicy): Deadline | undefined {
  const p10 = ticket.forecast?.p10;
  if (p10 === undefined || p10 === null) return undefined;
  const wished = Math.floor((p10 - policy.planned.margin) / HOUR) * HOUR;
  const due = Math.max(wished, policy.calendar.after(from, policy.planned.response));
  return { due, warn: from + (due - from) * policy.warnAt };
}

function earliest(
  pressing: SlaBasis['pressing'],
  before: Timestamp,
  of: (level: Priority, since: Timestamp) => Deadline | undefined,
): Deadline | undefined {
  const all = PRIORITIES.flatMap((level) => {
    const since = pressing[level];
    return since === undefined || since > before ? [] : (of(level, since) ?? []);
  });
  return all.toSorted((a, b) => a.due - b.due)[0];
}

/** Undefined while the clocks stand still before it. */
function deadline(
  from: Timestamp,
  target: Duration,
  pauses: readonly Pause[],
  { calendar, warnAt }: SlaPolicy,
): Deadline | undefined {
  const due = afterPauses(calendar, from, target, pauses);
  const warn = afterPauses(calendar, from, target * warnAt, pauses);
  return due === undefined || warn === undefined || due === Number.POSITIVE_INFINITY ? undefined : { due, warn };
}

function afterPauses(
  calendar: WorkCalendar,
  from: Timestamp,
  work: Duration,
  pauses: readonly Pause[],
): Timestamp | undefined {
  let [at, left] = [from, work];
  for (const pause of pauses) {
    if (pause.to !== undefined && pause.to <= at) continue;
    const worked = calendar.between(at, pause.from);
    if (worked >= left) break;
    if (pause.to === undefined) return undefined;
    left -= worked;
    at = pause.to;
  }
  return calendar.after(at, left);
}
