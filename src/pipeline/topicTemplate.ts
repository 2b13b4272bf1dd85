const PLACEHOLDERS = ['site', 'asset', 'device', 'metric'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What a topic says by its placeholders. */
export type TopicFields = Partial<Record<Placeholder, string>>;

type Level = { readonly literal: string } | { readonly placeholder: Placeholder | undefined };

/** A topic template such as `acme/{site}/{asset}/telemetry`, compiled. */
export interface TopicTemplate {
  readonly text: string;
  /** The MQTT topic filter of exactly the topics that the template can match. */
  readonly filter: string;
  readonly placeholders: ReadonlySet<Placeholder>;
  /** What the topic says, or undefined when it is another one. */
  match(levels: readonly string[]): TopicFields | undefined;
}

/** Splits a topic for {@link TopicTemplate.match}. */
export function topicLevels(topic: string): string[] {
  return topic.split('/');
}

/**
 * What is wrong with a topic template, in words; undefined when it is good.
 *
 * @param subjectElsewhere the payload can tell whose telemetry it is
 */
export function checkTopicTemplate(template: string, subjectElsewhere = false): string | undefined {
  const levels = topicLevels(template);
  const seen = new Set<string>();
  for (const [index, level] of levels.entries()) {
    const problem = checkLevel(level, index === levels.length - 1);
    if (problem) return problem;
    if (level.startsWith('{') && seen.has(level)) return `${level} comes twice`;
    seen.add(level);
  }
  if (subjectElsewhere || seen.has('{asset}') || seen.has('{device}')) return undefined;
  return 'it must hold {asset} or {device}, so that it is known whose telemetry it is';
}

function checkLevel(level: string, isLast: boolean): string | undefined {
  if (level === '+') return undefined;
  if (level === '#') return isLast ? undefined : '# may only be the last level';
  if (isPlaceholder(level)) return undefined;
  if (!/[{}+#\0]/.test(level)) return undefined;
  return `level "${level}" is neither plain text nor one of ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')}, +, #`;
}

/** Throws when {@link checkTopicTemplate} finds something. */
export function compileTopicTemplate(text: string, subjectElsewhere = false): TopicTemplate {
  const problem = checkTopicTemplate(text, subjectElsewhere);
  if (problem) throw new Error(`topic template "${text}": ${problem}`);
  const parts = topicLevels(text);
  const open = parts.at(-1) === '#';
  const levels = (open ? parts.slice(0, -1) : parts).map(compileLevel);
  return {
    text,
    filter: parts.map((part) => (isPlaceholder(part) ? '+' : part)).join('/'),
    placeholders: new Set(levels.flatMap((level) => ('placeholder' in level && level.placeholder) || [])),
    match: (topic) => match(levels, open, topic),
  };
}

function compileLevel(text: string): Level {
  if (text === '+') return { placeholder: undefined };
  return isPlaceholder(text) ? { placeholder: text.slice(1, -1) as Placeholder } : { literal: text };
}

function isPlaceholder(level: string): boolean {
  return PLACEHOLDERS.some((name) => level === `{${name}}`);
}

/**
 * A topic that the template matches, from what its placeholders are to say; the names of those that nothing is given
 * for where there are any. Levels that say nothing become `http`.
 */
export function fillTopic(
  template: string,
  fields: TopicFields,
): string | { readonly missing: readonly Placeholder[] } {
  const missing: Placeholder[] = [];
  const levels = topicLevels(template).map((level) => {
    if (level === '+' || level === '#') return 'http';
    if (!isPlaceholder(level)) return level;
    const name = level.slice(1, -1) as Placeholder;
    const value = fields[name];
    if (value === undefined) missing.push(name);
    return value;
  });
  return missing.length > 0 ? { missing } : levels.join('/');
}

function match(levels: readonly Level[], open: boolean, topic: readonly string[]): TopicFields | undefined {
  if (open ? topic.length < levels.length : topic.length !== levels.length) return undefined;
  const fields: TopicFields = {};
  for (const [index, level] of levels.entries()) {
    const part = topic[index]!;
    if ('literal' in level) {
      if (level.literal !== part) return undefined;
    } else if (level.placeholder) {
      fields[level.placeholder] = part;
    }
  }
  // As in MQTT, what starts with $ is the broker's own and only matched by its name.
  return topic[0]!.startsWith('$') && !('literal' in (levels[0] ?? {})) ? undefined : fields;
}

/**
 * The MQTT topic filters for some templates, without those that another one covers: brokers may deliver a message once
 * per filter that matches.
 */
export function subscriptionsOf(templates: readonly string[]): string[] {
  const filters = [...new Set(templates.map((template) => compileTopicTemplate(template, true).filter))];
  return filters.filter((filter) => !filters.some((other) => other !== filter && covers(other, filter)));
}

/** Whether every topic that `inner` matches is matched by `outer` too. */
function covers(outer: string, inner: string): boolean {
  const [outerLevels, innerLevels] = [topicLevels(outer), topicLevels(inner)];
  for (const [index, level] of outerLevels.entries()) {
    if (level === '#') return true;
    const other = innerLevels[index];
    if (other === undefined || other === '#' || (level !== '+' && level !== other)) return false;
  }
  return outerLevels.length === innerLevels.length;
}
