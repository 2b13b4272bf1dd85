import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossing } from '../../../src/prognostics/crossing.ts';

const ACCURACY = 1e-10;

const SHAPES: Record<string, (scale: number, steepness: number) => (t: number) => number> = {
  smooth: (scale, steepness) => (t) => -Math.expm1(-((t / scale) ** steepness)),
  'a step': (scale) => (t) => (t >= scale ? 1 : 0),
  stairs: (scale) => (t) => Math.min(1, Math.floor((8 * t) / scale) / 8),
};

describe.each(Object.entries(SHAPES))('where a distribution that is %s crosses a probability', (name, shape) => {
  const scale = fc.double({ min: 0.01, max: 900, noNaN: true });
  const steepness = fc.double({ min: 0.2, max: 40, noNaN: true });
  const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  it('has it reached there and not just before, within a hundred looks and mostly few', () => {
    let looks = 0;
    let runs = 0;
    fc.assert(
      fc.property(scale, steepness, probability, (at, steep, p) => {
        const exact = shape(at, steep);
        const within = (t: number) => {
          looks++;
          return exact(t);
        };
        let high = 1;
        while (exact(high) < p && high < 1e6) high *= 2;
        fc.pre(exact(high) >= p);
        runs++;
        const t = crossing(within, p, high === 1 ? 0 : high / 2, high, ACCURACY);
        expect(exact(t)).toBeGreaterThanOrEqual(p);
        expect(exact(t * (1 - 3 * ACCURACY))).toBeLessThan(p);
      }),
    );
    expect(looks / runs).toBeLessThan(name === 'smooth' ? 20 : 60);
  });
});
