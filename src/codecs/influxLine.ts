import type { Timestamp } from '../domain/time.ts';
import { BARE_VALUE, type Codec, type CodecOptions, type Reading, type Refusal } from './codec.ts';
import { type InfluxPoint, InfluxScanner } from './influxScanner.ts';
import { Instant } from './instant.ts';
import { asPrefix } from './text.ts';
import { Unreadable } from './unreadable.ts';
import { textOf } from './utf8.ts';

/**
 * InfluxDB line protocol: a reading for each line. A value's name is its field, or the measurement where the field is
 * `value` and the topic names no metric; with `influx.name: measurement.field` both. Tags are no values; one of them may
 * say whose they are. A line without a time is of its receipt, as in InfluxDB. What is wrong with a line refuses just it.
 */
export function createInfluxLineCodec({ influx = {}, bareValues }: CodecOptions): Codec {
  const nameOf = influx.name === 'measurement.field' ? bothNames : fieldName(bareValues);
  return (payload, receivedAt) => {
    const text = textOf(payload);
    if (text instanceof Unreadable) return [text.refusal];
    const items: (Reading | Refusal)[] = [];
    const scanner = new InfluxScanner(text);
    for (let point = scanner.next(); point !== undefined; point = scanner.next()) {
      items.push('reason' in point ? point : readPoint(point, nameOf, influx.subject, receivedAt));
    }
    return items.length === 0 ? [{ reason: 'unexpected-shape', detail: 'found no line that is no comment' }] : items;
  };
}

type NameOf = (point: InfluxPoint, field: string) => string;

const bothNames: NameOf = ({ measurement }, field) => `${asPrefix(measurement)}.${field}`;

function fieldName(topicNamesMetric: boolean): NameOf {
  return ({ measurement }, field) => (field === BARE_VALUE && !topicNamesMetric ? measurement : field);
}

function readPoint(point: InfluxPoint, nameOf: NameOf, tag: string | undefined, receivedAt: Timestamp): Reading {
  const subject = tag === undefined ? undefined : point.tags.get(tag);
  return {
    time: point.time ?? new Instant(receivedAt),
    values: Object.fromEntries(point.fields.map(([field, value]) => [nameOf(point, field), value])),
    timeName: undefined,
    ...(subject !== undefined && { subject }),
  };
}
