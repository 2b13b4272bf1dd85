import { DAY, type Duration, HOUR, type Timestamp } from '../domain/time.ts';
import { AGGREGATE_WIDTHS, type AggregateWidth } from '../ports/timeSeriesStore.ts';

/** A part of a range, from inclusive to exclusive, and what it is read from. */
export interface Segment {
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly source: 'raw' | AggregateWidth;
}

export interface HistoryQuestion {
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Of the buckets asked for. */
  readonly width: Duration;
  /** Samples at or after this time are all there; older ones may be gone. */
  readonly rawFrom: Timestamp;
  /** Aggregates hold all samples before this time, but for the days due. */
  readonly rolledTo?: Timestamp;
  /** By time. */
  readonly due: readonly Timestamp[];
}

/** Up to this span raw samples are few enough to be aggregated for each answer. */
const LONG: Duration = 2 * DAY;

/**
 * Divides a range by what answers it, in order of time: aggregates as wide as the buckets allow, and raw samples at
 * ragged ends, where aggregates are due, and after them. What is older than raw samples comes from aggregates alone, by
 * their whole width.
 */
export function planHistory(question: HistoryQuestion): Segment[] {
  const { from, to, width, rawFrom, rolledTo } = question;
  const raw: Segment = { from, to, source: 'raw' };
  const unit = AGGREGATE_WIDTHS.findLast((candidate) => width % candidate === 0);
  if (unit === undefined || rolledTo === undefined || (to - from <= LONG && from >= rawFrom)) return [raw];
  const start = from < rawFrom ? floorTo(from, unit) : ceilTo(from, unit);
  const end = Math.min(floorTo(rolledTo, unit), to < rawFrom ? ceilTo(to, unit) : floorTo(to, unit));
  if (start >= end) return [raw];
  const pieces = [...divide(start, end, unit, question)];
  if (from < start) pieces.unshift({ from, to: start, source: 'raw' });
  if (end < to) pieces.push({ from: end, to, source: 'raw' });
  return joined(pieces);
}

/** The days due come from raw samples as far as those are all there, everything else from aggregates. */
function* divide(start: Timestamp, end: Timestamp, unit: AggregateWidth, { due, rawFrom }: HistoryQuestion) {
  let at = start;
  for (const day of due) {
    const from = Math.max(at, day, ceilTo(rawFrom, HOUR));
    const to = Math.min(day + DAY, end);
    if (from >= to) continue;
    if (at < from) yield { from: at, to: from, source: unit };
    yield { from, to, source: 'raw' as const };
    at = to;
  }
  if (at < end) yield { from: at, to: end, source: unit };
}

function joined(pieces: readonly Segment[]): Segment[] {
  const segments: Segment[] = [];
  for (const piece of pieces) {
    const last = segments.at(-1);
    if (last && last.source === piece.source && last.to === piece.from) {
      segments[segments.length - 1] = { ...last, to: piece.to };
    } else segments.push(piece);
  }
  return segments;
}

export function floorTo(time: Timestamp, width: Duration): Timestamp {
  return Math.floor(time / width) * width;
}

export function ceilTo(time: Timestamp, width: Duration): Timestamp {
  return Math.ceil(time / width) * width;
}
