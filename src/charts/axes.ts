import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import { utcToWall } from '../domain/zone.ts';

export interface Tick<T> {
  readonly at: T;
  readonly label: string;
}

const TIME_STEPS = [
  ...[SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14, 28, 56, 91, 182, 364, 728, 1820].map((days) => days * DAY),
];
const YEAR = 366 * DAY;

/** At most `count` round times by the clocks of a zone, with what they show: days as dates, of more than a year with it. */
export function timeTicks(from: Timestamp, to: Timestamp, count: number, zone: string): Tick<Timestamp>[] {
  const step = TIME_STEPS.find((candidate) => (to - from) / candidate <= count) ?? (to - from) / count;
  const ticks: Tick<Timestamp>[] = [];
  const [first, last] = [utcToWall(from, zone), utcToWall(to, zone)];
  for (let wall = Math.ceil(first / step) * step; wall <= last; wall += step) {
    // Clocks that change in between show it a little beside: nothing that can be seen at this size.
    const at = from + ((wall - first) / (last - first || 1)) * (to - from);
    ticks.push({ at, label: labelOf(wall, step, to - from) });
  }
  return ticks;
}

function labelOf(wall: Timestamp, step: number, span: number): string {
  const text = new Date(wall).toISOString();
  if (span > YEAR) return text.slice(0, 7);
  if (step >= DAY || wall % DAY === 0) return text.slice(5, 10);
  return step >= MINUTE ? text.slice(11, 16) : text.slice(11, 19);
}

/** Round numbers, about `count` of them, that hold the range between them; 1, 2 or 5 apart in some power of ten. */
export function numberTicks(low: number, high: number, count: number): Tick<number>[] {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const value = (first + at) * step;
    const label =
      Math.abs(value) >= 10_000 && digits === 0 ? value.toLocaleString('en') : value.toFixed(Math.min(digits, 12));
    return { at: value, label };
  });
}
