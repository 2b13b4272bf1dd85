import jsonata from 'jsonata';
import type { CodecSections } from '../domain/source.ts';
import type { Codec, Reading, Refusal, SectionProblem } from './codec.ts';
import { parseJson } from './json.ts';
import { readEach, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';
import { Unreadable } from './unreadable.ts';

const refuse = shapeOf(
  '{"values": {"name": value}} with subject, time, units and quality where known, or an array of these',
);

/** What an expression may give as quality. */
const QUALITIES: readonly unknown[] = [0, 1, 2];

/** The name of the parsed payload, before the expression has made readings of it. */
export const INPUT = 'payload';

/**
 * JSON, whose readings an expression makes. Expressions are worked out elsewhere and take their time: this codec gives the
 * payload whole, as the value {@link INPUT}, and {@link readResult} reads what the expression comes to.
 */
export function createJsonataCodec(): Codec {
  return (payload) => {
    const parsed = parseJson(payload);
    return parsed instanceof Unreadable
      ? [parsed.refusal]
      : [{ time: undefined, values: { [INPUT]: parsed }, timeName: undefined }];
  };
}

/** Readings of the result of an expression, as JSON text; nothing where the expression gave nothing. */
export function readResult(json: string | undefined): readonly (Reading | Refusal)[] {
  if (json === undefined) return [];
  const result: unknown = JSON.parse(json);
  return Array.isArray(result) ? readEach(result, (item) => [readItem(item)]) : [readItem(result)];
}

function readItem(item: unknown): Reading | Refusal {
  if (!isObject(item) || !isObject(item.values)) return refuse(item);
  const { subject, time, values, units, quality } = item;
  if (quality !== undefined && !QUALITIES.includes(quality)) return refuse(quality);
  if (subject !== undefined && typeof subject !== 'string') return refuse(subject);
  return {
    time,
    values,
    timeName: undefined,
    ...(subject !== undefined && { subject }),
    ...(isObject(units) && { units: textsOf(units) }),
    ...(quality !== undefined && { quality: quality as 0 | 1 | 2 }),
  };
}

function textsOf(units: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(units).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** What is wrong with the expression of a source, with its place. */
export function checkJsonata({ expression }: CodecSections): SectionProblem[] {
  const message =
    expression === undefined ? 'codec jsonata needs an expression, or an expressionFile' : flawOf(expression);
  return message === undefined ? [] : [{ path: [expression === undefined ? 'codec' : 'expression'], message }];
}

function flawOf(expression: string): string | undefined {
  try {
    jsonata(expression);
    return undefined;
  } catch (error) {
    const { message, position = 0 } = error as { readonly message: string; readonly position?: number };
    const before = expression.slice(0, position).split('\n');
    return `${message} (line ${before.length}, column ${before.at(-1)!.length + 1} of the expression)`;
  }
}
