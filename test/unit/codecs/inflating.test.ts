import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { inflating } from '../../../src/codecs/inflate.ts';

it('hands on the topic of what it inflates, for formats whose topics say what the payload is', () => {
  const telling: Codec = (payload, time, topic) => [
    { time, timeName: undefined, values: { [String(topic)]: String(payload) } },
  ];
  expect(inflating(telling, 'gzip', 100)(gzipSync('x'), 7, 'a/b')).toEqual([
    { time: 7, timeName: undefined, values: { 'a/b': 'x' } },
  ]);
});
