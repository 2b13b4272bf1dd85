import { isRefusal, type Reading, type Refusal } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import type { DecodeTrial, ModelFit, SourceTrial, TrialMessage, TrialSubject } from '../domain/decodeTrial.ts';
import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { Expressions } from '../ports/expressions.ts';
import { type CompiledSource, compileSource, metricName } from './compiledSource.ts';
import { createDecoder, type DecoderMessage } from './decode.ts';
import { explainDecode } from './explain.ts';
import { type Codecs, guessCodec } from './guessCodec.ts';
import { fitModels } from './modelFit.ts';
import { readingsOf } from './readingsOf.ts';
import { bySubject, routeOfSubject } from './subjects.ts';
import { suggestName, suggestTopic, validOr } from './suggestions.ts';
import { type Route, TopicRouter } from './topicRouter.ts';
import { pretended, TrialDirectory } from './trialDirectory.ts';

export interface TrialParts {
  /** In order of precedence. */
  readonly sources: readonly SourceDefinition[];
  readonly models: readonly AssetModel[];
  readonly directory: Pick<Directory, 'byAsset' | 'byDevice'>;
  readonly retention: Duration;
  readonly codecs?: Codecs;
  /** Of sources with an expression. */
  readonly expressions?: Pick<Expressions, 'evaluate'> | undefined;
}

const FALLBACK_SITE = 'site-1';

/** So many that one payload speaks for are told; the others are taken for such as the last of these. */
const TOLD_SUBJECTS = 50;

/** One whom the message speaks for. */
interface Whose {
  /** As the payload has it, where that names somebody. */
  readonly route: Route<CompiledSource>;
  readonly fits: readonly ModelFit[];
  /** Of the asset, registered or as it would be. */
  readonly entry: DirectoryEntry | undefined;
  readonly registered: boolean;
}

/** What a message would become, and what it lacks: nothing is stored, registered or learned. */
export async function tryDecode(message: TrialMessage, parts: TrialParts, now: Timestamp): Promise<DecodeTrial> {
  const { topic, sourceId } = message;
  const { codecs = CODECS } = parts;
  const payload = Buffer.from(message.payload);
  const chosen = parts.sources.filter(({ id }) => sourceId === undefined || id === sourceId);
  const routes = chosen.flatMap((definition) => routeOf(definition, topic, codecs) ?? []);
  const [first = guessedRoute(topic, payload, chosen[0], codecs, now)] = routes;
  const arrived = { topic, payload, receivedAt: now };
  const looked = await Promise.all(
    [...new Set(first ? [first, ...routes] : [])].map(async (route) => {
      const readings = await readingsOf(route, arrived, parts.expressions);
      return { route, readings, whose: whoseIn(route, readings, message, parts, now) };
    }),
  );
  const [{ whose } = { whose: [] }] = looked;
  const sources = looked
    .slice(0, routes.length)
    .map((one) => trySource(one.route, one.whose, arrived, one.readings, { ...parts, codecs }));
  const lacking = whose.find(({ registered }) => !registered) ?? whose[0];
  const suggestedAsset = lacking && suggestAsset(lacking.route);
  const suggested = routes.length === 0 ? suggestTopic(topic) : undefined;
  return {
    sources,
    ...(suggested !== undefined && { suggestedTopic: suggested }),
    models: lacking?.fits ?? [],
    ...(suggestedAsset && { suggestedAsset }),
  };
}

function routeOf(definition: SourceDefinition, topic: string, codecs: Codecs): Route<CompiledSource> | undefined {
  return new TopicRouter([compileSource(definition, codecs)], 1).route(topic) ?? undefined;
}

/** Where no source has the topic: as the suggested template would have it, by the codec that can read the payload. */
function guessedRoute(
  topic: string,
  payload: Buffer,
  like: SourceDefinition | undefined,
  codecs: Codecs,
  now: Timestamp,
): Route<CompiledSource> | undefined {
  const template = suggestTopic(topic);
  if (template === undefined || !like) return undefined;
  const codec = guessCodec(payload, now, topic, codecs) ?? like.codec;
  const { autoRegister: _, expression: __, ...rest } = like;
  return routeOf({ ...rest, topic: template, codec, metrics: {} }, topic, codecs);
}

/** Whom the message speaks for, in the order of the payload; whom the topic names where the payload names nobody. */
function whoseIn(
  route: Route<CompiledSource>,
  items: Items,
  { modelId }: TrialMessage,
  { models, directory }: TrialParts,
  now: Timestamp,
): Whose[] {
  const { definition, planFor } = route.source;
  let fits: readonly ModelFit[] = [];
  return placesIn(route, items).map(([place, readings], at) => {
    if (at < TOLD_SUBJECTS) fits = fitModels(models, namesIn(place, readings), planFor);
    const known = registeredAt(place, directory, now);
    const wanted = modelId ?? definition.autoRegister?.modelId ?? fits[0]?.modelId;
    const model = known?.model ?? models.find(({ id }) => id === wanted);
    const id = place.assetId ?? place.deviceId;
    const entry = known ?? (model && id !== undefined ? pretended(id, siteOf(place), model) : undefined);
    return { route: place, fits, entry, registered: known !== undefined };
  });
}

type Items = readonly (Reading | Refusal)[];

function placesIn(route: Route<CompiledSource>, items: Items): (readonly [Route<CompiledSource>, Items])[] {
  if (!route.source.namesSubject) return [[route, items]];
  const named = [...bySubject(items)].flatMap(([subject, own]) => {
    const place = routeOfSubject(route, subject);
    return isRefusal(place) || own.every(isRefusal) ? [] : [[place, own] as const];
  });
  return named.length > 0 ? named : [[route, items]];
}

/** As {@link createDecoder} finds it. */
function registeredAt(
  { assetId, deviceId, source }: Route<CompiledSource>,
  directory: TrialParts['directory'],
  now: Timestamp,
): DirectoryEntry | undefined {
  if (assetId !== undefined) return directory.byAsset(assetId);
  if (deviceId === undefined) return undefined;
  const bound = directory.byDevice(deviceId, now);
  return bound ?? (source.definition.autoRegister && directory.byAsset(deviceId));
}

/** As they are looked up. */
function namesIn(route: Route<CompiledSource>, items: Items): Set<string> {
  const names = items.flatMap((reading) =>
    isRefusal(reading)
      ? []
      : Object.keys(reading.values)
          .filter((name) => name !== reading.timeName)
          .map((name) => metricName(route, name)),
  );
  return new Set(names.filter((name) => !route.source.ignored.has(name)));
}

function trySource(
  { source: { definition } }: Route<CompiledSource>,
  whose: readonly Whose[],
  message: DecoderMessage,
  readings: Items,
  { retention, codecs }: Pick<TrialParts, 'retention'> & { codecs: Codecs },
): SourceTrial {
  const own = new TrialDirectory(
    whose.map(({ route: { assetId, deviceId }, entry }) => ({ assetId, deviceId, entry })),
  );
  // So that a payload of an unknown asset is looked into.
  const { autoRegister = { modelId: '', siteId: FALLBACK_SITE, max: 0 } } = definition;
  const decoder = createDecoder({ sources: [{ ...definition, autoRegister }], directory: own, retention, codecs });
  const { samples, rejections } = explainDecode(decoder, own, message, readings);
  const subjects = whose.slice(0, TOLD_SUBJECTS).map(subjectOf);
  return {
    sourceId: definition.id,
    topic: definition.topic,
    codec: definition.codec,
    ...subjects[0]!,
    ...(subjects.length > 1 && { subjects }),
    samples,
    rejections,
  };
}

function subjectOf({ route: { assetId, siteId, deviceId }, entry, registered }: Whose): TrialSubject {
  return {
    ...(assetId !== undefined && { assetId }),
    ...(siteId !== undefined && { siteId }),
    ...(deviceId !== undefined && { deviceId }),
    registered,
    ...(entry && { modelId: entry.model.id }),
  };
}

function suggestAsset(route: Route<CompiledSource>): DecodeTrial['suggestedAsset'] {
  const id = route.assetId ?? route.deviceId;
  if (id === undefined || route.refusal) return undefined;
  return { id, siteId: validOr(siteOf(route), FALLBACK_SITE), name: suggestName(id) };
}

function siteOf({ siteId, source: { definition } }: Route<CompiledSource>): string {
  return siteId ?? definition.autoRegister?.siteId ?? FALLBACK_SITE;
}
