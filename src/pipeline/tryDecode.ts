import { isRefusal } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import type { DecodeTrial, ModelFit, SourceTrial, TrialMessage } from '../domain/decodeTrial.ts';
import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { type CompiledSource, compileSource, metricName } from './compiledSource.ts';
import { createDecoder } from './decode.ts';
import { explainDecode } from './explain.ts';
import { fitModels } from './modelFit.ts';
import { suggestName, suggestTopic, validOr } from './suggestions.ts';
import { type Route, TopicRouter } from './topicRouter.ts';

export interface TrialParts {
  /** In order of precedence. */
  readonly sources: readonly SourceDefinition[];
  readonly models: readonly AssetModel[];
  readonly directory: Pick<Directory, 'byAsset' | 'byDevice'>;
  readonly retention: Duration;
}

const FALLBACK_SITE = 'site-1';

/** What a message would become, and what it lacks: nothing is stored, registered or learned. */
export function tryDecode(message: TrialMessage, parts: TrialParts, now: Timestamp): DecodeTrial {
  const { topic, sourceId } = message;
  const payload = Buffer.from(message.payload);
  const chosen = parts.sources.filter(({ id }) => sourceId === undefined || id === sourceId);
  const routes = chosen.flatMap((definition) => routeOf(definition, topic) ?? []);
  const [first = guessedRoute(topic, payload, chosen[0], now)] = routes;
  const models = first ? fitModels(parts.models, namesIn(first, payload, now), first.source.planFor) : [];
  const sources = routes.map((route) => trySource(route, message, payload, parts, models, now));
  const id = first?.assetId ?? first?.deviceId;
  const asset = first && id !== undefined && !first.refusal && { id, route: first };
  const suggested = routes.length === 0 ? suggestTopic(topic) : undefined;
  return {
    sources,
    ...(suggested !== undefined && { suggestedTopic: suggested }),
    models,
    ...(asset && {
      suggestedAsset: {
        id: asset.id,
        siteId: validOr(asset.route.siteId ?? asset.route.source.definition.autoRegister?.siteId, FALLBACK_SITE),
        name: suggestName(asset.id),
      },
    }),
  };
}

function routeOf(definition: SourceDefinition, topic: string): Route<CompiledSource> | undefined {
  return new TopicRouter([compileSource(definition, CODECS)], 1).route(topic) ?? undefined;
}

/** Where no source has the topic: as the suggested template would have it, by the codec that can read the payload. */
function guessedRoute(
  topic: string,
  payload: Buffer,
  like: SourceDefinition | undefined,
  now: Timestamp,
): Route<CompiledSource> | undefined {
  const template = suggestTopic(topic);
  if (template === undefined || !like) return undefined;
  const readable = Object.entries(CODECS).find(([, { create }]) =>
    create({ bareValues: false })(payload, now).some((one) => !isRefusal(one)),
  );
  const codec = readable?.[0] ?? like.codec;
  const { id, subject, ignore, clock, time, maxFuture, maxPayloadBytes } = like;
  return routeOf(
    { id, topic: template, codec, subject, metrics: {}, ignore, clock, time, maxFuture, maxPayloadBytes },
    topic,
  );
}

/** As they are looked up. */
function namesIn(route: Route<CompiledSource>, payload: Buffer, now: Timestamp): Set<string> {
  const names = route.source.codec(payload, now).flatMap((reading) =>
    isRefusal(reading)
      ? []
      : Object.keys(reading.values)
          .filter((name) => name !== reading.timeName)
          .map((name) => metricName(route, name)),
  );
  return new Set(names.filter((name) => !route.source.ignored.has(name)));
}

function trySource(
  { source: { definition }, assetId, siteId, deviceId }: Route<CompiledSource>,
  { topic, modelId }: TrialMessage,
  payload: Buffer,
  { models, directory, retention }: TrialParts,
  fits: readonly ModelFit[],
  now: Timestamp,
): SourceTrial {
  const known = assetId === undefined ? directory.byDevice(deviceId!, now) : directory.byAsset(assetId);
  const wanted = modelId ?? definition.autoRegister?.modelId ?? fits[0]?.modelId;
  const model = known?.model ?? models.find(({ id }) => id === wanted);
  const whose = assetId ?? deviceId!;
  const entry = known ?? (model && pretended(whose, siteId ?? FALLBACK_SITE, model));
  const own = alone(entry);
  // So that a payload of an unknown asset is looked into.
  const { autoRegister = { modelId: '', siteId: FALLBACK_SITE, max: 0 } } = definition;
  const decoder = createDecoder({ sources: [{ ...definition, autoRegister }], directory: own, retention });
  const { samples, rejections } = explainDecode(decoder, own, { topic, payload, receivedAt: now });
  return {
    sourceId: definition.id,
    topic: definition.topic,
    codec: definition.codec,
    ...(assetId !== undefined && { assetId }),
    ...(siteId !== undefined && { siteId }),
    ...(deviceId !== undefined && { deviceId }),
    registered: known !== undefined,
    ...(model && { modelId: model.id }),
    samples,
    rejections,
  };
}

/** A directory in which everything belongs to one asset. */
function alone(entry: DirectoryEntry | undefined): Directory {
  return {
    byAsset: () => entry,
    byDevice: () => entry,
    register: () =>
      entry ?? { refused: 'unknown-asset', detail: 'it is not registered, and no model knows any of these names' },
  };
}

/** An asset as it would be. */
function pretended(assetId: string, siteId: string, model: AssetModel): DirectoryEntry {
  return {
    asset: {
      id: assetId,
      modelId: model.id,
      siteId,
      tier: 'standard',
      criticality: 'medium',
      registeredBy: 'api',
      components: {},
    },
    model,
    metricIndex: new Map(model.metrics.map(({ id }, at) => [id, at])),
    series: model.metrics.map(({ id }, at) => ({ ordinal: at, assetId, metricId: id, metricIndex: at })),
  };
}
