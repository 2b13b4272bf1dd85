import { printable } from '../codecs/text.ts';
import type { UnmappedTopics } from '../domain/unmapped.ts';
import { compileTopicTemplate, topicLevels } from '../pipeline/topicTemplate.ts';
import type { DeadLetter, DeadLetterGroup } from '../ports/database.ts';
import { isReadable, LOOKED_AT, MOST_TOLD, SAMPLES, type UnmappedParts } from './parts.ts';
import { presenceWord, suggestPresence } from './suggestPresence.ts';
import { suggestSource } from './suggestSource.ts';
import { type KnownIds, type PayloadKind, type TopicForm, topicForms } from './topicForms.ts';

/** Topics whose payloads are looked at for their form, the most frequent. */
const PAYLOADS_LOOKED_AT = 300;
/** Forms that a source is suggested for. */
const SUGGESTED = 20;
const EXAMPLES = 5;

interface Seen extends DeadLetterGroup {
  readonly kind: PayloadKind | undefined;
  readonly letter: DeadLetter | undefined;
}

/** What came on topics that no source takes, and dead letters that one takes by now. */
export async function unmappedTopics(
  parts: UnmappedParts,
): Promise<{ topics: UnmappedTopics[]; letters: number; mappedSince: number }> {
  const groups = await parts.deadLetters.groups('unknown-topic', LOOKED_AT, SAMPLES);
  const templates = [...parts.sources, ...parts.presence].map(({ topic }) => compileTopicTemplate(topic, true));
  const isTaken = ({ topic }: DeadLetterGroup) => templates.some(({ match }) => match(topicLevels(topic)));
  const open = groups.filter((group) => !isTaken(group));
  const letters = total(groups);
  const forms = topicForms(await lookAt(open, parts), knownIds(parts))
    .map((form) => ({ form, messages: total(form.topics) }))
    .sort((a, b) => b.messages - a.messages)
    .slice(0, MOST_TOLD);
  const ids = new Set([...parts.sources, ...parts.presence].map(({ id }) => id));
  const topics: UnmappedTopics[] = [];
  for (const [at, { form }] of forms.entries()) topics.push(await tell(form, at < SUGGESTED, ids, parts));
  return { topics, letters, mappedSince: letters - total(open) };
}

function total(groups: readonly DeadLetterGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function knownIds({ directory, sites }: UnmappedParts): KnownIds {
  return {
    isAsset: (level) => directory.byAsset(level) !== undefined,
    isDevice: (level) => directory.byDevice(level, Number.MAX_SAFE_INTEGER) !== undefined,
    isSite: (level) => sites.has(level),
  };
}

async function lookAt(groups: readonly DeadLetterGroup[], { deadLetters }: UnmappedParts): Promise<Seen[]> {
  const looked = groups.slice(0, PAYLOADS_LOOKED_AT).map(({ newest }) => newest[0]!.id);
  const letters = new Map((await deadLetters.getAll(looked)).map((letter) => [letter.id, letter]));
  return groups.map((group) => {
    const letter = letters.get(group.newest[0]!.id);
    return { ...group, letter, kind: letter && kindOf(letter) };
  });
}

function kindOf(letter: DeadLetter): PayloadKind | undefined {
  if (!isReadable(letter)) return undefined;
  if (presenceWord(letter.payload)) return 'presence';
  return isPlainValue(letter.payload) ? 'value' : 'values';
}

/** One number or word, or `{"value": 1}`, with a time or without. */
function isPlainValue(payload: Uint8Array): boolean {
  if (payload.length > 256) return false;
  const text = Buffer.from(payload).toString('utf8').trim();
  if (/^[\p{L}\p{N}+.,"'°% _-]{1,64}$/u.test(text)) return true;
  return /^\{\s*(?:"(?:ts|time|timestamp)"\s*:\s*[^{}[\],]+,\s*)?"value"\s*:\s*[^{}[\],]+(?:,\s*"(?:ts|time|timestamp)"\s*:\s*[^{}[\],]+)?\}$/.test(
    text,
  );
}

async function tell(
  { topics, template, kind }: TopicForm<Seen>,
  isSuggested: boolean,
  ids: Set<string>,
  parts: UnmappedParts,
): Promise<UnmappedTopics> {
  const newest = topics.toSorted((a, b) => b.lastAt - a.lastAt);
  const wanted = newest.flatMap((group) => group.newest).toSorted((a, b) => b.at - a.at);
  // One of each topic says more than several of one.
  const chosen = [...new Set([...newest.map((group) => group.newest[0]!), ...wanted])].slice(0, SAMPLES);
  const letters = await parts.deadLetters.getAll(chosen.map(({ id }) => id));
  const samples = letters.toSorted((a, b) => b.at - a.at);
  const id = freeId(template ?? newest[0]!.topic, ids);
  const suggestion = isSuggested ? await suggest(id, template, kind, samples, parts) : undefined;
  if (suggestion) ids.add(id);
  return {
    topic: template ?? shown(newest[0]!.topic),
    topics: topics.length,
    examples: newest.slice(0, EXAMPLES).map(({ topic }) => shown(topic)),
    messages: total(topics),
    firstAt: Math.min(...topics.map(({ firstAt }) => firstAt)),
    lastAt: newest[0]!.lastAt,
    samples: samples.map((letter) => ({
      deadLetterId: letter.id,
      topic: shown(letter.topic),
      at: letter.at,
      payload: letter.payload,
      payloadBytes: letter.payloadBytes,
    })),
    ...(suggestion && { suggestion }),
  };
}

/** Topics may have 64 kB. */
function shown(topic: string): string {
  return printable(topic, 1000);
}

async function suggest(
  id: string,
  template: string | undefined,
  kind: PayloadKind,
  samples: readonly DeadLetter[],
  parts: UnmappedParts,
): Promise<UnmappedTopics['suggestion']> {
  const readable = samples.filter(isReadable);
  if (kind === 'presence') {
    const payloads = readable.map(({ payload }) => payload);
    return template === undefined ? undefined : suggestPresence(id, template, payloads);
  }
  const messages = readable.map(({ topic, at, payload }) => ({ topic, at, payload: Buffer.from(payload) }));
  return suggestSource(id, template, kind, messages, parts);
}

/** After the first level that says something. */
function freeId(topic: string, taken: ReadonlySet<string>): string {
  const word = topic
    .split('/')
    .map((level) => level.replaceAll(/[^\p{L}\p{N}_-]/gu, '').toLowerCase())
    .find((level, at) => level !== '' && !topic.split('/')[at]!.startsWith('{'));
  const name = (word ?? 'devices').slice(0, 40);
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}
