import type { DeafInterval } from '../domain/asset.ts';
import type { Duration, Timestamp } from '../domain/time.ts';

interface Interval {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** The union of the times in which devices could not be heard: what several nodes missed at once counts once. */
export class DeafTimes {
  /** By time; they neither overlap nor touch. */
  #union: Interval[] = [];

  /** Those still open are left out. */
  add(intervals: readonly DeafInterval[]): void {
    const all = [...this.#union];
    for (const { from, to } of intervals) if (to !== undefined && to > from) all.push({ from, to });
    if (all.length > this.#union.length) this.#union = merge(all);
  }

  forgetBefore(time: Timestamp): void {
    if (this.#union[0] && this.#union[0].to <= time) this.#union = this.#union.filter(({ to }) => to > time);
  }

  /** How much of the time from `start` to `end` was deaf. */
  within(start: Timestamp, end: Timestamp): Duration {
    let sum = 0;
    for (let at = this.#union.length - 1; at >= 0; at--) {
      const { from, to } = this.#union[at]!;
      if (to <= start) break;
      sum += Math.max(0, Math.min(to, end) - Math.max(from, start));
    }
    return sum;
  }
}

function merge(intervals: Interval[]): Interval[] {
  intervals.sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const next of intervals) {
    const last = merged.at(-1);
    if (last && next.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else merged.push(next);
  }
  return merged;
}
