import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODECS } from '../../../src/codecs/index.ts';
import { type CodecCase, codecCases, decodeCase } from '../../support/codecCases.ts';
import { cpuTimeOf } from '../../support/cpuTime.ts';
import { mutate, mutations } from '../../support/mutations.ts';

/** A message of a few bytes may make no more than so many answers; a byte of payload at most one. */
const FEW_ANSWERS = 32;

/** Longest text about a refusal. */
const MAX_DETAIL = 600;

function expectAnAnswer(one: CodecCase, payload: Buffer): void {
  const { samples, rejections } = decodeCase(one, payload);
  const { housekeeping, hasEmptyMessages } = CODECS[one.codec]!;
  const isIgnored = one.source.ignore.length > 0 || housekeeping !== undefined || hasEmptyMessages === true;
  if (!isIgnored) expect(samples.length + rejections.length).toBeGreaterThan(0);
  expect(samples.length + rejections.length).toBeLessThanOrEqual(payload.length + FEW_ANSWERS);
  for (const { value } of samples) expect(Number.isFinite(value)).toBe(true);
  for (const { detail } of rejections) {
    expect(detail.length).toBeLessThanOrEqual(MAX_DETAIL);
    expect(detail).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  }
}

/** What is worked out by an expression is fuzzed in jsonata.test.ts. */
const IMMEDIATE = Object.keys(CODECS).filter((codec) => codec !== 'jsonata');

describe.each(IMMEDIATE)('%s', (codec) => {
  const cases = codecCases().filter((one) => one.codec === codec);

  it('has golden cases', () => expect(cases).not.toEqual([]));

  it('makes samples or reasons of mutated payloads', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), mutations, (one, ways) => {
        expectAnAnswer(one, mutate(one.payload, ways));
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes samples or reasons of any bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.uint8Array({ maxLength: 300 }), (one, bytes) => {
        expectAnAnswer(one, Buffer.from(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes time in proportion to the payload, whatever byte fills it', () => {
    const [one] = cases;
    for (let byte = 0; byte < 256; byte += 1) {
      const payload = Buffer.alloc(50_000, byte);
      expect(cpuTimeOf(() => decodeCase(one!, payload))).toBeLessThan(5_000);
    }
  });
});
