import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageAt,
  type CourseOfUse,
  courseWeights,
  departure,
  overCourse,
  useAt,
} from '../../../src/prognostics/courseOfUse.ts';
import { certainLife } from '../../../src/prognostics/lifeDistribution.ts';

/** 3 a day for 10 days, then 1. */
const SLOWING: CourseOfUse = { share: 1, times: [0, 10, 20], uses: [0, 30, 40], repeats: false };
/** A day of 2, a day of rest, a day of 4. */
const ROUNDS: CourseOfUse = { share: 1, times: [0, 1, 2, 3], uses: [0, 2, 2, 6], repeats: true };

describe('a course of use', () => {
  it('is straight between its points, and goes on as at its end or begins again', () => {
    expect([0, 5, 10, 15, 20, 50].map((age) => useAt(SLOWING, age))).toEqual([0, 15, 30, 35, 40, 70]);
    expect([0.5, 1.5, 3, 3.5, 7.5].map((age) => useAt(ROUNDS, age))).toEqual([1, 2, 6, 7, 14]);
  });

  it('comes to a use at the first age that has it', () => {
    expect([0, 15, 30, 40, 70].map((use) => ageAt(SLOWING, use))).toEqual([0, 5, 10, 20, 50]);
    expect(ageAt(ROUNDS, 2)).toBe(1);
    expect(ageAt(ROUNDS, 8)).toBe(4);
    expect(ageAt(ROUNDS, 14)).toBe(7);
    expect(ageAt(ROUNDS, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    const ending: CourseOfUse = { share: 1, times: [0, 1, 2], uses: [0, 5, 5], repeats: false };
    expect([ageAt(ending, 5), ageAt(ending, 6)]).toEqual([1, Number.POSITIVE_INFINITY]);
    expect(ageAt({ share: 1, times: [0, 1], uses: [0, 0], repeats: true }, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is inverted where it rises', () => {
    fc.assert(
      fc.property(fc.constantFrom(SLOWING, ROUNDS), fc.double({ min: 0.001, max: 500, noNaN: true }), (course, use) => {
        expect(useAt(course, ageAt(course, use))).toBeCloseTo(use, 6);
      }),
    );
  });

  it('is left by as many deviations as the use is off, as a share of the larger', () => {
    expect(departure(SLOWING, 10, 30, 0.1)).toBe(0);
    expect(departure(SLOWING, 10, 24, 0.1)).toBeCloseTo(2, 9);
    expect(departure(SLOWING, 10, 40, 0.1)).toBeCloseTo(2.5, 9);
    expect(departure(SLOWING, 0, 0, 0.1)).toBe(0);
  });
});

describe('which course a unit follows', () => {
  const known = { courses: [{ ...SLOWING, share: 3 }, ROUNDS], deviation: 0.05, other: 0.05 };

  it('is a matter of their shares until it shows', () => {
    const [slowing, rounds, other] = courseWeights(known, [0, 0]);
    expect(slowing! / rounds!).toBeCloseTo(3, 9);
    expect(slowing! + rounds! + other!).toBeCloseTo(1, 9);
    expect(other).toBeCloseTo(0.05 / 1.05, 9);
  });

  it('is not one that it has left, and none where it has left all', () => {
    expect(courseWeights(known, [9, 0])[0]).toBeLessThan(1e-9);
    expect(courseWeights(known, [9, 0])[1]).toBeGreaterThan(0.8);
    expect(courseWeights(known, [40, 40])).toEqual([0, 0, 1]);
    expect(courseWeights({ ...known, other: 0 }, [90, 90])[2]).toBe(1);
  });
});

describe('a life in use, over a course', () => {
  it('takes as long as the course from the present age on', () => {
    expect(overCourse(certainLife(20), SLOWING, 5).quantile(0.5)).toBe(10);
    expect(overCourse(certainLife(20), SLOWING, 10).quantile(0.5)).toBe(20);
    const life = overCourse(certainLife(20), SLOWING, 5);
    expect([9.9, 10.1, Number.POSITIVE_INFINITY].map((left) => life.within(left))).toEqual([0, 1, 1]);
  });
});
