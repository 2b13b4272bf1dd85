import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, isRefusal } from '../../../src/codecs/codec.ts';
import { createJsonCodec } from '../../../src/codecs/json.ts';
import { MAX_DEPTH } from '../../../src/codecs/nesting.ts';
import { cpuTimeOf } from '../../support/cpuTime.ts';

const read = (codec: Codec) => (payload: Buffer) => codec(payload, 0);
const decode = read(createJsonCodec({ bareValues: false }));
const decodeText = (text: string) => decode(Buffer.from(text));

function reasonsOf(text: string | Buffer): string[] {
  return decode(Buffer.from(text)).map((item) => (isRefusal(item) ? item.reason : 'reading'));
}

describe('shapes', () => {
  it('reads a flat object, without its time among the values', () =>
    expect(decodeText('{"time":5,"a":1}')).toEqual([{ time: 5, values: { time: 5, a: 1 }, timeName: 'time' }]));

  it.each(['values', 'metrics', 'data', 'fields'])('reads values under %s', (name) =>
    expect(decodeText(`{"timestamp":5,"seq":9,"${name}":{"a":1}}`)).toEqual([
      { time: 5, values: { a: 1 }, timeName: undefined },
    ]));

  it('finds the time among the values of an envelope', () =>
    expect(decodeText('{"values":{"ts":5,"a":1}}')).toEqual([{ time: 5, values: { ts: 5, a: 1 }, timeName: 'ts' }]));

  it('takes ts before time before timestamp', () =>
    expect(decodeText('{"timestamp":3,"time":2,"ts":1}')).toMatchObject([{ time: 1, timeName: 'ts' }]));

  it('takes only the declared time field, and no inherited one', () => {
    const codec = read(createJsonCodec({ timeField: 'constructor', bareValues: false }));
    expect(codec(Buffer.from('{"ts":5,"a":1}'))).toMatchObject([{ time: undefined, timeName: undefined }]);
    expect(codec(Buffer.from('{"constructor":5}'))).toMatchObject([{ time: 5, timeName: 'constructor' }]);
  });

  it('reads arrays of both, and refuses only the items that are none', () =>
    expect(reasonsOf('[{"ts":1,"a":1},7,{"ts":2,"values":{"a":2}},[{}],null]')).toEqual([
      'reading',
      'unexpected-shape',
      'reading',
      'unexpected-shape',
      'unexpected-shape',
    ]));

  it('tells only the first of many such items one by one', () => {
    const items = decodeText(`[${'1,'.repeat(99)}{}]`);
    expect(items).toHaveLength(10);
    expect(items.at(-1)).toMatchObject({ detail: expect.stringContaining('91 more items') });
  });

  it.each(['5', '"text"', 'null', 'true', '[]'])('refuses %s', (text) =>
    expect(reasonsOf(text)).toEqual(['unexpected-shape']));

  it('reads a bare value where the topic names the metric', () => {
    const codec = read(createJsonCodec({ bareValues: true }));
    expect(codec(Buffer.from('23.5'))).toEqual([{ time: undefined, values: { value: 23.5 }, timeName: undefined }]);
  });
});

describe('bytes', () => {
  it.each(['not json', '{"a":1', '', ' ', '{"a":1}}', "{'a':1}", '{"a":01}'])('refuses %j as malformed', (text) =>
    expect(reasonsOf(text)).toEqual(['malformed']));

  it('takes a byte order mark', () => expect(decodeText('\ufeff{"ts":1,"a":2}')).toMatchObject([{ time: 1 }]));

  it('refuses invalid UTF-8, and takes U+FFFD itself', () => {
    expect(reasonsOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual(['malformed']);
    expect(reasonsOf('{"\ufffd":1}')).toEqual(['reading']);
  });

  it('takes the last of two values of one name, and rounds big integers to a double', () =>
    expect(decodeText('{"a":1,"a":12345678901234567890}')).toMatchObject([{ values: { a: 12345678901234567000 } }]));

  it('holds __proto__ as a name like any other', () => {
    const [reading] = decodeText('{"ts":1,"__proto__":{"a":1},"constructor":2}');
    expect(Object.keys((reading as { values: object }).values)).toEqual(['ts', '__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('keeps control characters and long text out of what it says', () => {
    const [refusal] = decode(Buffer.from(`{"a\u0000": ${'x'.repeat(10_000)}`));
    expect(isRefusal(refusal!) && /^[^\p{Cc}]{1,200}$/u.test(refusal.detail)).toBe(true);
  });

  it('makes values that are not finite of NaN and Infinity outside of texts', () => {
    expect(decodeText('{"ts":1,"NaN":"-Infinity \\" NaN","a":NaN,"b":-Infinity,"c":[Infinity]}')).toMatchObject([
      { values: { NaN: '-Infinity " NaN', a: Infinity, b: Infinity, c: [Infinity] } },
    ]);
    expect(reasonsOf('{"a":NaN,}')).toEqual(['malformed']);
    expect(reasonsOf('{a:"NaN"}')).toEqual(['malformed']);
  });
});

describe('nesting and size', () => {
  const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;

  it('refuses what nests deeper than the limit and not what does just that', () => {
    const inside = (depth: number) => `{"ts":1,"a":${nested(depth - 1, '[', ']')}}`;
    expect(reasonsOf(inside(MAX_DEPTH))).toEqual(['reading']);
    expect(reasonsOf(inside(MAX_DEPTH + 1))).toEqual(['too-deep']);
    expect(reasonsOf(nested(MAX_DEPTH + 1, '{"a":', '}'))).toEqual(['too-deep']);
  });

  it('counts no brackets inside of texts, and no siblings', () => {
    expect(reasonsOf(`{"a":"${'[{\\"'.repeat(500)}"}`)).toEqual(['reading']);
    expect(reasonsOf(`[${'{"a":[]},'.repeat(500)}{}]`)).toHaveLength(501);
  });

  it.each(['[', '{"a":'])('refuses a million of %s at once', (open) => {
    const payload = Buffer.from(open.repeat(1_000_000));
    expect(cpuTimeOf(() => expect(reasonsOf(payload)).toEqual(['too-deep']))).toBeLessThan(500);
  });

  it.each(['"', '\\"', '"\\', '-', 'NaN"', '{"NaN":'])('takes linear time over 10 MB of %s', (piece) => {
    const payload = Buffer.from(`"NaN${piece.repeat(10_000_000 / piece.length)}`);
    expect(cpuTimeOf(() => decode(payload))).toBeLessThan(5_000);
  });
});

it('answers any bytes with something', () => {
  const seed = readFileSync(new URL('../../cases/codecs/json/array/payload.json', import.meta.url));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
      const bytes = Buffer.from(seed);
      for (const [at, byte] of changes) bytes[at] = byte;
      expect(decode(bytes).length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decode(Buffer.from(bytes)).length).toBeGreaterThan(0);
    }),
  );
});
