import { isRefusal } from '../codecs/codec.ts';
import { flatten } from '../codecs/flatten.ts';
import { CODECS } from '../codecs/index.ts';
import { printable } from '../codecs/text.ts';
import type { AssetModel } from '../domain/model.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Timestamp } from '../domain/time.ts';
import type { UnmappedMetric, UnmappedValue } from '../domain/unmapped.ts';
import { type CompiledSource, compileSource, metricName } from '../pipeline/compiledSource.ts';
import { IGNORED } from '../pipeline/mapping.ts';
import { readingsOf } from '../pipeline/readingsOf.ts';
import { type Route, TopicRouter } from '../pipeline/topicRouter.ts';
import type { DeadLetter, DeadLetterGroup } from '../ports/database.ts';
import { isReadable, LOOKED_AT, SAMPLES, type UnmappedParts } from './parts.ts';

/** Messages whose payloads are read for names and values. */
const MESSAGES = 200;
/** Names of one source and model. */
const NAMES = 200;
const VALUE_LENGTH = 80;

/** A name, as it comes from the assets of one model by one source. */
export interface FoundName extends Omit<UnmappedMetric, 'suggestion' | 'assets' | 'assetIds'> {
  readonly assetIds: readonly string[];
  /** What came under it. */
  readonly raw: readonly unknown[];
  /** As the payload tells it. */
  readonly unit: string | undefined;
}

/** Names of one source and one model. */
export interface FoundNames {
  readonly source: SourceDefinition;
  readonly model: AssetModel | undefined;
  readonly names: readonly FoundName[];
  /** Metrics that other names of the same payloads become. */
  readonly taken: ReadonlySet<string>;
}

interface Gathering {
  readonly source: SourceDefinition;
  readonly compiled: CompiledSource;
  readonly model: AssetModel | undefined;
  readonly groups: DeadLetterGroup[];
  readonly taken: Set<string>;
  /** Messages that were read, and the names in them as dead letters have them. */
  readonly read: Set<string>;
  readonly names: Set<string>;
  readonly found: Map<string, { raw: unknown[]; unit: string | undefined; samples: UnmappedValue[] }>;
}

/** Names that sources do not map and models do not have, with what came under them; and letters that are taken by now. */
export async function unmappedNames(
  parts: UnmappedParts,
): Promise<{ found: FoundNames[]; letters: number; mappedSince: number }> {
  const groups = await parts.deadLetters.groups('unknown-metric', LOOKED_AT, SAMPLES);
  const gatherings = gather(groups, parts);
  const letters = await lettersOf(gatherings, parts);
  for (const letter of letters) await read(letter, gatherings, parts);
  const found = gatherings.map(conclude).filter(({ names }) => names.length > 0);
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  const mappedSince = gatherings
    .flatMap((gathering) => gathering.groups.filter((group) => isMapped(group, gathering)))
    .reduce((sum, { count }) => sum + count, 0);
  return { found, letters: all, mappedSince };
}

/** Of sources that are still there. */
function gather(groups: readonly DeadLetterGroup[], { sources, directory }: UnmappedParts): Gathering[] {
  const gatherings = new Map<string, Gathering>();
  for (const group of groups) {
    const source = sources.find(({ id }) => id === group.sourceId);
    if (!source) continue;
    const model = group.assetId === undefined ? undefined : directory.byAsset(group.assetId)?.model;
    const key = JSON.stringify([source.id, model?.id]);
    const known = gatherings.get(key);
    if (known) known.groups.push(group);
    else {
      const compiled = compileSource(source, CODECS);
      const nothing = { taken: new Set<string>(), read: new Set<string>(), names: new Set<string>(), found: new Map() };
      gatherings.set(key, { source, compiled, model, groups: [group], ...nothing });
    }
  }
  return [...gatherings.values()];
}

/** What is mapped by now, or is no name of the payload any more, as once it is flattened. */
function isMapped(
  { metric, topic, newest }: DeadLetterGroup,
  { compiled, model, read: seen, names }: Gathering,
): boolean {
  if (metric === undefined || !model) return false;
  if (compiled.planFor(model).get(metric) !== undefined) return true;
  return !names.has(metric) && newest.some(({ at }) => seen.has(messageKey(topic, at)));
}

function messageKey(topic: string, at: Timestamp): string {
  return JSON.stringify([topic, at]);
}

/** As a dead letter has it. */
function cut(name: string): string {
  return printable(name, 128);
}

/** The newest of each group first; one of several values of one message tells all of them. */
async function lettersOf(gatherings: readonly Gathering[], { deadLetters }: UnmappedParts): Promise<DeadLetter[]> {
  const chosen = new Map<string, string>();
  for (let at = 0; at < SAMPLES; at++) {
    for (const { groups } of gatherings) {
      for (const { topic, newest } of groups) {
        const one = newest[at];
        if (!one || chosen.size >= MESSAGES) continue;
        const message = messageKey(topic, one.at);
        if (!chosen.has(message)) chosen.set(message, one.id);
      }
    }
  }
  return (await deadLetters.getAll([...chosen.values()])).sort((a, b) => b.at - a.at);
}

async function read(letter: DeadLetter, gatherings: readonly Gathering[], parts: UnmappedParts): Promise<void> {
  const { assetId, sourceId, topic, at } = letter;
  const model = assetId === undefined ? undefined : parts.directory.byAsset(assetId)?.model;
  const own = gatherings.find(({ source, model: other }) => source.id === sourceId && other?.id === model?.id);
  if (!own || !isReadable(letter)) return;
  const route = new TopicRouter([own.compiled], 1).route(topic);
  if (!route) return;
  own.read.add(messageKey(topic, at));
  const message = { topic, payload: Buffer.from(letter.payload), receivedAt: at };
  for (const reading of await readingsOf(route, message, parts.expressions)) {
    if (isRefusal(reading)) continue;
    for (const [raw, value] of Object.entries(reading.values)) {
      if (raw !== reading.timeName) note(own, route, raw, value, reading.units?.[raw], letter);
    }
  }
}

function note(
  { compiled, model, taken, names, found }: Gathering,
  route: Route<CompiledSource>,
  raw: string,
  value: unknown,
  unit: string | undefined,
  letter: DeadLetter,
): void {
  const name = metricName(route, raw);
  names.add(cut(name));
  const target = model && compiled.planFor(model).get(name);
  if (target === IGNORED || compiled.ignored.has(name)) return;
  for (let one = target; one !== undefined; one = one.next) taken.add(model!.metrics[one.metricIndex]!.id);
  if (target || (found.size >= NAMES && !found.has(name))) return;
  const own = found.get(name) ?? { raw: [], unit, samples: [] };
  if (value !== null && value !== undefined) own.raw.push(value);
  if (own.samples.length < SAMPLES && letter.assetId !== undefined) {
    const { id: deadLetterId, assetId, at } = letter;
    own.samples.push({ deadLetterId, assetId, at, value: shown(value) });
  }
  found.set(name, own);
}

function shown(value: unknown): string {
  return printable(
    typeof value === 'object' && value !== null ? cutJson(value) : (JSON.stringify(value) ?? ''),
    VALUE_LENGTH,
  );
}

/** Only the beginning of it is shown: a few of its values are enough. */
function cutJson(value: object): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  return JSON.stringify(Object.fromEntries(Object.entries(flatten({ '': value } as never)).slice(0, 8)));
}

function conclude(gathering: Gathering): FoundNames {
  const { source, model, groups, taken, found } = gathering;
  const byName = new Map<string, DeadLetterGroup[]>();
  for (const group of groups) {
    if (group.metric === undefined || isMapped(group, gathering)) continue;
    const own = byName.get(group.metric);
    if (own) own.push(group);
    else byName.set(group.metric, [group]);
  }
  // What a message refused beyond the first few was not named.
  const unnamed = groups.filter(({ metric }) => metric === undefined);
  for (const name of found.keys()) if (!byName.has(cut(name))) byName.set(name, unnamed.length > 0 ? unnamed : groups);
  const names = [...byName]
    .filter(([, own]) => own.length > 0)
    .slice(0, NAMES)
    .map(([told, own]): FoundName => {
      // Long names are cut in dead letters.
      const name = found.has(told) ? told : ([...found.keys()].find((one) => cut(one) === told) ?? told);
      const seen = found.get(name);
      return {
        ...{ sourceId: source.id, name, values: own.reduce((sum, { count }) => sum + count, 0) },
        ...(model && { modelId: model.id }),
        assetIds: [...new Set(own.flatMap(({ assetId }) => assetId ?? []))],
        firstAt: Math.min(...own.map(({ firstAt }) => firstAt)),
        lastAt: Math.max(...own.map(({ lastAt }) => lastAt)),
        samples: seen?.samples ?? [],
        raw: seen?.raw ?? [],
        unit: seen?.unit,
      };
    });
  return { source, model, names, taken };
}
