import type { Ticket } from './ticket.ts';
import { isToDo } from './ticketStatus.ts';
import { DAY, type Duration, HOUR, type Timestamp } from './time.ts';

/** What a desk was last told of how much time is left, and when. */
export interface Told {
  readonly at: Timestamp;
  readonly doBy?: Timestamp;
  /** Absent without a forecast. */
  readonly p50?: Timestamp | null;
}

/** A date has moved where that is more than this share of what was left until it. */
const SHARE = 0.2;
/** So much is always left: what is nearly due, or overdue, is not told anew for minutes. */
const LEAST_LEFT: Duration = HOUR;
/** Smaller changes are told together. */
const LATEST: Duration = DAY;

type Subject = Pick<Ticket, 'doBy' | 'forecast'>;

export function toldOf({ doBy, forecast }: Subject, at: Timestamp): Told {
  return { at, ...(doBy !== undefined && { doBy }), ...(forecast && { p50: forecast.p50 }) };
}

/**
 * Whether newer evidence of a ticket is worth a word to the desk, apart from a severity that rises: its do-by or P50 has
 * moved by more than a fifth of what was left at the time of the evidence, or the last word is a day old.
 */
export function isWorthTelling(
  { told, status, doBy, forecast, window }: Subject & Pick<Ticket, 'told' | 'status' | 'window'>,
  now: Timestamp,
): boolean {
  if (!told || !isToDo(status) || status === 'proposed') return false;
  if (now - told.at >= LATEST) return true;
  const evidenceAt = window?.to ?? now;
  return hasMoved(told.doBy, doBy, evidenceAt) || hasMoved(told.p50, forecast?.p50, evidenceAt);
}

/** From or to no date, or one beyond the horizon, is always a move. */
function hasMoved(
  before: Timestamp | null | undefined,
  after: Timestamp | null | undefined,
  evidenceAt: Timestamp,
): boolean {
  const known = (date: Timestamp | null | undefined): date is Timestamp => date !== undefined && date !== null;
  if (!known(before) || !known(after)) return known(before) !== known(after);
  return Math.abs(after - before) > SHARE * Math.max(LEAST_LEFT, before - evidenceAt);
}
