import { valueOfText } from '../codecs/textValue.ts';
import type { MetricDefinition } from '../domain/model.ts';
import type { MetricMapping } from '../domain/source.ts';
import { likelyUnit } from '../pipeline/likelyUnit.ts';
import { unitConversion } from '../pipeline/units.ts';
import { partsOf, unitEnding } from './unitEndings.ts';
import { likeness, pieces, type Word, wordsOf } from './words.ts';

/** A name as payloads have it. */
export interface NameFacts {
  readonly name: string;
  /** Some of its values. */
  readonly values: readonly unknown[];
  /** As the payload tells it. */
  readonly unit?: string | undefined;
}

/** A metric that a name may stand for. */
export interface LikelyMapping {
  readonly mapping: MetricMapping;
  /** From 0 to 1. */
  readonly score: number;
}

/** Less is no likeness. */
const LEAST = 0.5;

/** The metrics that a name may stand for, the likeliest first; what the values cannot be is none of them. */
export function likelyMappings(facts: NameFacts, metrics: readonly MetricDefinition[]): LikelyMapping[] {
  const compare = comparing(facts.name);
  return metrics
    .flatMap((metric): LikelyMapping[] => {
      const { score, unit } = compare(metric);
      const how = score < LEAST ? undefined : readable(facts, metric);
      if (!how) return [];
      const numbers = facts.values.map((value) => numberOf(value, how.decimal)).filter((value) => value !== undefined);
      const own = metric.kind === 'number' ? unitOf(facts, unit, numbers, metric) : undefined;
      return [{ mapping: { metric: metric.id, ...(own !== undefined && { unit: own }), ...how }, score }];
    })
    .sort((a, b) => b.score - a.score);
}

interface Compared {
  readonly score: number;
  /** That the name ends with. */
  readonly unit: string | undefined;
}

/** How alike the name and a metric are; of a name that ends with a unit of what the metric measures also without it. */
function comparing(name: string): (metric: MetricDefinition) => Compared {
  const whole = wordsOf(partsOf(name));
  const endings = new Map<string, { readonly unit: string; readonly words: readonly Word[] } | undefined>();
  const endingFor = (modelUnit: string) => {
    if (!endings.has(modelUnit)) {
      const ending = unitEnding(name, modelUnit);
      endings.set(modelUnit, ending && { unit: ending.unit, words: wordsOf(ending.parts) });
    }
    return endings.get(modelUnit);
  };
  return (metric) => {
    const others = spellingsOf(metric);
    const best = (words: readonly Word[]) => Math.max(...others.map((other) => likeness(words, other)));
    const ending = metric.unit === undefined ? undefined : endingFor(metric.unit);
    return { score: Math.max(best(whole), ending ? best(ending.words) : 0), unit: ending?.unit };
  };
}

const SPELLINGS = new WeakMap<MetricDefinition, readonly (readonly Word[])[]>();

/** The words of its id and of its names. */
function spellingsOf(metric: MetricDefinition): readonly (readonly Word[])[] {
  const known = SPELLINGS.get(metric);
  if (known) return known;
  const spelt = new Set([metric.id, metric.name?.en ?? '', metric.name?.zh ?? '']);
  const words = [...spelt].filter((text) => text !== '').map((text) => wordsOf([pieces(text)]));
  SPELLINGS.set(metric, words);
  return words;
}

/** The unit to name in the mapping: what the name or else the range tells, where that is not the model's. */
function unitOf(
  { unit: told }: NameFacts,
  ending: string | undefined,
  values: readonly number[],
  { unit: modelUnit, range }: MetricDefinition,
): string | undefined {
  // What the payload tells is converted by itself.
  if (modelUnit === undefined || told !== undefined) return undefined;
  if (ending !== undefined) return isSame(ending, modelUnit) ? undefined : ending;
  if (!range || values.length === 0 || values.every((value) => value >= range[0] && value <= range[1]))
    return undefined;
  const likely = likelyUnit(values, modelUnit, range);
  return likely === undefined || isSame(likely, modelUnit) ? undefined : likely;
}

function isSame(unit: string, other: string): boolean {
  const conversion = unitConversion(unit, other);
  return conversion?.factor === 1 && conversion.bias === 0;
}

type How = Pick<MetricMapping, 'decimal' | 'values'>;

/** What the mapping must say for the values to be read; undefined where the metric can't take them. */
function readable({ values, unit }: NameFacts, metric: MetricDefinition): How | undefined {
  if (metric.kind !== 'number') return readableCodes(values, metric);
  if (unit !== undefined && unitConversion(unit, metric.unit ?? '1') === undefined) return undefined;
  if (values.every((value) => typeof value === 'number')) return {};
  const decimal = (['.', ','] as const).find((mark) => values.every((value) => numberOf(value, mark) !== undefined));
  return decimal && { decimal };
}

function numberOf(value: unknown, decimal: '.' | ',' | undefined): number | undefined {
  const read = typeof value === 'string' && decimal ? valueOfText(value.trim(), decimal) : value;
  return typeof read === 'number' ? read : undefined;
}

/** Words for 1 and for 0. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['on', 'off'],
  ['true', 'false'],
  ['yes', 'no'],
  ['start', 'stop'],
  ['started', 'stopped'],
  ['running', 'stopped'],
  ['active', 'inactive'],
];

function readableCodes(values: readonly unknown[], { codes }: MetricDefinition): How | undefined {
  if (!codes) return values.every((value) => Number.isSafeInteger(value)) ? {} : undefined;
  const known = Object.values(codes);
  const symbols = Object.keys(codes);
  const words: Record<string, string> = {};
  for (const value of values) {
    if (typeof value === 'number' && known.includes(value)) continue;
    if (typeof value === 'boolean' && (symbols.includes(String(value)) || known.includes(Number(value)))) continue;
    if (typeof value !== 'string') return undefined;
    if (symbols.includes(value)) continue;
    const meant = meaningOf(value, codes);
    if (!meant) return undefined;
    Object.assign(words, meant);
  }
  return Object.keys(words).length === 0 ? {} : { values: words };
}

/** The symbol in upper or lower case; of two codes, 0 and 1, what means no and yes, and the other word of the two. */
function meaningOf(value: string, codes: Readonly<Record<string, number>>): Record<string, string> | undefined {
  const symbols = Object.keys(codes);
  const spelt = symbols.find((symbol) => symbol.toLowerCase() === value.toLowerCase());
  if (spelt !== undefined) return { [value]: spelt };
  const [yes, no] = [1, 0].map((code) => symbols.find((symbol) => codes[symbol] === code));
  const pair = PAIRS.find((words) => words.includes(value.toLowerCase()));
  if (symbols.length !== 2 || yes === undefined || no === undefined || !pair) return undefined;
  return { [inCaseOf(value, pair[0])]: yes, [inCaseOf(value, pair[1])]: no };
}

function inCaseOf(value: string, word: string): string {
  if (value === value.toUpperCase()) return word.toUpperCase();
  return value[0] === value[0]?.toUpperCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
