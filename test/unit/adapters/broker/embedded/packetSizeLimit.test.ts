import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { PacketSizeLimit } from '../../../../../src/adapters/broker/embedded/packetSizeLimit.ts';

const LIMIT = 1000;
const OVERHEAD = 2 + 0xffff + 2;

function publish(payloadBytes: number): Buffer {
  return generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(payloadBytes, 0xff),
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  });
}

test('accepts any packets within the limit, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: LIMIT }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 700 }),
      (sizes, cut) => {
        const bytes = Buffer.concat(sizes.map(publish));
        const limit = new PacketSizeLimit(LIMIT);
        for (let at = 0; at < bytes.length; at += cut) {
          if (!limit.accepts(bytes.subarray(at, at + cut))) return false;
        }
        return true;
      },
    ),
  );
});

test('refuses a packet beyond the limit at its header, before the body came', () => {
  const large = publish(LIMIT + OVERHEAD);
  for (const headerCut of [1, 2, 3]) {
    const limit = new PacketSizeLimit(LIMIT);
    expect(limit.accepts(publish(LIMIT))).toBe(true);
    expect(limit.accepts(large.subarray(0, headerCut))).toBe(true);
    expect(limit.accepts(large.subarray(headerCut, 4))).toBe(false);
  }
});
