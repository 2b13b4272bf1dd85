import { describe, expect, it } from 'vitest';
import { rateOfUse } from '../../../src/prognostics/useRate.ts';

/** A record of use by these rates, one for each unit of time. */
function used(rates: readonly number[]) {
  const y = [0];
  for (const rate of rates) y.push(y.at(-1)! + rate);
  return { x: y.map((_, at) => at), y, weight: y.map(() => 1) };
}

const steady = Array<number>(40).fill(3);

describe('the rate of use', () => {
  it('is nearly certain where it never changed', () => {
    const { rate, deviation } = rateOfUse(used(steady), 0.05)!;
    expect(rate).toBeCloseTo(3, 9);
    expect(deviation).toBeCloseTo(0.05, 9);
  });

  it('is half-way to a rate of late, and as uncertain', () => {
    const { rate, deviation } = rateOfUse(used([...steady, 9, 9, 9, 9, 9]), 0.05)!;
    const lifetime = (120 + 45) / 45;
    expect(rate).toBeCloseTo((9 + lifetime) / 2, 9);
    expect(deviation).toBeCloseTo((9 - lifetime) / 2 / rate, 9);
  });

  it('falls where the machine stands still', () => {
    const { rate } = rateOfUse(used([...steady, 0, 0, 0, 0, 0]), 0.05)!;
    expect(rate).toBeCloseTo(120 / 45 / 2, 9);
  });

  it('begins with the usual rate, which a unit outgrows', () => {
    const usual = { use: 1000, time: 100 };
    expect(rateOfUse(used([]), 0.05, usual)!.rate).toBeCloseTo(10, 9);
    expect(rateOfUse(used([]), 0.05)).toBeUndefined();
    expect(rateOfUse({ x: [], y: [], weight: [] }, 0.05, usual)).toBeUndefined();
    expect(rateOfUse(used(Array<number>(1000).fill(2)), 0.05, usual)!.rate).toBeCloseTo((2 + 3000 / 1100) / 2, 9);
  });
});
