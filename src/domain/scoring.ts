import type { RemovedCondition } from './asset.ts';
import { WITHIN } from './backtest.ts';
import type { FailureRecord } from './failure.ts';
import { INSTALLATION_UNKNOWN, type LocalText } from './model.ts';
import type { Score, ScoreKind } from './score.ts';
import { WHY } from './scoreReasons.ts';
import type { Closing, Ticket } from './ticket.ts';
import { isOngoing, isToDo } from './ticketStatus.ts';
import { DAY, type Duration, HOUR, type Timestamp } from './time.ts';

/** A component was installed or replaced. */
export interface Renewal {
  readonly at: Timestamp;
  readonly removed?: RemovedCondition;
}

/** What is known of one component of one asset. */
export interface ScoringFacts {
  /** Tickets that rules opened, by opening. */
  readonly tickets: readonly Ticket[];
  /** By time. */
  readonly failures: readonly FailureRecord[];
  /** By time. */
  readonly renewals: readonly Renewal[];
  /** Since when Fettle has known the asset: what failed before could not be predicted. */
  readonly watchedSince: Timestamp;
  /** The only rule that watches for a failure; undefined where none does, or several do. */
  readonly watcher: (failure: FailureRecord) => { readonly id: string; readonly version: string } | undefined;
  readonly now: Timestamp;
}

/** A part that was taken out more than this, and its lead time, before the P10 of its forecast was taken out long before. */
const EARLY_MARGIN: Duration = 7 * DAY;
/** A forecast is waited for no longer than this after nothing was found. */
const LONGEST_WAIT: Duration = 90 * DAY;

/** A prediction that is to be judged. */
interface Prediction {
  readonly ticket: Ticket;
  /** Up to which a failure is one that it spoke of. */
  readonly until: Timestamp;
  /** The part that was taken out because of it. */
  readonly replaced: Renewal | undefined;
  readonly matched: FailureRecord[];
}

interface Verdict {
  readonly score: ScoreKind;
  readonly reason: LocalText;
  readonly failureId?: string;
  readonly warningMs?: Duration;
  readonly reviewAt?: Timestamp;
}

/**
 * Scores every prediction about one component, and every critical failure that nothing predicted. A prediction is a ticket that
 * a rule opened; see docs/tickets.md for what each score means. The same facts give the same scores.
 *
 * SOURCE: the terms of ISO 13381-1:2015 (prognosis judged by time to failure) and ISO 14224:2016 (failure impact); lead
 * time as the least useful warning as in Saxena et al., "Metrics for Offline Evaluation of Prognostic Performance",
 * IJPHM 1 (2010).
 */
export function scoresOf(facts: ScoringFacts): Score[] {
  const predictions = facts.tickets.filter(isPrediction).map((ticket) => predictionOf(ticket, facts));
  const missed = facts.failures.filter((failure) => !assign(failure, predictions, facts.renewals));
  return [
    ...predictions.flatMap((prediction) => scoreOf(prediction, facts)),
    ...missed.flatMap((failure) => scoreOfMissed(failure, facts)),
  ];
}

/** A request for data, and an inspection or a service that falls due, say nothing of a failure. */
function isPrediction({ ruleId, failureModeId, evidence, origin }: Ticket): boolean {
  if (ruleId === undefined || origin === 'plan' || failureModeId === INSTALLATION_UNKNOWN.id) return false;
  return evidence?.kind !== 'calendar' || evidence.of === 'life';
}

function predictionOf(ticket: Ticket, { renewals }: ScoringFacts): Prediction {
  const { openedAt, closedAt, closing, status } = ticket;
  const told = closing?.replaced;
  const closed = isOngoing(status) ? Number.POSITIVE_INFINITY : (closedAt ?? openedAt);
  const seen = renewals.find(({ at }) => at > openedAt && at <= closed);
  const replaced = told ? graded(told, renewals) : seen;
  const next = renewals.find(({ at }) => at > openedAt)?.at ?? Number.POSITIVE_INFINITY;
  const end = endOf(ticket);
  const last = told || closing?.outcome === 'replaced-detected' ? end : end + waitOf(ticket, end);
  return { ticket, until: Math.min(last, next), replaced, matched: [] };
}

/** When it was over: closed, or said to be done or cleared where nobody has closed it yet. */
function endOf({ status, openedAt, resolvedAt, closedAt }: Ticket): Timestamp {
  if (!isOngoing(status)) return closedAt ?? openedAt;
  return isToDo(status) ? Number.POSITIVE_INFINITY : (resolvedAt ?? Number.POSITIVE_INFINITY);
}

/** Its condition, where that was said of the replacement as an event of the asset. */
function graded(told: Renewal, renewals: readonly Renewal[]): Renewal {
  if (told.removed) return told;
  const same = renewals.find(({ at, removed }) => removed && Math.abs(at - told.at) <= HOUR);
  return same ? { ...told, removed: same.removed! } : told;
}

/** How long after it ended a failure is still the one that was meant: a week, or as long as its forecast said. */
function waitOf({ forecast }: Ticket, end: Timestamp): Duration {
  if (!forecast) return WITHIN;
  return Math.min(LONGEST_WAIT, Math.max(WITHIN, (forecast.p90 ?? Number.POSITIVE_INFINITY) - end));
}

/**
 * Whether it belongs to predictions: to the one whose closing recorded it and to all that were waiting for it, else to the first
 * that was opened soon after.
 */
function assign(failure: FailureRecord, predictions: readonly Prediction[], renewals: readonly Renewal[]): boolean {
  const alike = predictions.filter(({ ticket }) => isAlike(failure, ticket));
  const isMeant = ({ ticket, until }: Prediction) => ticket.openedAt <= failure.at && failure.at <= until;
  const meant = predictions.filter(
    (one) => one.ticket.id === failure.ticketId || (alike.includes(one) && isMeant(one)),
  );
  const isSince = ({ openedAt }: Ticket) =>
    openedAt > failure.at &&
    openedAt - failure.at <= WITHIN &&
    !renewals.some(({ at }) => at > failure.at && at <= openedAt);
  const after = alike.filter(({ ticket }) => isSince(ticket)).slice(0, 1);
  const theirs = meant.length > 0 ? meant : after;
  for (const { matched } of theirs) matched.push(failure);
  return theirs.length > 0;
}

function isAlike({ failureModeId }: FailureRecord, ticket: Ticket): boolean {
  return failureModeId === undefined || failureModeId === ticket.failureModeId;
}

function scoreOf(prediction: Prediction, facts: ScoringFacts): Score[] {
  const verdict = judge(prediction, facts);
  if (!verdict) return [];
  const { id, assetId, componentId, failureModeId, ruleId, ruleVersion, openedAt } = prediction.ticket;
  const lifeLost = lifeLostOf(prediction, facts);
  return [
    {
      id,
      ticketId: id,
      assetId,
      componentId,
      failureModeId,
      ...(ruleId !== undefined && { ruleId }),
      ...(ruleVersion !== undefined && { ruleVersion }),
      at: openedAt,
      ...verdict,
      ...(lifeLost !== undefined && { lifeLost }),
      scoredAt: facts.now,
    },
  ];
}

/** What happened counts before what people said; undefined while nothing has happened and nobody has said anything. */
function judge(prediction: Prediction, facts: ScoringFacts): Verdict | undefined {
  const { ticket, matched } = prediction;
  const critical = matched.find(({ impact }) => impact === 'critical');
  if (critical) return failed(ticket, critical.at, critical.id);
  const said = closingsOf(ticket).map((closing) => judgeClosing(prediction, closing, facts));
  const decisive = said.find(({ score }) => score === 'hit' || score === 'late' || score === 'early');
  if (decisive) {
    const own = matched.find(({ ticketId }) => ticketId === ticket.id);
    return { ...decisive, ...(own && { failureId: own.id }) };
  }
  const degraded = matched.find(({ impact }) => impact === 'degraded');
  if (degraded) return { score: 'hit', reason: WHY.degraded(), failureId: degraded.id };
  if (said.length > 0) return said.at(-1);
  if (ticket.status === 'cancelled') return unverifiable(WHY.cancelled());
  if (ticket.status === 'awaiting-outcome') return unverifiable(WHY.awaiting());
  return undefined;
}

/**
 * What was said at its end, and before it was found again. What a person took back by reopening it counts no longer.
 */
function closingsOf({ formerClosings = [], closing }: Ticket): Closing[] {
  const former = formerClosings.flatMap((one) => (one.findingId === undefined ? [] : [one.closing]));
  return closing ? [...former, closing] : former;
}

function judgeClosing(prediction: Prediction, closing: Closing, facts: ScoringFacts): Verdict {
  const { ticket } = prediction;
  const replaced = closing === ticket.closing ? prediction.replaced : closing.replaced;
  switch (closing.outcome) {
    case 'failure-found':
      return judgeFound(ticket, closing, replaced);
    case 'worn-as-expected':
      if (closing.extendBy) return { score: 'early', reason: WHY.extended() };
      return judgeRemoved(ticket, replaced) ?? unverifiable(WHY.ungraded());
    case 'no-fault-found':
      return judgeNothing(prediction, closing, replaced, facts);
    case 'other-cause':
      return unverifiable(WHY.otherCause());
    case 'cleared-unconfirmed':
      return unverifiable(WHY.cleared());
    case 'replaced-detected':
      return (replaced?.removed && judgeRemoved(ticket, replaced)) ?? unverifiable(WHY.ungraded());
  }
}

function judgeFound(ticket: Ticket, { found }: Closing, replaced: Renewal | undefined): Verdict {
  if (found === 'degraded') return { score: 'hit', reason: WHY.degraded() };
  if (found === 'incipient') {
    const at = replaced?.at ?? ticket.startedAt ?? ticket.resolvedAt ?? ticket.closedAt ?? ticket.updatedAt;
    if (replaced?.removed === 'sound') return { score: 'early', reason: WHY.sound() };
    const left = lifeLeft(ticket, at);
    if (left !== undefined) return { score: 'early', reason: WHY.incipientEarly(left) };
    return { score: 'hit', reason: WHY.incipient() };
  }
  // A critical failure is judged by its record; where somebody took that out, nobody knows what happened.
  if (found === 'critical') return unverifiable(WHY.recordGone());
  return judgeRemoved(ticket, replaced) ?? unverifiable(WHY.ungraded());
}

/** By the condition of the part that was taken out. */
function judgeRemoved(ticket: Ticket, replaced: Renewal | undefined): Verdict | undefined {
  if (!replaced) return undefined;
  if (replaced.removed === 'failed') return failed(ticket, replaced.at);
  if (replaced.removed === 'worn') return { score: 'hit', reason: WHY.worn() };
  if (replaced.removed === 'sound') return { score: 'early', reason: WHY.sound() };
  const left = lifeLeft(ticket, replaced.at);
  return left === undefined ? undefined : { score: 'early', reason: WHY.longBefore(left) };
}

/** Nothing was found: a false alarm only once the time has passed in which it could have come true. */
function judgeNothing(
  { ticket, matched }: Prediction,
  closing: Closing,
  replaced: Renewal | undefined,
  { now, renewals }: ScoringFacts,
): Verdict {
  if (replaced?.removed === 'sound') return { score: 'false', reason: WHY.nothingAndSound() };
  if (replaced) return judgeRemoved(ticket, replaced) ?? unverifiable(WHY.renewedMeanwhile());
  if (closing !== ticket.closing) return unverifiable(WHY.cameAgain());
  const closedAt = ticket.closedAt ?? now;
  const until = closedAt + waitOf(ticket, closedAt);
  if (renewals.some(({ at }) => at > closedAt && at <= Math.min(until, now)))
    return unverifiable(WHY.renewedMeanwhile());
  if (matched.length > 0) return unverifiable(WHY.incipientAfter());
  if (now < until) return { ...unverifiable(WHY.waiting(until)), reviewAt: until };
  return { score: 'false', reason: WHY.nothingFollowed(until - closedAt) };
}

/** By the time that was left when the ticket opened. */
function failed({ openedAt, part }: Ticket, at: Timestamp, failureId?: string): Verdict {
  const lead = part?.leadTimeMs ?? 0;
  const warningMs = at - openedAt;
  const about = { warningMs, ...(failureId !== undefined && { failureId }) };
  if (warningMs <= 0) return { score: 'late', reason: WHY.after(-warningMs), ...about };
  if (warningMs < lead) return { score: 'late', reason: WHY.tooLate(warningMs, lead), ...about };
  return { score: 'hit', reason: WHY.failed(warningMs), ...about };
}

/** Time until the P10 of its forecast where that is long; null beyond the horizon. */
function lifeLeft({ forecast, part }: Ticket, at: Timestamp): Duration | null | undefined {
  if (!forecast) return undefined;
  if (forecast.p10 === null) return null;
  const left = forecast.p10 - at;
  return left > (part?.leadTimeMs ?? 0) + EARLY_MARGIN ? left : undefined;
}

/** The share of the life, up to the P50 of its forecast or its rated one, that a part still had when it was taken out. */
function lifeLostOf({ ticket, replaced, matched }: Prediction, { renewals }: ScoringFacts): number | undefined {
  if (!replaced) return undefined;
  const { forecast, evidence, closing } = ticket;
  const hadFailed = matched.some(({ impact, at }) => impact === 'critical' && at <= replaced.at);
  if (replaced.removed === 'failed' || closing?.found === 'critical' || hadFailed) return 0;
  const installed = renewals.filter(({ at }) => at > 0 && at < replaced.at).at(-1)?.at;
  if (forecast && forecast.p50 !== null && installed !== undefined && forecast.p50 > installed)
    return share((forecast.p50 - replaced.at) / (forecast.p50 - installed));
  return evidence?.kind === 'usage' ? share(1 - evidence.wear) : undefined;
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function unverifiable(reason: LocalText): Verdict {
  return { score: 'unverifiable', reason };
}

function scoreOfMissed(failure: FailureRecord, { watcher, watchedSince, now }: ScoringFacts): Score[] {
  if (failure.impact !== 'critical' || failure.at < watchedSince) return [];
  const { id, assetId, componentId, failureModeId, at } = failure;
  const rule = watcher(failure);
  return [
    {
      id: `missed|${id}`,
      failureId: id,
      assetId,
      componentId,
      ...(failureModeId !== undefined && { failureModeId }),
      ...(rule && { ruleId: rule.id, ruleVersion: rule.version }),
      at,
      score: 'missed',
      reason: WHY.missed(),
      scoredAt: now,
    },
  ];
}
