import { TOPIC_KINDS } from '../pipeline/suggestions.ts';
import { topicLevels } from '../pipeline/topicTemplate.ts';

/** What payloads are: an object of values, one plain value, or a word on a connection. */
export type PayloadKind = 'values' | 'value' | 'presence';

/** A topic, and what comes on it. */
export interface SeenTopic {
  readonly topic: string;
  /** Undefined where no payload of it was looked at. */
  readonly kind?: PayloadKind | undefined;
}

/** Ids that levels may be. */
export interface KnownIds {
  isAsset(level: string): boolean;
  isDevice(level: string): boolean;
  isSite(level: string): boolean;
}

/** Topics of one form. */
export interface TopicForm<T extends SeenTopic> {
  readonly topics: readonly T[];
  /** That all of them fit; undefined where a source could not have it. */
  readonly template: string | undefined;
  readonly kind: PayloadKind;
}

/** Longer topics are told as they are. */
const MAX_LEVELS = 20;
const MAX_TEMPLATE = 1000;

/**
 * Topics by their form: as many levels, the first the same, the same kind of message at their end, the same after an asset that
 * is registered, and the same kind of payload.
 */
export function topicForms<T extends SeenTopic>(topics: readonly T[], known: KnownIds): TopicForm<T>[] {
  const families = groupBy(topics, ({ topic }) => familyOf(topicLevels(topic), known));
  const forms = families.flatMap((family) => {
    // What was not looked at is as most of the others are.
    const usual = mostOf(family.flatMap(({ kind }) => kind ?? []));
    return groupBy(family, ({ kind = usual }) => kind).flatMap((own) => {
      const { kind = usual } = own[0]!;
      return splitAfterAsset(own, kind, known).map((alike) => {
        const levels = alike.map(({ topic }) => topicLevels(topic));
        return { topics: alike, kind, template: templateOf(levels, kind, known) };
      });
    });
  });
  return groupBy(forms, ({ template, kind, topics: own }) => `${kind} ${template ?? own[0]!.topic}`).map((same) => ({
    ...same[0]!,
    topics: same.flatMap(({ topics: own }) => own),
  }));
}

function familyOf(levels: readonly string[], known: KnownIds): string {
  if (levels.length > MAX_LEVELS) return levels.join('/');
  const asset = levels.findIndex((level) => isSubject(level, known));
  return JSON.stringify([levels.length, levels[0], asset, levels.slice(endOfCore(levels))]);
}

/** What stands behind the id of a registered asset tells kinds of messages apart, unless it names the value. */
function splitAfterAsset<T extends SeenTopic>(
  topics: readonly T[],
  kind: PayloadKind,
  known: KnownIds,
): readonly T[][] {
  return groupBy(topics, ({ topic }) => {
    const levels = topicLevels(topic);
    const asset = levels.findIndex((level) => isSubject(level, known));
    if (asset === -1) return '';
    const last = kind === 'value' ? metricAt(levels) : levels.length;
    return JSON.stringify(levels.map((level, at) => (at > asset && at !== last ? level : '')));
  });
}

function isSubject(level: string, known: KnownIds): boolean {
  return known.isAsset(level) || known.isDevice(level);
}

/** Where the levels end that do not just say what kind of message it is. */
function endOfCore(levels: readonly string[]): number {
  return levels.findLastIndex((level) => !TOPIC_KINDS.has(level.toLowerCase())) + 1;
}

/** The level that names a plain value: the last, or the one before in `pump-3/temperature/state`. */
function metricAt(levels: readonly string[]): number {
  const end = endOfCore(levels);
  return end > 2 ? end - 1 : levels.length - 1;
}

function templateOf(topics: readonly (readonly string[])[], kind: PayloadKind, known: KnownIds): string | undefined {
  const [first] = topics;
  if (!first || first.length > MAX_LEVELS) return undefined;
  const values = first.map((_, at) => new Set(topics.map((levels) => levels[at]!)));
  const metric = kind === 'value' ? metricAt(first) : undefined;
  const subject = subjectAt(values, first, metric, known);
  if (subject === undefined) return undefined;
  const isBound = [...values[subject]!].every((level) => !known.isAsset(level) && known.isDevice(level));
  const site = siteAt(values, subject, known);
  const levels = values.map((own, at) => {
    if (at === metric) return '{metric}';
    if (at === subject) return isBound ? '{device}' : '{asset}';
    if (at === site) return '{site}';
    return own.size > 1 ? '+' : first[at]!;
  });
  const isSound = levels.every(
    (level, at) => level === '+' || at === metric || at === subject || at === site || isPlain(level),
  );
  const template = levels.join('/');
  return isSound && template.length <= MAX_TEMPLATE ? template : undefined;
}

function isPlain(level: string): boolean {
  return !/[{}+#\0]/.test(level);
}

/** Whose it is: a registered id, else the last level that varies, else the last that does not say what kind of message it is. */
function subjectAt(
  values: readonly ReadonlySet<string>[],
  levels: readonly string[],
  metric: number | undefined,
  known: KnownIds,
): number | undefined {
  const isOpen = (at: number) => at !== metric && !values[at]!.has('');
  const registered = values.findIndex((own, at) => isOpen(at) && [...own].some((level) => isSubject(level, known)));
  if (registered !== -1) return registered;
  const varying = values.findLastIndex((own, at) => isOpen(at) && own.size > 1);
  if (varying !== -1) return varying;
  const end = metric ?? endOfCore(levels);
  const last = values.findLastIndex((_, at) => at < end && isOpen(at));
  return last === -1 ? undefined : last;
}

/** A level with ids of sites, else the one before the asset, where it varies as well or there is one asset; never the first. */
function siteAt(values: readonly ReadonlySet<string>[], subject: number, known: KnownIds): number | undefined {
  const first = values.findIndex((own) => !own.has(''));
  const registered = values.findIndex(
    (own, at) => at !== subject && at > first && [...own].some((level) => known.isSite(level)),
  );
  if (registered !== -1) return registered;
  const before = subject - 1;
  if (before <= first || values[before]!.has('')) return undefined;
  return values[subject]!.size === 1 || values[before]!.size > 1 ? before : undefined;
}

function mostOf(kinds: readonly PayloadKind[]): PayloadKind {
  const groups = groupBy(kinds, (kind) => kind).sort((a, b) => b.length - a.length);
  return groups[0]?.[0] ?? 'values';
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own) own.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
