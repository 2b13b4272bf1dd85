/** A PUBLISH packet (QoS 1) of one asset in which only packet id, timestamp and values change. */
export interface LoadTemplate {
  /** Bytes of the packet. */
  readonly size: number;
  /** Writes the packet at `at` and returns where the next one goes. `value` is at least 0 and below 1000. */
  write(target: Buffer, at: number, packetId: number, time: number, value: number): number;
}

const TIME_DIGITS = 13;
/** `123.45`, with blanks in front where it is shorter. */
const VALUE_LENGTH = 6;
const ZERO = 0x30;
const BLANK = 0x20;

/**
 * Payload `{"ts":1700000000000,"values":{"m1": 12.34,…}}`: JSON allows blanks before a number, so every message of
 * an asset has the same length.
 */
export function createTemplate(topic: string, metrics: readonly string[]): LoadTemplate {
  const values = metrics.map((metric) => `${JSON.stringify(metric)}:${' '.repeat(VALUE_LENGTH)}`).join(',');
  const payload = Buffer.from(`{"ts":${'0'.repeat(TIME_DIGITS)},"values":{${values}}}`);
  const topicBytes = Buffer.from(topic);
  const remaining = encodeLength(2 + topicBytes.length + 2 + payload.length);
  const head = Buffer.concat([Buffer.from([0x32]), remaining, uint16(topicBytes.length), topicBytes]);
  const packet = Buffer.concat([head, uint16(0), payload]);
  const timeAt = head.length + 2 + '{"ts":'.length;
  const valuesAt = valueOffsets(payload).map((offset) => head.length + 2 + offset);
  return {
    size: packet.length,
    write(target, at, packetId, time, value) {
      packet.copy(target, at);
      target[at + head.length] = packetId >> 8;
      target[at + head.length + 1] = packetId & 0xff;
      writeDigits(target, at + timeAt, TIME_DIGITS, time);
      for (const offset of valuesAt) writeValue(target, at + offset, value);
      return at + packet.length;
    },
  };
}

function valueOffsets(payload: Buffer): number[] {
  const gap = `:${' '.repeat(VALUE_LENGTH)}`;
  const offsets: number[] = [];
  for (let at = payload.indexOf(gap); at >= 0; at = payload.indexOf(gap, at + 1)) offsets.push(at + 1);
  return offsets;
}

function writeDigits(target: Buffer, at: number, count: number, value: number): void {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    target[i] = ZERO + (rest - next * 10);
    rest = next;
  }
}

function writeValue(target: Buffer, at: number, value: number): void {
  const hundredths = Math.round(value * 100);
  writeDigits(target, at, 3, Math.floor(hundredths / 100));
  target[at + 3] = 0x2e;
  writeDigits(target, at + 4, 2, hundredths % 100);
  // JSON has no leading zeros.
  for (let i = at; i < at + 2 && target[i] === ZERO; i++) target[i] = BLANK;
}

/** The variable-length integer of MQTT. */
function encodeLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    const next = Math.floor(rest / 128);
    bytes.push((rest % 128) | (next > 0 ? 0x80 : 0));
    rest = next;
  } while (rest > 0);
  return Buffer.from(bytes);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
