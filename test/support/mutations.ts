import fc from 'fast-check';

/** Each is another way in which bytes go wrong under way. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), byte: fc.nat(64) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), byte: fc.nat(64) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(), byte: fc.constant(0) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutateOnce(payload: Buffer, { kind, at, byte }: Mutation): Buffer {
  const from = at % (payload.length + 1);
  if (kind === 'end') return payload.subarray(0, from);
  if (kind === 'cut') return Buffer.concat([payload.subarray(0, from), payload.subarray(from + byte)]);
  if (kind === 'repeat') return Buffer.concat([payload.subarray(0, from + byte), payload.subarray(from)]);
  const changed = Buffer.from(payload);
  if (payload.length > 0) changed[at % payload.length] = byte;
  return changed;
}

/** A few of them, for {@link mutate}. */
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 8 });

export function mutate(payload: Buffer, ways: readonly Mutation[]): Buffer {
  return ways.reduce(mutateOnce, payload);
}
