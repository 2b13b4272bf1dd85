import { type CodecSections, SPARKPLUG_DEFAULTS, type SparkplugOptions } from '../../domain/source.ts';
import type { Codec, CodecOptions, Reading, Refusal, SectionProblem } from '../codec.ts';
import { printable, quote } from '../text.ts';
import { BirthTable } from './birthTable.ts';
import { type Payload, readPayload } from './payload.ts';
import { tell } from './readings.ts';
import { subjectOf } from './subject.ts';
import { parseTopic, type SparkplugTopic } from './topic.ts';

/** A message that was understood; `payload` is absent where nothing can come of it, as of the state of a host. */
export type Understood = { readonly topic: SparkplugTopic; readonly payload: Payload } | 'nothing' | Refusal;

/** Reads a message as Sparkplug; what concerns only host applications and commands is nothing. */
export function understand(bytes: Buffer, topicText: string): Understood {
  const topic = parseTopic(topicText);
  if (topic === 'state') return 'nothing';
  if (topic === undefined) return { reason: 'unknown-topic', detail: `${quote(topicText)} is no topic of Sparkplug B` };
  if (topic.type === 'NCMD' || topic.type === 'DCMD') return 'nothing';
  try {
    return { topic, payload: readPayload(bytes) };
  } catch (error) {
    return { reason: 'malformed', detail: `not a Sparkplug B payload: ${printable((error as Error).message, 120)}` };
  }
}

/**
 * Sparkplug B (3.0.0) of single messages: what a birth tells, and data that call their metrics by name. Metrics that
 * data only call by an alias are refused, since that takes the birth before: see src/sparkplug. Commands, deaths and
 * the states of host applications hold no values.
 */
export function createSparkplugCodec({ sparkplug }: CodecOptions): Codec {
  return (bytes, _receivedAt, topic = '') => {
    const understood = understand(bytes, topic);
    if (understood === 'nothing') return [];
    return 'reason' in understood ? [understood] : readAlone(understood, sparkplug ?? SPARKPLUG_DEFAULTS);
  };
}

function readAlone(
  { topic, payload }: Exclude<Understood, string | Refusal>,
  options: SparkplugOptions,
): (Reading | Refusal)[] {
  if (topic.type === 'NDEATH' || topic.type === 'DDEATH') return [];
  const isBirth = topic.type === 'NBIRTH' || topic.type === 'DBIRTH';
  const table = isBirth ? new BirthTable(payload) : undefined;
  const { readings, refusals } = tell(payload, table, subjectOf(topic, options));
  return [...readings, ...refusals];
}

/** What is wrong with the options: ids that several nodes or devices would share could not be told apart any more. */
export function checkSparkplug({ sparkplug }: CodecSections): SectionProblem[] {
  if (!sparkplug) return [];
  const needed = [['nodeId', '{node}'] as const, ['deviceId', '{device}'] as const];
  return needed
    .filter(([option, placeholder]) => !sparkplug[option].includes(placeholder))
    .map(([option, placeholder]) => ({ path: ['sparkplug', option], message: `it must hold ${placeholder}` }));
}
