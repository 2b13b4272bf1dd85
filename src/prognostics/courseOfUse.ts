import type { Duration } from '../domain/time.ts';
import type { LifeDistribution } from './lifeDistribution.ts';

/** A course of use that units are known to follow, straight between its points. */
export interface CourseOfUse {
  /** How many units follow it, relative to the others. */
  readonly share: number;
  /** Age, rising from 0, and use since new at it, which does not fall. */
  readonly times: readonly Duration[];
  readonly uses: readonly number[];
  /** After its last point it begins again; else it goes on as in its last stretch. */
  readonly repeats: boolean;
}

export interface CoursesOfUse {
  readonly courses: readonly CourseOfUse[];
  /** How far units lie off their course, as a share of the use. */
  readonly deviation: number;
  /** Weight of none of them, where the shares sum to 1. */
  readonly other: number;
}

/** Use since new at an age. */
export function useAt({ times, uses, repeats }: CourseOfUse, age: Duration): number {
  const [length, amount] = [times.at(-1)!, uses.at(-1)!];
  if (!repeats || age < length) return along(times, uses, age);
  const rounds = Math.floor(age / length);
  return rounds * amount + along(times, uses, age - rounds * length);
}

/** The age by which a course has come to this use: the first, Infinity where it never does. */
export function ageAt({ times, uses, repeats }: CourseOfUse, use: number): Duration {
  if (use === Number.POSITIVE_INFINITY) return use;
  const [length, amount] = [times.at(-1)!, uses.at(-1)!];
  if (repeats && amount <= 0) return Number.POSITIVE_INFINITY;
  if (!repeats || use < amount) return along(uses, times, use);
  const rounds = Math.floor(use / amount);
  return rounds * length + along(uses, times, use - rounds * amount);
}

/** `to` where `from` is at this value, straight between points and on beyond the last. */
function along(from: readonly number[], to: readonly number[], value: number): number {
  let at = 1;
  while (at < from.length - 1 && from[at]! < value) at++;
  const step = from[at]! - from[at - 1]!;
  if (step <= 0) return value > from[at]! ? Number.POSITIVE_INFINITY : to[at - 1]!;
  return to[at - 1]! + ((to[at]! - to[at - 1]!) * (value - from[at - 1]!)) / step;
}

/** How far a unit of this age and use lies off a course now, in deviations. */
export function departure(course: CourseOfUse, age: Duration, used: number, deviation: number): number {
  const expected = useAt(course, age);
  const most = Math.max(expected, used);
  return most > 0 ? Math.abs(used - expected) / (deviation * most) : 0;
}

/**
 * How likely a unit follows each course, and last none of them; sums to 1. The farthest that it ever was off a course
 * decides, by a normal kernel: a unit that has left a course does not come back to it.
 */
export function courseWeights({ courses, other }: CoursesOfUse, farthest: readonly number[]): number[] {
  const shares = courses.reduce((sum, { share }) => sum + share, 0);
  const weights = courses.map(({ share }, at) => (share / shares) * Math.exp(-(farthest[at]! ** 2) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, other);
  return total > 0 ? [...weights, other].map((weight) => weight / total) : [...weights, 1];
}

/** A life in units of use as one in time, for a unit of this age that follows the course from here. */
export function overCourse(use: LifeDistribution, course: CourseOfUse, age: Duration): LifeDistribution {
  const now = useAt(course, age);
  return {
    within: (left) => use.within(left === Number.POSITIVE_INFINITY ? left : useAt(course, age + left) - now),
    quantile: (probability) => Math.max(0, ageAt(course, now + use.quantile(probability)) - age),
  };
}
