import { describe, expect, it } from 'vitest';
import { addToScatter, emptyScatter, scatterOf } from '../../../src/prognostics/scatter.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { random } from '../../support/random.ts';

/** Points of a course with noise, unevenly spaced. */
function scatterAbout(course: (x: number) => number, deviation: number, points = 2000) {
  const normal = normalDraws(3);
  const uniform = random(5);
  const scatter = emptyScatter();
  let x = 0;
  for (let at = 0; at < points; at++) {
    x += 0.1 + 3 * uniform();
    addToScatter(scatter, x, course(x) + deviation * normal());
  }
  return scatter;
}

describe('the scatter of points', () => {
  it.each([
    ['level', () => 40],
    ['rising straight', (x: number) => 5 * x],
    ['rising faster and faster', (x: number) => x ** 2 / 500],
  ])('is that of the noise alone, however unevenly they come: %s', (_, course) => {
    expect(Math.abs(scatterOf(scatterAbout(course, 7), 1, 1) / 7 - 1)).toBeLessThan(0.06);
  });

  it('is the usual one until points have come, and moves to their own', () => {
    expect(scatterOf(emptyScatter(), 5, 8)).toBe(5);
    const few = scatterOf(
      scatterAbout(() => 0, 20, 6),
      5,
      8,
    );
    expect(few).toBeGreaterThan(5);
    expect(few).toBeLessThan(
      scatterOf(
        scatterAbout(() => 0, 20, 40),
        5,
        8,
      ),
    );
  });

  it('by hand: the middle of three lies 3 off the line between its neighbours', () => {
    const scatter = emptyScatter();
    for (const [x, y] of [
      [0, 10],
      [1, 14],
      [4, 14],
    ] as const)
      addToScatter(scatter, x, y);
    // The line is at 11 there, from weights of 3/4 and 1/4 of its neighbours.
    expect(scatter.squares).toBeCloseTo(9 / (1 + 9 / 16 + 1 / 16), 12);
    expect(scatter.count).toBe(1);
  });

  it('passes over a clock that stands still, and remembers two points', () => {
    const scatter = emptyScatter();
    for (const [x, y] of [
      [0, 1],
      [1, 2],
      [1, 900],
      [2, 3],
      [3, 4],
    ] as const)
      addToScatter(scatter, x, y);
    expect(scatter).toEqual({ x: [2, 3], y: [3, 4], squares: 0, count: 2 });
  });
});
