import { type Decimal, valueOfText } from '../codecs/textValue.ts';
import type { MetricMapping } from '../domain/source.ts';

/** Makes of what a payload holds what the metric's reader takes; what it can make nothing of it leaves as it is. */
export type RawStep = (raw: unknown) => unknown;

/** What a mapping says of raw values: a text that is a number, bits of a whole number, and what values stand for. */
export function rawStep({ decimal, bit, bits, values }: MetricMapping): RawStep | undefined {
  const steps: RawStep[] = [];
  if (decimal !== undefined) steps.push(numberOfText(decimal));
  if (bit !== undefined) steps.push(bitsOf(bit, bit));
  if (bits !== undefined) steps.push(bitsOf(...bits));
  if (values !== undefined) steps.push(standIn(new Map(Object.entries(values))));
  return steps.length === 0 ? undefined : (raw) => steps.reduce((value, step) => step(value), raw);
}

function numberOfText(decimal: Decimal): RawStep {
  return (raw) => {
    const value = typeof raw === 'string' ? valueOfText(raw.trim(), decimal) : raw;
    return typeof value === 'number' ? value : raw;
  };
}

/** Is of no type that a reader takes. */
const NO_WHOLE_NUMBER = Symbol('not a whole number');

/** From the lowest to the highest, both included; negative numbers by their two's complement. */
function bitsOf(lowest: number, highest: number): RawStep {
  const factor = 2 ** lowest;
  const size = 2 ** (highest - lowest + 1);
  return (raw) => {
    if (!Number.isSafeInteger(raw)) return NO_WHOLE_NUMBER;
    const shifted = Math.floor((raw as number) / factor);
    return ((shifted % size) + size) % size;
  };
}

function standIn(values: ReadonlyMap<string, string | number>): RawStep {
  return (raw) => (typeof raw === 'object' ? raw : (values.get(String(raw)) ?? raw));
}
