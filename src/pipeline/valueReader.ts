import type { Refusal } from '../codecs/codec.ts';
import { quote } from '../codecs/text.ts';
import type { MetricDefinition } from '../domain/model.ts';
import type { MetricMapping } from '../domain/source.ts';
import { type RawStep, rawStep } from './rawValue.ts';
import { IDENTITY, type Linear, unitConversion } from './units.ts';

/** Turns what a device sent for one metric into the number to store. */
export interface ValueReader {
  /** NaN when the value is refused; then `refuse` says why. */
  read(raw: unknown): number;
  refuse(raw: unknown): Refusal;
}

/** The mapping's unit does not convert to the model's. */
export interface Inconvertible {
  readonly inconvertible: string;
}

/**
 * How values of a mapping become values of the metric: scale and offset first, then the unit. Without a unit in the
 * mapping the payload is in the unit of the model.
 */
export function conversionOf(metric: MetricDefinition, mapping: MetricMapping | undefined): Linear | Inconvertible {
  const scale = mapping?.scale ?? 1;
  const offset = mapping?.offset ?? 0;
  const unit = mapping?.unit === undefined ? IDENTITY : unitConversion(mapping.unit, metric.unit ?? '1');
  if (unit) return { factor: scale * unit.factor, bias: offset * unit.factor + unit.bias };
  return { inconvertible: `unit ${mapping?.unit} can't be converted to ${metric.unit ?? 'a metric without a unit'}` };
}

export function createValueReader(metric: MetricDefinition, mapping: MetricMapping | undefined): ValueReader {
  const reader = plainReader(metric, mapping);
  const step = mapping && rawStep(mapping);
  return step ? new StepReader(step, reader) : reader;
}

/** Of values as the mapping makes them of what was sent. */
class StepReader implements ValueReader {
  readonly #step: RawStep;
  readonly #reader: ValueReader;

  constructor(step: RawStep, reader: ValueReader) {
    this.#step = step;
    this.#reader = reader;
  }

  read(raw: unknown): number {
    return this.#reader.read(this.#step(raw));
  }

  refuse(raw: unknown): Refusal {
    return this.#reader.refuse(this.#step(raw));
  }
}

function plainReader(metric: MetricDefinition, mapping: MetricMapping | undefined): ValueReader {
  if (metric.kind !== 'number') return new CodeReader(metric);
  const conversion = conversionOf(metric, mapping);
  return 'inconvertible' in conversion
    ? new RefusingReader(conversion.inconvertible)
    : new NumberReader(metric, conversion);
}

class RefusingReader implements ValueReader {
  readonly #detail: string;

  constructor(detail: string) {
    this.#detail = detail;
  }

  read(): number {
    return Number.NaN;
  }

  refuse(): Refusal {
    return { reason: 'wrong-type', detail: this.#detail };
  }
}

/** JSON numbers only: a text or a boolean in the place of a number tells of a mistake in the device's setup. */
class NumberReader implements ValueReader {
  readonly #factor: number;
  readonly #bias: number;
  readonly #low: number;
  readonly #high: number;
  readonly #unit: string;

  constructor({ range, unit }: MetricDefinition, { factor, bias }: Linear) {
    [this.#low, this.#high] = range ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
    this.#factor = factor;
    this.#bias = bias;
    this.#unit = unit === undefined ? '' : ` ${unit}`;
  }

  read(raw: unknown): number {
    if (typeof raw !== 'number') return Number.NaN;
    const value = raw * this.#factor + this.#bias;
    return value >= this.#low && value <= this.#high ? value : Number.NaN;
  }

  refuse(raw: unknown): Refusal {
    if (typeof raw !== 'number') return { reason: 'wrong-type', detail: `found ${quote(raw)}; expected a number` };
    const value = raw * this.#factor + this.#bias;
    if (!Number.isFinite(value)) return NOT_FINITE;
    const valid = `${this.#low} to ${this.#high}${this.#unit}`;
    return { reason: 'out-of-range', detail: `found ${value}${this.#unit}; valid are ${valid}` };
  }
}

/** States and events: by symbol, by code, or as a boolean where the codes are false and true, or 0 and 1. */
class CodeReader implements ValueReader {
  readonly #codes: ReadonlyMap<string, number>;
  readonly #known: ReadonlySet<number>;

  constructor(metric: MetricDefinition) {
    this.#codes = new Map(Object.entries(metric.codes ?? {}));
    this.#known = new Set(this.#codes.values());
  }

  read(raw: unknown): number {
    // Adding 0 makes 0 of -0.
    if (typeof raw === 'number') return this.#isKnown(raw) ? raw + 0 : Number.NaN;
    if (typeof raw === 'string') return this.#codes.get(raw) ?? Number.NaN;
    if (typeof raw !== 'boolean') return Number.NaN;
    return this.#codes.get(String(raw)) ?? (this.#isKnown(Number(raw)) ? Number(raw) : Number.NaN);
  }

  refuse(raw: unknown): Refusal {
    if (typeof raw === 'number' && !Number.isFinite(raw)) return NOT_FINITE;
    const isCode = typeof raw === 'number' || typeof raw === 'string' || typeof raw === 'boolean';
    const codes = [...this.#codes].map(([name, code]) => `${name} (${code})`).join(', ');
    const detail = `found ${quote(raw)}; valid are ${codes || 'whole numbers'}`;
    return { reason: isCode ? 'unknown-code' : 'wrong-type', detail };
  }

  #isKnown(code: number): boolean {
    return this.#known.size === 0 ? Number.isSafeInteger(code) : this.#known.has(code);
  }
}

const NOT_FINITE: Refusal = { reason: 'not-finite', detail: 'the value is not a finite number' };
