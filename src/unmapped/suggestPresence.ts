import type { SuggestedSource } from '../domain/unmapped.ts';
import { yamlText, yamlTopic } from './yamlText.ts';

const ONLINE: ReadonlySet<string> = new Set(['online', 'connected', 'available', 'alive']);
const OFFLINE: ReadonlySet<string> = new Set(['offline', 'disconnected', 'unavailable', 'dead', 'lost']);
const FIELDS = ['state', 'status'];
/** A word on a connection is no longer. */
const MAX_BYTES = 200;

interface Word {
  readonly word: string;
  /** Where it stands in JSON. */
  readonly field: string | undefined;
}

/** What a payload says of a connection, where that is all it says. */
export function presenceWord(payload: Uint8Array): Word | undefined {
  if (payload.length === 0 || payload.length > MAX_BYTES) return undefined;
  const text = Buffer.from(payload).toString('utf8').trim();
  if (isWord(text)) return { word: text.toLowerCase(), field: undefined };
  const field = FIELDS.find((name) => new RegExp(`^\\{\\s*"${name}"\\s*:\\s*"\\w+"\\s*\\}$`).test(text));
  const said = field === undefined ? undefined : /"(\w+)"\s*\}$/.exec(text)?.[1];
  return said !== undefined && isWord(said) ? { word: said.toLowerCase(), field } : undefined;
}

function isWord(text: string): boolean {
  const word = text.toLowerCase();
  return ONLINE.has(word) || OFFLINE.has(word);
}

/** An entry of `presence` for such payloads. */
export function suggestPresence(
  id: string,
  template: string,
  payloads: readonly Uint8Array[],
): SuggestedSource | undefined {
  const words = payloads.flatMap((payload) => presenceWord(payload) ?? []);
  const [first] = words;
  if (!first) return undefined;
  const said = words.map(({ word }) => word);
  const lines = [
    `  - id: ${yamlText(id)}`,
    `    topic: ${yamlTopic(template)}`,
    ...(first.field === undefined ? [] : [`    field: ${first.field}`]),
    ...wordLine('online', 'offline', said, ONLINE),
    ...wordLine('offline', 'online', said, OFFLINE),
  ];
  return {
    into: 'presence',
    yaml: `${lines.join('\n')}\n`,
    taken: words.length,
    refused: payloads.length - words.length,
  };
}

/** What one word is the other word of, so that both are taken. */
const OPPOSITE: Readonly<Record<string, string>> = {
  connected: 'disconnected',
  disconnected: 'connected',
  available: 'unavailable',
  unavailable: 'available',
  alive: 'dead',
  dead: 'alive',
  lost: 'connected',
};

function wordLine(state: string, other: string, said: readonly string[], words: ReadonlySet<string>): string[] {
  const own = [...new Set([...said, ...said.flatMap((word) => OPPOSITE[word] ?? [])])].filter((word) =>
    words.has(word),
  );
  const isUsual = own.every((word) => word === state) || (own.length === 0 && said.every((word) => word === other));
  return isUsual ? [] : [`    ${state}: [${own.join(', ')}]`];
}
