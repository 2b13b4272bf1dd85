import { isRefusal, type Reading } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import { inflating } from '../codecs/inflate.ts';
import type { Directory } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { SourceDefinition } from '../domain/source.ts';
import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import type { SuggestedSource } from '../domain/unmapped.ts';
import { compileSource, metricName } from '../pipeline/compiledSource.ts';
import { guessCodec } from '../pipeline/guessCodec.ts';
import { TopicRouter } from '../pipeline/topicRouter.ts';
import { tryDecode } from '../pipeline/tryDecode.ts';
import { familiarTopic } from './familiarTopics.ts';
import { type MappedName, mapNames } from './mapNames.ts';
import { sourceYaml } from './sourceYaml.ts';
import type { NameFacts } from './suggestMapping.ts';
import type { PayloadKind } from './topicForms.ts';

/** A message of a form of topics, whole. */
export interface SampleMessage {
  readonly topic: string;
  readonly at: Timestamp;
  readonly payload: Buffer;
}

export interface SuggestParts {
  readonly models: readonly AssetModel[];
  readonly directory: Pick<Directory, 'byAsset' | 'byDevice'>;
  readonly retention: Duration;
}

const MEBIBYTE = 1024 * 1024;

/** Names that are looked for in models: of several hundred somebody has to choose. */
const COMPARED = 60;

/** A source as the configuration has it where nothing is said; `broker` and others are absent there too. */
const USUAL = {
  subject: 'device',
  clock: 'device',
  time: { unit: 'auto' },
  metrics: {},
  ignore: [],
  ignoreEvents: [],
  maxFuture: 5 * MINUTE,
  maxPayloadBytes: MEBIBYTE,
} as const satisfies Partial<SourceDefinition>;

/** Codecs of values without a schema, whose nested objects are flattened on demand. */
const FLATTENED: ReadonlySet<string> = new Set(['json', 'cbor', 'msgpack']);

/** A source that would take messages like these; undefined where no codec reads them. `id` is the source's. */
export async function suggestSource(
  id: string,
  template: string | undefined,
  kind: PayloadKind,
  messages: readonly SampleMessage[],
  parts: SuggestParts,
): Promise<SuggestedSource | undefined> {
  const plain = plainSource(id, template, kind, messages);
  if (!plain) return undefined;
  const seen = readNames(plain, messages);
  const source = withReading(plain, seen);
  const { facts } = readNames(source, messages);
  const best = bestModel(source, facts, messages, parts);
  const names = best?.names ?? new Map<string, MappedName>();
  const metrics = Object.fromEntries(
    [...names.values()].flatMap(({ name, mapping }) => (isNeeded(name, mapping) ? [[name, mapping]] : [])),
  );
  const trials = await tryAll({ ...source, metrics }, messages, best?.model, parts);
  return {
    into: 'sources',
    codec: source.codec,
    ...(best && { modelId: best.model.id }),
    yaml: sourceYaml(source, {
      names: [...names.values()].filter(({ name, mapping }) => isNeeded(name, mapping)),
      unknown: facts.map(({ name }) => name).filter((name) => !names.has(name)),
      ...(best && trials.newcomer && { register: { modelId: best.model.id, siteId: trials.newcomer } }),
    }),
    taken: trials.taken,
    refused: trials.refused,
  };
}

function plainSource(
  id: string,
  template: string | undefined,
  kind: PayloadKind,
  messages: readonly SampleMessage[],
): SourceDefinition | undefined {
  for (const { topic, payload, at } of messages) {
    const familiar = familiarTopic(topic);
    const compression = isCompressed(payload) ? ({ compression: 'auto' } as const) : {};
    const around = (codec: Parameters<typeof inflating>[0]) => inflating(codec, 'auto', MEBIBYTE);
    const codec = familiar?.codec ?? codecOf(payload, kind) ?? guessCodec(payload, at, topic, CODECS, around);
    const topicOfAll = familiar?.template ?? template;
    if (codec === undefined || topicOfAll === undefined) continue;
    return { ...USUAL, id, topic: topicOfAll, codec, ...compression, ...(familiar && { subject: 'asset' as const }) };
  }
  return undefined;
}

function isCompressed(payload: Buffer): boolean {
  if (payload.length < 4) return false;
  return payload.readUInt16BE() === 0x1f8b || payload.readUInt32LE() === 0xfd2fb528;
}

const OPC_UA = /"MessageType"\s*:\s*"ua-/;

function codecOf(payload: Buffer, kind: PayloadKind): string | undefined {
  const first = payload.toString('latin1', 0, 4096);
  if (kind === 'value') return first.trimStart().startsWith('{') ? 'json' : 'text';
  return OPC_UA.test(first) ? 'opcua-json' : undefined;
}

interface Seen {
  /** By name, in the order of their first. */
  readonly facts: readonly NameFacts[];
  readonly nested: boolean;
  /** Some reading has no time of its own. */
  readonly timeless: boolean;
}

function readNames(source: SourceDefinition, messages: readonly SampleMessage[]): Seen {
  const facts = new Map<string, { name: string; values: unknown[]; unit?: string | undefined }>();
  let [nested, timeless] = [false, false];
  const router = new TopicRouter([compileSource(source, CODECS)], 1);
  for (const { topic, payload, at } of messages) {
    const route = router.route(topic);
    if (!route) continue;
    const readings = route.source.codec(payload, at, topic).filter((one): one is Reading => !isRefusal(one));
    for (const { time, values, units, timeName } of readings) {
      timeless ||= time === undefined;
      for (const [raw, value] of Object.entries(values)) {
        const name = metricName(route, raw);
        if (raw === timeName || route.source.ignored.has(name)) continue;
        nested ||= typeof value === 'object' && value !== null;
        const known = facts.get(name) ?? { name, values: [], unit: units?.[raw] };
        if (value !== null && value !== undefined) known.values.push(value);
        facts.set(name, known);
      }
    }
  }
  return { facts: [...facts.values()], nested, timeless };
}

/** With what its readings ask for. */
function withReading(source: SourceDefinition, { nested, timeless }: Seen): SourceDefinition {
  return {
    ...source,
    ...(nested && FLATTENED.has(source.codec) && { flatten: true }),
    ...(timeless && { clock: 'receipt' as const }),
  };
}

/** A metric's own name needs no mapping, unless its values do. */
function isNeeded(name: string, mapping: MappedName['mapping']): boolean {
  return name !== mapping.metric || Object.keys(mapping).length > 1;
}

/** The model of the asset that speaks, where it is registered, else the one whose metrics fit the names best. */
function bestModel(
  source: SourceDefinition,
  facts: readonly NameFacts[],
  messages: readonly SampleMessage[],
  { models, directory }: SuggestParts,
): { readonly model: AssetModel; readonly names: ReadonlyMap<string, MappedName> } | undefined {
  const router = new TopicRouter([compileSource(source, CODECS)], 1);
  const registered = messages
    .map(({ topic, at }) => {
      const route = router.route(topic);
      if (route?.assetId !== undefined) return directory.byAsset(route.assetId);
      return route?.deviceId === undefined ? undefined : directory.byDevice(route.deviceId, at);
    })
    .find((entry) => entry !== undefined);
  const candidates = registered ? [registered.model] : models;
  const fits = candidates.map((model) => {
    const names = mapNames(facts.slice(0, COMPARED), model.metrics, new Set());
    const score = [...names.values()].reduce((sum, one) => sum + one.score, 0);
    // Of two that know as many names the smaller one is meant.
    return { model, names, score: (2 * score) / (facts.length + model.metrics.length) };
  });
  const best = fits.sort((a, b) => b.score - a.score)[0];
  return best && (registered || best.names.size > 0) ? best : undefined;
}

interface Tried {
  readonly taken: number;
  readonly refused: number;
  /** The site of an asset that is not registered, where there is one. */
  readonly newcomer: string | undefined;
}

async function tryAll(
  source: SourceDefinition,
  messages: readonly SampleMessage[],
  model: AssetModel | undefined,
  { models, directory, retention }: SuggestParts,
): Promise<Tried> {
  let [taken, refused] = [0, 0];
  let newcomer: string | undefined;
  for (const { topic, payload, at } of messages) {
    const parts = { sources: [source], models, directory, retention };
    const { sources, suggestedAsset } = await tryDecode({ topic, payload, modelId: model?.id }, parts, at);
    const [trial] = sources;
    taken += trial?.samples.length ?? 0;
    refused += trial?.rejections.reduce((sum, { samples }) => sum + Math.max(1, samples), 0) ?? 0;
    if (trial?.registered === false) newcomer ??= suggestedAsset?.siteId;
  }
  return { taken, refused, newcomer };
}
