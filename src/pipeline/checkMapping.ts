import { type CodecDefinition, namesSubject } from '../codecs/codec.ts';
import { CODECS } from '../codecs/index.ts';
import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import { CODEC_SECTIONS, type MetricMapping, type SourceDefinition } from '../domain/source.ts';
import { isTimeZone } from '../domain/zone.ts';
import { mappingsByName } from './mapping.ts';
import { checkTopicTemplate } from './topicTemplate.ts';
import { conversionOf } from './valueReader.ts';

/** Something wrong in the definition of a source; `path` is relative to it. */
export interface SourceProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Everything about a source that its schema can't tell: topic, codec, zone, and its mapping against the models. */
export function checkMapping(source: SourceDefinition, models: readonly AssetModel[]): SourceProblem[] {
  return [...checkSource(source, models), ...checkNames(source), ...checkMetrics(source, models)];
}

function checkSource(source: SourceDefinition, models: readonly AssetModel[]): SourceProblem[] {
  const problems: SourceProblem[] = [];
  const codec = Object.hasOwn(CODECS, source.codec) ? CODECS[source.codec] : undefined;
  const topic = checkTopicTemplate(source.topic, codec && namesSubject(codec, source));
  if (topic) problems.push({ path: ['topic'], message: topic });
  if (codec) problems.push(...checkSections(source, codec));
  else {
    const message = `there is no codec "${source.codec}"; valid are ${Object.keys(CODECS).join(', ')}`;
    problems.push({ path: ['codec'], message });
  }
  if (source.time.zone !== undefined && !isTimeZone(source.time.zone)) {
    const message = `"${source.time.zone}" is no IANA time zone, such as Europe/Berlin`;
    problems.push({ path: ['time', 'zone'], message });
  }
  const modelId = source.autoRegister?.modelId;
  if (modelId !== undefined && !models.some((model) => model.id === modelId)) {
    const message = `there is no model "${modelId}"; valid are ${models.map((model) => model.id).join(', ')}`;
    problems.push({ path: ['autoRegister', 'modelId'], message });
  }
  return problems;
}

function checkSections(source: SourceDefinition, codec: CodecDefinition): SourceProblem[] {
  const strange = CODEC_SECTIONS.filter((section) => source[section] !== undefined && section !== codec.section);
  const message = `codec ${source.codec} has no such options`;
  return [...strange.map((section) => ({ path: [section], message })), ...(codec.check?.(source) ?? [])];
}

function checkNames(source: SourceDefinition): SourceProblem[] {
  const named = mappingsByName(source);
  return source.ignore
    .filter((name) => named.has(name))
    .map((name) => ({ path: ['ignore'], message: `"${name}" is mapped to a metric as well` }));
}

function checkMetrics(source: SourceDefinition, models: readonly AssetModel[]): SourceProblem[] {
  return Object.entries(source.metrics).flatMap(([name, mapping]) => {
    const found = models.flatMap((model) => {
      const metric = model.metrics.find((candidate) => candidate.id === mapping.metric);
      return metric ? [{ metric, model }] : [];
    });
    if (found.length === 0) {
      return [{ path: ['metrics', name, 'metric'], message: `no model has a metric "${mapping.metric}"` }];
    }
    const unsound = found.flatMap(({ metric, model }) => {
      const message = checkConversion(metric, mapping);
      return message ? [`${message} (model ${model.id})`] : [];
    });
    // Models have codes of their own for metrics of one name: it is enough that what values stand for is known to one.
    const strange = found.map(({ metric, model }) => [checkValues(metric, mapping), model.id] as const);
    if (strange.every(([message]) => message)) unsound.push(`${strange[0]![0]} (model ${strange[0]![1]})`);
    return unsound.map((message) => ({ path: ['metrics', name], message }));
  });
}

function checkConversion(metric: MetricDefinition, mapping: MetricMapping): string | undefined {
  if (metric.kind !== 'number') {
    const isBare = mapping.unit === undefined && mapping.scale === undefined && mapping.offset === undefined;
    return isBare ? undefined : `${metric.id} is of kind ${metric.kind}: its codes have no unit, scale or offset`;
  }
  const conversion = conversionOf(metric, mapping);
  if ('inconvertible' in conversion) return conversion.inconvertible;
  const isUsable = Number.isFinite(conversion.factor) && conversion.factor !== 0 && Number.isFinite(conversion.bias);
  return isUsable ? undefined : 'scale and offset must be finite and scale not 0';
}

function checkValues({ id, kind, codes }: MetricDefinition, { bit, bits, values }: MetricMapping): string | undefined {
  if (bit !== undefined && bits) return 'bit and bits are both given';
  if (bits && bits[0] > bits[1]) return `bits ${bits[0]} to ${bits[1]}: the lowest comes first`;
  const isGood = (value: string | number) => {
    if (kind === 'number') return typeof value === 'number';
    if (codes === undefined) return Number.isSafeInteger(value);
    return typeof value === 'string' ? Object.hasOwn(codes, value) : Object.values(codes).includes(value);
  };
  const strange = Object.entries(values ?? {}).find(([, value]) => !isGood(value));
  if (!strange) return undefined;
  const valid = kind === 'number' ? 'numbers' : codes ? Object.keys(codes).join(', ') : 'whole numbers';
  return `value "${strange[0]}" stands for ${strange[1]}, which ${id} has not; valid are ${valid}`;
}
