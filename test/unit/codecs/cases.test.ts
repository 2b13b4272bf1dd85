import { describe, expect, it } from 'vitest';
import { codecCases, decodeCase } from '../../support/codecCases.ts';

/** Unit conversions end in binary noise. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

const cases = codecCases();

describe.each([...new Set(cases.map(({ codec }) => codec))])('%s', (codec) => {
  it.each(cases.filter((one) => one.codec === codec))('$name', (one) => {
    const { samples, rejections } = decodeCase(one, one.payload);
    expect({
      samples: samples.map(({ metric, time, value, quality }) => ({
        metric,
        time,
        value: withoutNoise(value),
        quality,
      })),
      rejections: rejections.map(({ reason, metric, samples: count }) => ({ reason, metric, samples: count })),
    }).toEqual(one.expected);
  });
});
