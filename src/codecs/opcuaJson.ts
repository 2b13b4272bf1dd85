import type { Quality } from '../domain/sample.ts';
import type { Codec, CodecOptions, Reading, Refusal } from './codec.ts';
import { flatten } from './flatten.ts';
import { Grouped } from './grouped.ts';
import { jsonReader, readEach, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';

const refuse = shapeOf('a NetworkMessage with "Messages", or a DataSetMessage with "Payload", of OPC UA Part 14');

/** Int64 and UInt64, which JSON of OPC UA has as text (Part 6, 5.4.2.3). */
const LONG = new Set([8, 9]);

/**
 * OPC UA PubSub in JSON (OPC 10000-14, 7.2.5; values as in OPC 10000-6, 5.4): a NetworkMessage, or one or several
 * DataSetMessages without its header. Fields are plain values, Variants or DataValues; each is of its SourceTimestamp,
 * else of the message's Timestamp. Of the status the severity counts: good, uncertain, bad. Whom they are of is
 * DataSetWriterName, else PublisherId, unless the topic names it. Keep-alives and metadata hold no values.
 */
export function createOpcUaJsonCodec({ topicNamesSubject }: CodecOptions): Codec {
  return jsonReader((parsed) => {
    if (!isObject(parsed))
      return Array.isArray(parsed) && parsed.length > 0 ? readEach(parsed, readBare) : [refuse(parsed)];
    if (parsed.Messages === undefined) return readBare(parsed);
    const messages = Array.isArray(parsed.Messages) ? parsed.Messages : [parsed.Messages];
    return readEach(messages, (one) => readMessage(one, parsed.PublisherId));
  });

  function readBare(item: unknown): readonly (Reading | Refusal)[] {
    return isObject(item) && item.MessageType === 'ua-metadata' ? [] : readMessage(item, undefined);
  }

  function readMessage(item: unknown, publisher: unknown): readonly (Reading | Refusal)[] {
    if (!isObject(item)) return [refuse(item)];
    if (item.MessageType === 'ua-keepalive') return [];
    if (!isObject(item.Payload)) return [refuse(item)];
    const subject = topicNamesSubject
      ? undefined
      : (nameIn(item.DataSetWriterName) ?? nameIn(item.PublisherId ?? publisher));
    return readFields(item.Payload, item.Timestamp, qualityOf(item.Status)).readings(
      subject === undefined ? {} : { subject },
    );
  }
}

function readFields(payload: Values, timestamp: unknown, whole: Quality): Grouped {
  const grouped = new Grouped();
  for (const [name, field] of Object.entries(payload)) {
    const { value, time, status } = readField(field);
    const quality = worse(whole, qualityOf(status));
    // A bad value is often none.
    if (value === null && quality === 2) continue;
    if (!isObject(value) && !Array.isArray(value)) grouped.add(name, value, time ?? timestamp, quality);
    else
      for (const [inner, one] of Object.entries(flatten({ [name]: value })))
        grouped.add(inner, one, time ?? timestamp, quality);
  }
  return grouped;
}

interface Field {
  readonly value: unknown;
  readonly time?: unknown;
  readonly status?: unknown;
}

/** A DataValue, a Variant (`{Type, Body}`, since 1.05 `{UaType, Value}`) or the value itself. */
function readField(field: unknown): Field {
  if (!isObject(field)) return { value: field };
  if (Object.hasOwn(field, 'Body')) return { value: long(field.Body, field.Type) };
  const { Value, UaType, SourceTimestamp, StatusCode } = field;
  const isDataValue = Object.hasOwn(field, 'Value') || StatusCode !== undefined || SourceTimestamp !== undefined;
  if (!isDataValue) return { value: field };
  const inner = readField(Value);
  return { value: long(inner.value ?? null, UaType), time: SourceTimestamp, status: StatusCode };
}

function long(value: unknown, type: unknown): unknown {
  return typeof value === 'string' && LONG.has(type as number) && value.length <= 20 ? Number(value) : value;
}

/** A StatusCode as number, or as `{Code, Symbol}`; its two highest bits are the severity (Part 4, 7.39). */
function qualityOf(status: unknown): Quality {
  const code = isObject(status) ? status.Code : status;
  if (typeof code !== 'number') return 0;
  const severity = code >>> 30;
  return severity > 1 ? 2 : (severity as Quality);
}

function worse(one: Quality, other: Quality): Quality {
  return one > other ? one : other;
}

function nameIn(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
