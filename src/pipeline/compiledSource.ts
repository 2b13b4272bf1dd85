import { BARE_VALUE, type Codec, type CodecDefinition, namesSubject, type Reading } from '../codecs/codec.ts';
import { inflating } from '../codecs/inflate.ts';
import type { AssetModel } from '../domain/model.ts';
import { CODEC_SECTIONS, type CodecSections, type SourceDefinition } from '../domain/source.ts';
import { isTimeZone } from '../domain/zone.ts';
import { createMappingPlan, type MappingPlan, mappingsByName } from './mapping.ts';
import { compileNamePattern, isNamePattern } from './namePattern.ts';
import type { Route } from './topicRouter.ts';
import { compileTopicTemplate, type TopicTemplate } from './topicTemplate.ts';

/** A source made ready for the hot path. */
export interface CompiledSource {
  readonly definition: SourceDefinition;
  readonly template: TopicTemplate;
  readonly codec: Codec;
  /** Readings can name whom they are of. */
  readonly namesSubject: boolean;
  /** Names that are no telemetry, whatever the model. */
  readonly ignored: { has(name: string): boolean };
  /** Made once per model. */
  planFor(model: AssetModel): MappingPlan;
}

/** Throws for a topic, codec or zone that does not exist. */
export function compileSource(
  definition: SourceDefinition,
  codecs: Readonly<Record<string, CodecDefinition>>,
): CompiledSource {
  const { field, zone } = definition.time;
  const codec = Object.hasOwn(codecs, definition.codec) ? codecs[definition.codec] : undefined;
  if (!codec) throw new Error(`source ${definition.id}: there is no codec "${definition.codec}"`);
  const template = compileTopicTemplate(definition.topic, namesSubject(codec, definition));
  if (zone !== undefined && !isTimeZone(zone)) throw new Error(`source ${definition.id}: no time zone "${zone}"`);
  const { housekeeping = [] } = codec;
  return {
    definition,
    template,
    codec: inflating(
      codec.create({
        ...(field !== undefined && { timeField: field }),
        bareValues: template.placeholders.has('metric'),
        ...(definition.flatten && { nested: true }),
        ...((template.placeholders.has('asset') || template.placeholders.has('device')) && { topicNamesSubject: true }),
        ...sectionsOf(definition),
      }),
      definition.compression ?? 'none',
      definition.maxPayloadBytes,
    ),
    namesSubject: namesSubject(codec, definition),
    ignored: ignoredBy(definition, housekeeping),
    planFor: planCache(definition, housekeeping),
  };
}

function sectionsOf(definition: SourceDefinition): CodecSections {
  const there = CODEC_SECTIONS.filter((section) => definition[section] !== undefined);
  return Object.fromEntries(there.map((section) => [section, definition[section]]));
}

function ignoredBy(source: SourceDefinition, housekeeping: readonly string[]): CompiledSource['ignored'] {
  const { ignore } = source;
  const names = new Set(ignore);
  const metrics = mappingsByName(source);
  if (!ignore.some(isNamePattern) && housekeeping.length === 0) return names;
  const known = new Set(housekeeping);
  const compile = (list: readonly string[]) => list.filter(isNamePattern).map(compileNamePattern);
  const [ignored, mapped] = [compile(ignore), compile([...metrics.keys()])];
  const isMapped = (name: string) => metrics.has(name) || mapped.some((matches) => matches(name));
  return {
    has: (name) =>
      names.has(name) || ((known.has(name) || ignored.some((matches) => matches(name))) && !isMapped(name)),
  };
}

/** Most sources see one model: the last plan is kept at hand. */
function planCache(source: SourceDefinition, housekeeping: readonly string[]): CompiledSource['planFor'] {
  const plans = new WeakMap<AssetModel, MappingPlan>();
  let lastModel: AssetModel | undefined;
  let lastPlan: MappingPlan = new Map();
  return (model) => {
    if (model === lastModel) return lastPlan;
    lastModel = model;
    lastPlan = plans.get(model) ?? createMappingPlan(source, model, housekeeping);
    plans.set(model, lastPlan);
    return lastPlan;
  };
}

/** The name to look a value up by: where the topic names the metric, it stands for the name `value`. */
export function metricName(route: Route<CompiledSource>, name: string): string {
  return route.metricId !== undefined && name === BARE_VALUE ? route.metricId : name;
}

/** Decoded values of a reading: all but the time and what the source ignores. */
export function countValues(route: Route<CompiledSource>, reading: Reading): number {
  let count = 0;
  for (const name in reading.values) {
    if (name !== reading.timeName && !route.source.ignored.has(metricName(route, name))) count++;
  }
  return count;
}

/** A clock belongs to the device where it is known, else to the asset; each source has its own. */
export function clockIdOf(route: Route<CompiledSource>): string {
  return `${route.source.definition.id}/${route.deviceId ?? route.assetId}`;
}
