import type { Codec } from './codec.ts';
import { flatten } from './flatten.ts';
import { Instant } from './instant.ts';
import { jsonReader, shapeOf } from './jsonReader.ts';
import { isObject } from './objects.ts';

const refuse = shapeOf('an object like {"temperature": 21.5, "last_seen": "2024-01-01T12:00:00Z"}');

/** What the bridge adds to the state of a device. */
export const ZIGBEE2MQTT_HOUSEKEEPING = [
  'linkquality',
  'update_available',
  'update.state',
  'update.installed_version',
  'update.latest_version',
  'update.latest_source',
  'update.latest_release_notes',
  'update.progress',
  'update.remaining',
  'elapsed',
];

/**
 * States of devices as Zigbee2MQTT publishes them on `zigbee2mqtt/<friendly name>`. Names are dotted, like `color.x`. The
 * time is `last_seen`, in each of its forms; where that is off (the default of Zigbee2MQTT), the time of receipt. Null
 * stands for what the bridge does not know yet. Availability, which tells of the connection, holds no values.
 */
export function createZigbee2MqttCodec(): Codec {
  return jsonReader((parsed, receivedAt) => {
    if (!isObject(parsed)) return [refuse(parsed)];
    const { last_seen: seen, ...rest } = parsed;
    if (isAvailability(rest)) return [];
    const known = Object.entries(flatten(rest)).filter(([, value]) => value !== null);
    return [{ time: seen ?? new Instant(receivedAt), values: Object.fromEntries(known), timeName: undefined }];
  });
}

function isAvailability(state: Readonly<Record<string, unknown>>): boolean {
  return (state.state === 'online' || state.state === 'offline') && Object.keys(state).length === 1;
}
