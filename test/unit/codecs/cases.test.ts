import { afterAll, describe, expect, it } from 'vitest';
import { createExpressions } from '../../../src/adapters/expressions/index.ts';
import { codecCases, decodeEvaluated } from '../../support/codecCases.ts';

/** Unit conversions end in binary noise. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

const cases = codecCases();
const expressions = createExpressions();
afterAll(() => expressions.close());

describe.each([...new Set(cases.map(({ codec }) => codec))])('%s', (codec) => {
  it.each(cases.filter((one) => one.codec === codec))('$name', async (one) => {
    const { samples, rejections } = await decodeEvaluated(one, one.payload, expressions);
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
