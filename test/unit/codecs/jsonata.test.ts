import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createExpressions } from '../../../src/adapters/expressions/index.ts';
import { checkJsonata, readResult } from '../../../src/codecs/jsonata.ts';
import { codecCases, decodeEvaluated } from '../../support/codecCases.ts';

const expressions = createExpressions();
afterAll(() => expressions.close());

describe('the expression of a source', () => {
  it('is checked with its place', () => {
    expect(checkJsonata({ expression: '{"values": $}' })).toEqual([]);
    expect(checkJsonata({})).toMatchObject([{ path: ['codec'], message: expect.stringContaining('needs') }]);
    const [problem] = checkJsonata({ expression: '{"a": (b +\n  ] }' });
    expect(problem).toEqual({ path: ['expression'], message: expect.stringMatching(/line 2, column \d+/) });
  });

  it('makes samples or reasons of any bytes', async () => {
    const cases = codecCases().filter(({ codec }) => codec === 'jsonata');
    const change = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cases), fc.array(change, { maxLength: 4 }), async (one, changes) => {
        let payload = one.payload;
        for (const { at, bytes } of changes) {
          const from = at % (payload.length + 1);
          payload = Buffer.concat([payload.subarray(0, from), bytes, payload.subarray(from + 1)]);
        }
        const { samples, rejections } = await decodeEvaluated(one, payload, expressions);
        expect(samples.length + rejections.length).toBeLessThanOrEqual(payload.length);
        for (const { detail } of rejections) expect(detail).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
      { numRuns: 300 },
    );
  });

  it('may give anything that is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const one of readResult(JSON.stringify(value))) expect('reason' in one || 'values' in one).toBe(true);
      }),
    );
  });
});
