import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODECS } from '../../../src/codecs/index.ts';
import { type CodecCase, codecCases, decodeCase } from '../../support/codecCases.ts';
import { cpuTimeOf } from '../../support/cpuTime.ts';

/** A message of a few bytes may make no more than so many answers; a byte of payload at most one. */
const FEW_ANSWERS = 32;

/** Longest text about a refusal. */
const MAX_DETAIL = 600;

/** Each is another way in which bytes go wrong under way. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), byte: fc.nat(64) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), byte: fc.nat(64) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(), byte: fc.constant(0) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(payload: Buffer, { kind, at, byte }: Mutation): Buffer {
  const from = at % (payload.length + 1);
  if (kind === 'end') return payload.subarray(0, from);
  if (kind === 'cut') return Buffer.concat([payload.subarray(0, from), payload.subarray(from + byte)]);
  if (kind === 'repeat') return Buffer.concat([payload.subarray(0, from + byte), payload.subarray(from)]);
  const changed = Buffer.from(payload);
  if (payload.length > 0) changed[at % payload.length] = byte;
  return changed;
}

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
      fc.property(fc.constantFrom(...cases), fc.array(mutation, { minLength: 1, maxLength: 8 }), (one, mutations) => {
        expectAnAnswer(one, mutations.reduce(mutate, one.payload));
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
