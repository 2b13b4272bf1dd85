import { BY_DATA } from '../domain/connectivity.ts';
import { checkTopicTemplate } from '../pipeline/topicTemplate.ts';
import { MAIN_BROKER } from './brokers.ts';
import { duplicates, flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import { listAt, valueAt } from './values.ts';

/** What contradicts in the presence topics, and between them and the sources and brokers. */
export function presence(config: unknown): Flaw[] {
  const list = listAt(config, ['presence']);
  const sources = new Set(listAt(config, ['sources']).map((source) => valueAt(source, ['id'])));
  const brokers = [MAIN_BROKER, ...listAt(config, ['mqtt', 'brokers']).map((broker) => valueAt(broker, ['id']))];
  return [
    ...duplicates(list, 'id', ['presence']),
    ...list.flatMap((entry, index) => [
      ...ofId(entry, index, sources),
      ...ofTopic(entry, index),
      ...ofBroker(entry, index, brokers),
      ...ofWords(entry, index),
    ]),
  ];
}

function ofId(entry: unknown, index: number, sources: ReadonlySet<unknown>): Flaw[] {
  const id = valueAt(entry, ['id']);
  const path = ['presence', index, 'id'];
  if (id === BY_DATA) return [flaw(path, `'${BY_DATA}' stands for telemetry that proves a connection`)];
  return id !== undefined && sources.has(id) ? [flaw(path, `'${id}' is the id of a source; choose another one`)] : [];
}

function ofTopic(entry: unknown, index: number): Flaw[] {
  const topic = valueAt(entry, ['topic']);
  const message = typeof topic === 'string' && topic !== '' ? checkTopicTemplate(topic) : undefined;
  return message === undefined ? [] : [flaw(['presence', index, 'topic'], message)];
}

function ofBroker(entry: unknown, index: number, known: readonly unknown[]): Flaw[] {
  const id = valueAt(entry, ['broker']);
  if (id === undefined || known.includes(id)) return [];
  return [flaw(['presence', index, 'broker'], `there is no broker '${id}'; there is: ${known.join(', ')}`)];
}

function ofWords(entry: unknown, index: number): Flaw[] {
  const wordsOf = (key: string) => listAt(entry, [key]).map((word) => String(word).toLowerCase());
  const online = new Set(wordsOf('online'));
  const both = ['offline', 'ignore'].flatMap((key) => {
    const word = wordsOf(key).find((one) => online.has(one));
    return word === undefined ? [] : [flaw(['presence', index, key], `'${word}' is among the words of online too`)];
  });
  return both;
}
