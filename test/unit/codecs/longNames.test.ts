import { expect, it } from 'vitest';
import { type CodecOptions, isRefusal } from '../../../src/codecs/codec.ts';
import { CODECS } from '../../../src/codecs/index.ts';

const LONG = 'x'.repeat(200_000);
const MANY = Array.from({ length: 300 }, (_, at) => `m${at}`);
const telemetry = Object.fromEntries(MANY.map((name) => [name, 1]));

it.each([
  ['senml-json', JSON.stringify([{ bn: LONG, n: 'm', v: 1 }, ...MANY.map((n) => ({ n, v: 1 }))]), {}],
  ['influx-line', `${LONG} ${MANY.map((name) => `${name}=1`).join()} 1`, { influx: { name: 'measurement.field' } }],
  ['azure-iot', JSON.stringify({ messageSource: 'telemetry', deviceId: 'd', component: LONG, telemetry }), {}],
  ['json', JSON.stringify({ ts: 1, [LONG]: telemetry }), { flatten: true }],
] as const)('%s makes no long name of what stands before many', (id, payload, options) => {
  const items = CODECS[id]!.create({ time: {}, bareValues: false, ...options } as unknown as CodecOptions)(
    Buffer.from(payload),
    0,
    'topic',
  );
  const texts = items.flatMap((item) => (isRefusal(item) ? [item.detail] : Object.keys(item.values)));
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThan(2 * payload.length);
});
