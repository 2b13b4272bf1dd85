import type { Timestamp } from '../domain/time.ts';
import type { Codec, CodecOptions, Reading, Refusal } from './codec.ts';
import { flatten } from './flatten.ts';
import { Instant } from './instant.ts';
import { parseJson } from './json.ts';
import { jsonReader, readEach, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';
import { readShapes } from './shapes.ts';
import { asPrefix } from './text.ts';
import { Unreadable } from './unreadable.ts';

const refuse = shapeOf('telemetry as an object, an event of IoT Hub or an export of IoT Central');

/** A message of a device, whatever it came wrapped in. */
interface Telemetry {
  readonly body: unknown;
  readonly device: unknown;
  /** When the hub took it: the time of what names none. */
  readonly enqueued: unknown;
  /** Component of a DTDL model. */
  readonly component: unknown;
}

/**
 * Telemetry that goes through Azure IoT, alone or in arrays: the body of a device's message; routed by IoT Hub to storage
 * (`Body`, `SystemProperties`), by Event Grid (`Microsoft.Devices.DeviceTelemetry`, in its own schema or as CloudEvent); or
 * exported by IoT Central (`messageSource: telemetry`). Bodies may be base64. Names are dotted, those of a DTDL component
 * after its name. The device is the one that the hub knows, unless the topic names it; the time is the body's, else when
 * it was enqueued, else that of receipt. Events of another kind (twins, lifecycle) hold no values.
 */
export function createAzureIotCodec(options: CodecOptions): Codec {
  return jsonReader((parsed, receivedAt) => {
    const readOne = (item: unknown) => read(item, receivedAt);
    return Array.isArray(parsed) && parsed.length > 0 ? readEach(parsed, readOne) : readOne(parsed);
  });

  function read(item: unknown, receivedAt: Timestamp): readonly (Reading | Refusal)[] {
    if (!isObject(item)) return [refuse(item)];
    const message = unwrap(item);
    if (message === undefined) return [];
    const body = bodyOf(message.body);
    if (body instanceof Unreadable) return [body.refusal];
    return readShapes(body, { ...options, nested: true, bareValues: false }).map((one) =>
      'reason' in one ? one : complete(one, message, receivedAt),
    );
  }

  function complete(reading: Reading, { device, enqueued, component }: Telemetry, receivedAt: Timestamp): Reading {
    const isNamed = typeof device === 'string' && !options.topicNamesSubject;
    return {
      ...reading,
      time: reading.time ?? enqueued ?? new Instant(receivedAt),
      ...(typeof component === 'string' && component !== '' && inComponent(reading, component)),
      ...(isNamed && { subject: device }),
    };
  }
}

function inComponent({ values, timeName }: Reading, component: string): Pick<Reading, 'values' | 'timeName'> {
  const prefix = `${asPrefix(component)}.`;
  return { values: flatten(values, prefix), timeName: timeName === undefined ? undefined : prefix + timeName };
}

/** Undefined for an event that is no telemetry. */
function unwrap(item: Values): Telemetry | undefined {
  const type = item.eventType ?? item.type;
  if (typeof type === 'string' && type.startsWith('Microsoft.Devices.')) {
    return type.endsWith('.DeviceTelemetry') && isObject(item.data)
      ? ofHub(item.data, item.eventTime ?? item.time)
      : undefined;
  }
  if (typeof item.messageSource === 'string' && typeof item.deviceId === 'string') {
    const { telemetry: body, deviceId: device, enqueuedTime: enqueued, component } = item;
    return item.messageSource === 'telemetry' ? { body, device, enqueued, component } : undefined;
  }
  if (item.Body !== undefined && isObject(item.SystemProperties)) return ofHub(item, item.EnqueuedTimeUtc);
  return { body: item, device: undefined, enqueued: undefined, component: undefined };
}

/** Event Grid writes names small and has the hub's with a prefix; storage writes them large. */
function ofHub(event: Values, at: unknown): Telemetry {
  const system = asObject(event.systemProperties ?? event.SystemProperties);
  return {
    body: event.body ?? event.Body,
    device: system['iothub-connection-device-id'] ?? system.connectionDeviceId,
    enqueued: system['iothub-enqueuedtime'] ?? system.enqueuedTime ?? at,
    component: system['dt-subject'],
  };
}

function asObject(value: unknown): Values {
  return isObject(value) ? value : {};
}

/** Base64 where the device did not say that it sends JSON in UTF-8. */
function bodyOf(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  return parseJson(Buffer.from(body, 'base64'));
}
