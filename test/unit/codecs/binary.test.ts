import { expect, it } from 'vitest';
import { createCborCodec } from '../../../src/codecs/cbor.ts';
import type { CodecFactory } from '../../../src/codecs/codec.ts';
import { createMsgpackCodec } from '../../../src/codecs/msgpack.ts';

/** What a process may take to find that it is fooled; what is declared would take gigabytes. */
const FEW_BYTES = 32_000_000;

function growthOf(work: () => void): number {
  const before = process.memoryUsage();
  work();
  const after = process.memoryUsage();
  return after.heapUsed + after.external - before.heapUsed - before.external;
}

const nested = (head: string, times: number) => Buffer.from(head.repeat(times), 'hex');

it.each<[string, CodecFactory, Buffer]>([
  ['a CBOR array', createCborCodec, Buffer.from('9b0000000080000000', 'hex')],
  ['a CBOR map', createCborCodec, Buffer.from('bb0000000080000000', 'hex')],
  ['a CBOR text', createCborCodec, Buffer.from('7b0000000080000000', 'hex')],
  ['CBOR bytes', createCborCodec, Buffer.from('5b0000000080000000', 'hex')],
  ['a CBOR bignum', createCborCodec, Buffer.from('c25b0000000080000000', 'hex')],
  ['CBOR arrays in arrays', createCborCodec, nested('9a01000000', 10_000)],
  ['a MessagePack array', createMsgpackCodec, Buffer.from('dd80000000', 'hex')],
  ['a MessagePack map', createMsgpackCodec, Buffer.from('df80000000', 'hex')],
  ['a MessagePack text', createMsgpackCodec, Buffer.from('db80000000', 'hex')],
  ['MessagePack bytes', createMsgpackCodec, Buffer.from('c680000000', 'hex')],
  ['a MessagePack extension', createMsgpackCodec, Buffer.from('c980000000ff', 'hex')],
  ['MessagePack arrays in arrays', createMsgpackCodec, nested('dd00008000', 10_000)],
])('makes no room for what %s declares and does not hold', (_, create, payload) => {
  const codec = create({ bareValues: false });
  const growth = growthOf(() => expect(codec(payload, 0)).toMatchObject([{ reason: expect.any(String) }]));
  expect(growth).toBeLessThan(FEW_BYTES);
});
