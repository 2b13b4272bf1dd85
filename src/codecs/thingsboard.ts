import type { Codec, CodecOptions, Reading, Refusal } from './codec.ts';
import { flatten } from './flatten.ts';
import { Instant } from './instant.ts';
import { jsonReader, readEach, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';

const refuse = shapeOf('{"name": value}, {"ts": …, "values": {…}}, an array of these, or {"device": [these]}');

/**
 * Telemetry as devices and gateways send it to ThingsBoard: its MQTT Device API (`v1/devices/me/telemetry`) and its
 * MQTT Gateway API (`v1/gateway/telemetry`), where devices are named. What has no `ts` is of the time of receipt, as there.
 */
export function createThingsBoardCodec({ nested }: CodecOptions): Codec {
  const named = nested ? flatten : (values: Values) => values;
  return jsonReader((parsed, receivedAt) => {
    const readOne = (item: unknown): Reading | Refusal => {
      if (!isObject(item)) return refuse(item);
      const { ts, values } = item;
      if (!isObject(values)) return { time: new Instant(receivedAt), values: named(item), timeName: undefined };
      return { time: ts ?? new Instant(receivedAt), values: named(values), timeName: undefined };
    };
    if (Array.isArray(parsed))
      return parsed.length === 0 ? [refuse(parsed)] : readEach(parsed, (one) => [readOne(one)]);
    if (!isGateway(parsed)) return [readOne(parsed)];
    return readEach(Object.entries(parsed), (entry) => {
      const [subject, items] = entry as [string, readonly unknown[]];
      return readEach(items, (item) => {
        const one = readOne(item);
        return ['reason' in one ? one : { ...one, subject }];
      });
    });
  });
}

/** Everything in it is a list of objects: no device sends that as telemetry of its own. */
function isGateway(parsed: unknown): parsed is Readonly<Record<string, readonly unknown[]>> {
  if (!isObject(parsed)) return false;
  const all = Object.values(parsed);
  return all.length > 0 && all.every((items) => Array.isArray(items) && items.length > 0 && isObject(items[0]));
}
