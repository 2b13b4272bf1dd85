import { expect, it } from 'vitest';
import type { CodecDefinition } from '../../../src/codecs/codec.ts';
import { HOUR, MINUTE } from '../../../src/domain/time.ts';
import { createDecoder } from '../../../src/pipeline/decode.ts';
import { fleetOfPump, jsonSource, RETENTION } from '../../support/telemetry.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const OLD = NOW - 30 * HOUR;
const topic = 'acme/s1/p1/telemetry';

/** The payload is the stamp; whole hours are of the past. */
const telling: CodecDefinition = {
  namesSubject: false,
  create: () => (payload) => {
    const time = Number(payload.toString());
    const reading = { time, values: { temperature: 20 }, timeName: undefined };
    return [time % HOUR === 0 ? { ...reading, historical: true } : reading];
  },
};

it('marks samples of readings that tell of the past', () => {
  const decoder = createDecoder({
    sources: [{ ...jsonSource(), codec: 'telling' }],
    directory: fleetOfPump('p1'),
    retention: RETENTION,
    codecs: { telling },
  });
  const decode = (time: number) => decoder.decode({ topic, payload: Buffer.from(String(time)), receivedAt: NOW });
  expect(decode(OLD).samples).toMatchObject([{ time: OLD, historical: true }]);
  expect(decode(OLD + 1).samples[0]).not.toHaveProperty('historical');
});

it('marks all samples of a message that tells of the past', () => {
  const decoder = createDecoder({ sources: [jsonSource()], directory: fleetOfPump('p1'), retention: RETENTION });
  const payload = Buffer.from(JSON.stringify({ ts: OLD, temperature: 20 }));
  const { samples } = decoder.decode({ topic, payload, receivedAt: NOW, historical: true });
  expect(samples).toMatchObject([{ time: OLD, value: 20, historical: true }]);
});

it('goes by the stamps of the past, whatever clock the source is trusted for', () => {
  const payload = Buffer.from(JSON.stringify({ ts: OLD, temperature: 20 }));
  for (const clock of ['receipt', 'corrected'] as const) {
    const decoder = createDecoder({
      sources: [{ ...jsonSource(), clock }],
      directory: fleetOfPump('p1'),
      retention: RETENTION,
    });
    for (let minute = 0; minute < 10; minute++) {
      const receivedAt = NOW + minute * MINUTE;
      const { samples } = decoder.decode({ topic, payload, receivedAt, historical: true });
      expect(samples).toMatchObject([{ time: OLD }]);
    }
  }
});
