import { isRefusal, type Refusal } from '../codecs/codec.ts';
import { quote } from '../codecs/text.ts';
import { parseTimestamp } from '../codecs/timestamp.ts';
import type { ConnectivityState } from '../domain/connectivity.ts';
import type { Directory } from '../domain/directory.ts';
import type { PresenceDefinition } from '../domain/presence.ts';
import { formatDuration, MINUTE, type Timestamp } from '../domain/time.ts';
import { BrokerRouter } from './brokerRouter.ts';
import type { Decoded, Decoder, DecoderMessage } from './decode.ts';
import { addRejection } from './rejections.ts';
import type { Route } from './topicRouter.ts';
import { compileTopicTemplate, type TopicTemplate } from './topicTemplate.ts';

/** A word on a connection needs no more. */
const MAX_BYTES = 64 * 1024;
const MAX_FUTURE = 5 * MINUTE;

interface CompiledPresence {
  readonly definition: PresenceDefinition;
  readonly template: TopicTemplate;
  /** By word, in lower case; null for words that say nothing. */
  readonly states: ReadonlyMap<string, ConnectivityState | null>;
}

/** A decoder that takes messages on presence topics for what they are, before sources are asked. */
export function withPresence(
  decoder: Decoder,
  definitions: readonly PresenceDefinition[],
  directory: Pick<Directory, 'byAsset' | 'byDevice'>,
): Decoder {
  if (definitions.length === 0) return decoder;
  const router = new BrokerRouter(definitions.map(compile));
  return {
    decodePast: (reading, context) => decoder.decodePast(reading, context),
    prepare: (message) => (router.route(message.topic, message.brokerId) ? undefined : decoder.prepare(message)),
    decode: (message, prepared, how) => {
      const route = router.route(message.topic, message.brokerId);
      return route ? read(route, message, directory) : decoder.decode(message, prepared, how);
    },
  };
}

function compile(definition: PresenceDefinition): CompiledPresence {
  const { online, offline, ignore } = definition;
  const states = new Map<string, ConnectivityState | null>();
  for (const word of ignore) states.set(word.toLowerCase(), null);
  for (const word of offline) states.set(word.toLowerCase(), 'offline');
  for (const word of online) states.set(word.toLowerCase(), 'online');
  return { definition, template: compileTopicTemplate(definition.topic), states };
}

/** An empty payload takes a retained message away: it says nothing. */
function read(
  route: Route<CompiledPresence>,
  message: DecoderMessage,
  directory: Pick<Directory, 'byAsset' | 'byDevice'>,
): Decoded {
  const decoded: Decoded = { sourceId: route.source.definition.id, samples: [], rejections: [] };
  if (message.payload.length === 0) return decoded;
  const said = route.refusal ?? wordOf(route.source, message);
  if (isRefusal(said)) {
    addRejection(decoded.rejections, said, 0, route.assetId);
    return decoded;
  }
  const asset = find(route, directory, said.at);
  if (asset === undefined) {
    addRejection(decoded.rejections, unknownAsset(route), 0, route.assetId);
    return decoded;
  }
  const { state, at, stamped } = said;
  if (state === null) return decoded;
  const retained = message.retain === true && !stamped;
  return { ...decoded, connectivity: [{ assetId: asset, state, at, by: route.source.definition.id, retained }] };
}

/** What stands where a payload has its word; undefined where it has none. */
export function wordIn({ field }: Pick<PresenceDefinition, 'field'>, payload: Buffer): unknown {
  const text = payload.toString('utf8').trim();
  return field === undefined ? text : valueAt(parse(text), field);
}

interface Said {
  readonly state: ConnectivityState | null;
  readonly at: Timestamp;
  readonly stamped: boolean;
}

function wordOf({ definition, states }: CompiledPresence, { payload, receivedAt }: DecoderMessage): Said | Refusal {
  if (payload.length > MAX_BYTES) {
    const detail = `the payload has ${payload.length} bytes; a word on a connection has ${MAX_BYTES} at most`;
    return { reason: 'payload-too-large', detail };
  }
  const { field, timeField } = definition;
  const text = payload.toString('utf8').trim();
  if (field === undefined && timeField === undefined) {
    const state = stateOf(text, states);
    return isRefusal(state) ? state : { ...state, ...at(receivedAt) };
  }
  const json = parse(text);
  if (json === undefined) return { reason: 'malformed', detail: `the payload is no JSON: ${quote(text)}` };
  const state = stateOf(field === undefined ? json : valueAt(json, field), states, field);
  if (isRefusal(state)) return state;
  const stamp = timeField === undefined ? undefined : valueAt(json, timeField);
  if (stamp === undefined || stamp === null) return { ...state, ...at(receivedAt) };
  const time = parseTimestamp(stamp, { unit: 'auto' }, receivedAt);
  if (typeof time !== 'number') return time;
  if (time <= receivedAt + MAX_FUTURE) return { ...state, at: time, stamped: true };
  const detail = `${new Date(time).toISOString()} is more than ${formatDuration(MAX_FUTURE)} ahead of the receipt`;
  return { reason: 'future-time', detail };
}

function at(receivedAt: Timestamp): Pick<Said, 'at' | 'stamped'> {
  return { at: receivedAt, stamped: false };
}

function stateOf(value: unknown, states: CompiledPresence['states'], field?: string): Pick<Said, 'state'> | Refusal {
  const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const state = isWord ? states.get(String(value).trim().toLowerCase()) : undefined;
  if (state !== undefined) return { state };
  const found = isWord ? quote(String(value)) : value === undefined ? 'nothing' : 'no single value';
  const where = field === undefined ? 'the payload is' : `${field} is`;
  return {
    reason: isWord ? 'unknown-code' : 'unexpected-shape',
    detail: `${where} ${found}; expected one of ${[...states.keys()].join(', ')}`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A name that has dots itself counts before a path. */
function valueAt(json: unknown, path: string): unknown {
  if (isObject(json) && Object.hasOwn(json, path)) return json[path];
  return path
    .split('.')
    .reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), json);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An asset that registered itself under its device's id has no binding. */
function find(
  { assetId, deviceId }: Route<CompiledPresence>,
  directory: Pick<Directory, 'byAsset' | 'byDevice'>,
  time: Timestamp,
): string | undefined {
  const entry =
    assetId === undefined
      ? (directory.byDevice(deviceId!, time) ?? directory.byAsset(deviceId!))
      : directory.byAsset(assetId);
  return entry?.asset.id;
}

function unknownAsset({ assetId, deviceId }: Route<CompiledPresence>): Refusal {
  const who = assetId === undefined ? `device "${deviceId}" is bound to none` : `"${assetId}" is none`;
  return { reason: 'unknown-asset', detail: `${who} of the registered assets; a word on a connection registers none` };
}
