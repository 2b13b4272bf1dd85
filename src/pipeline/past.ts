import type { PastBatch, PastRejection, PastSpan, PastTaken } from '../domain/past.ts';
import type { Rejection } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Pending } from './batch.ts';
import type { Decoded, Decoder } from './decode.ts';

/** What stands for the readings of a batch where messages are counted and written: each of them is one. */
export function messageOf({ sourceId }: PastBatch, receivedAt: Timestamp): InboundMessage {
  return { topic: '', payload: Buffer.alloc(0), qos: 1, retain: false, receivedAt, sourceId, historical: true };
}

/** What each of the readings comes to, in their order. */
export function decodePast(
  decoder: Pick<Decoder, 'decodePast'>,
  { sourceId, zone, readings }: PastBatch,
  receivedAt: Timestamp,
): Decoded[] {
  return readings.map((reading) => decoder.decodePast(reading, { sourceId, receivedAt, zone }));
}

export function takenOf(decoded: readonly Decoded[], pendings: readonly Pending[]): PastTaken {
  return {
    stored: pendings.reduce((sum, { stored }) => sum + stored, 0),
    duplicate: pendings.reduce((sum, { duplicate }) => sum + duplicate, 0),
    rejections: byReading(pendings.map(({ told = [] }) => told)),
    spans: spansOf(decoded),
  };
}

/** Of a batch that was only looked at. */
export function lookedAt(decoded: readonly Decoded[]): PastTaken {
  const rejections = byReading(decoded.map((one) => one.rejections));
  return { stored: 0, duplicate: 0, rejections, spans: spansOf(decoded) };
}

function byReading(lists: readonly (readonly Rejection[])[]): PastRejection[] {
  return lists.flatMap((list, reading) => list.map((rejection) => ({ ...rejection, reading })));
}

function spansOf(decoded: readonly Decoded[]): PastSpan[] {
  const spans = new Map<string, { -readonly [K in keyof PastSpan]: PastSpan[K] }>();
  for (const { samples } of decoded) {
    for (const { series, time } of samples) {
      const { assetId } = series;
      const known = spans.get(assetId);
      if (known) {
        known.samples++;
        if (time < known.from) known.from = time;
        if (time > known.to) known.to = time;
      } else spans.set(assetId, { assetId, samples: 1, from: time, to: time });
    }
  }
  return [...spans.values()];
}
