import type { Quality } from '../../domain/sample.ts';
import type { Reading, Refusal } from '../codec.ts';
import { Instant } from '../instant.ts';
import { quote } from '../text.ts';
import { type BirthTable, unitOf } from './birthTable.ts';
import { type Scalar, scalarOf } from './datatypes.ts';
import { MAX_NAME, within } from './names.ts';
import { DataSet, type Payload, type PropertySet, Template, type WireMetric, type WireValue } from './payload.ts';

/** Metrics that could not be told one by one. */
const MAX_REFUSED = 8;

/** Metrics of the protocol itself. */
const OWN_NAMES = /^(?:bdSeq$|(?:Node|Device) Control\/)/;

/** What one payload tells. */
export interface Told {
  readonly readings: Reading[];
  readonly refusals: Refusal[];
  /** A birth that has not come would tell of metrics in here. */
  readonly needsBirth: boolean;
}

/**
 * The values of a payload, one reading for each time and quality; what is marked historical is of the past. Passed over are nulls, transient values, definitions
 * of templates and what is the protocol's own. Members of a template and the columns of a dataset of one row are values
 * of their own, named `<metric>/<member>`.
 *
 * @param table of the birth; undefined while there was none
 */
export function tell(payload: Payload, table: BirthTable | undefined, subject: string): Told {
  const gathered = new Gathering(table, subject);
  for (const metric of payload.metrics) gathered.take(metric, payload.timestamp);
  return gathered.told();
}

interface Value {
  readonly name: string;
  readonly scalar: Scalar;
  readonly time: number | undefined;
  readonly quality: Quality;
  readonly unit: string | undefined;
  readonly historical: boolean;
}

class Gathering {
  readonly #table: BirthTable | undefined;
  readonly #subject: string;
  readonly #groups = new Map<string, MutableReading>();
  readonly #readings: MutableReading[] = [];
  readonly #refusals: Refusal[] = [];
  #unresolved = 0;
  #firstUnresolved: string | undefined;
  #refused = 0;

  constructor(table: BirthTable | undefined, subject: string) {
    this.#table = table;
    this.#subject = subject;
  }

  take(metric: WireMetric, sentAt: number | undefined): void {
    const born = this.#table?.find(metric);
    const name = metric.name ?? born?.name;
    if (name === undefined) this.#lacksName(metric);
    else if (!OWN_NAMES.test(name)) this.#takeNamed(metric, name, metric.timestamp ?? sentAt);
  }

  told(): Told {
    const refusals = this.#refusals;
    if (this.#refused > MAX_REFUSED) {
      refusals.push({ reason: 'unexpected-shape', detail: `${this.#refused - MAX_REFUSED} more metrics like these` });
    }
    if (this.#unresolved > 0) {
      const detail = `${this.#firstUnresolved}, and no birth has told what that is (${this.#unresolved} metrics)`;
      refusals.push({ reason: 'unknown-alias', detail });
    }
    return { readings: this.#readings, refusals, needsBirth: this.#unresolved > 0 };
  }

  #takeNamed(metric: WireMetric, name: string, time: number | undefined, isPast = metric.isHistorical): void {
    const { value } = metric;
    if (metric.isNull || metric.isTransient || value === undefined) return;
    if (value instanceof Template) this.#takeMembers(value, name, time, isPast);
    else if (value instanceof DataSet && value.rows.length === 1) this.#takeRow(value, name, time, isPast);
    else this.#takeScalar(metric, value, { name, time, historical: isPast });
  }

  #takeMembers(template: Template, name: string, time: number | undefined, isPast: boolean): void {
    if (template.isDefinition) return;
    for (const member of template.metrics) {
      if (member.name === undefined) this.#refuse(`a member without a name in the template ${name}`);
      else this.#takeNamed(member, within(name, member.name), member.timestamp ?? time, isPast || member.isHistorical);
    }
  }

  #takeRow({ columns, types, rows }: DataSet, name: string, time: number | undefined, historical: boolean): void {
    for (const [index, value] of rows[0]!.entries()) {
      const column = columns[index];
      if (value === undefined) continue;
      if (column === undefined) this.#refuse(`more cells than columns in the dataset ${name}`);
      else this.#takeScalar({ datatype: types[index] ?? 0 }, value, { name: within(name, column), time, historical });
    }
  }

  #takeScalar(
    { datatype, properties }: Pick<WireMetric, 'datatype'> & Partial<WireMetric>,
    value: WireValue,
    about: Pick<Value, 'name' | 'time' | 'historical'>,
  ): void {
    const { name } = about;
    if (name.length > MAX_NAME) {
      this.#refuse(`a metric whose name is longer than ${MAX_NAME} characters, ${quote(name)}`);
      return;
    }
    const born = this.#table?.find({ name, alias: undefined });
    const scalar = scalarOf(value, datatype || (born?.datatype ?? 0));
    if (scalar === undefined) {
      this.#lacksBirth(`${name} is sent without a datatype`);
      return;
    }
    this.#add({ ...about, scalar, quality: qualityOf(properties), unit: unitOf(properties) ?? born?.unit });
  }

  #lacksName({ alias }: WireMetric): void {
    if (alias === undefined) this.#refuse('a metric without a name and without an alias');
    else this.#lacksBirth(`a metric is only called by its alias ${alias}`);
  }

  #lacksBirth(what: string): void {
    this.#unresolved++;
    this.#firstUnresolved ??= what;
  }

  #refuse(what: string): void {
    if (++this.#refused <= MAX_REFUSED) this.#refusals.push({ reason: 'unexpected-shape', detail: `found ${what}` });
  }

  /** The same name once more at the same time is another reading, so that no value hides another. */
  #add({ name, scalar, time, quality, unit, historical }: Value): void {
    const key = `${time} ${quality} ${historical}`;
    let group = this.#groups.get(key);
    if (!group || name in group.values) {
      group = this.#newReading(time, quality, historical);
      this.#groups.set(key, group);
    }
    group.values[name] = scalar;
    if (unit !== undefined) {
      group.units ??= Object.create(null) as Record<string, string>;
      group.units[name] = unit;
    }
  }

  #newReading(time: number | undefined, quality: Quality, historical: boolean): MutableReading {
    const reading: MutableReading = {
      time: time === undefined ? undefined : new Instant(time),
      values: Object.create(null) as Record<string, unknown>,
      timeName: undefined,
      subject: this.#subject,
      ...(quality !== 0 && { quality }),
      ...(historical && { historical }),
    };
    this.#readings.push(reading);
    return reading;
  }
}

interface MutableReading extends Reading {
  readonly values: Record<string, unknown>;
  units?: Record<string, string>;
}

const QUALITY_GOOD = 192;

/**
 * The property `Quality` (3.0.0, 6.4.10): 192 good, 0 bad, 500 stale; of others, which come from OPC, the two bits that
 * tell good from uncertain and bad count. What is stale is as bad as a value can be: it is not of now.
 */
function qualityOf(properties: PropertySet | undefined): Quality {
  const quality = properties?.get('quality');
  if (typeof quality !== 'number' && typeof quality !== 'bigint') return 0;
  const code = Number(quality);
  if (code > 0xff) return 2;
  const bits = code & QUALITY_GOOD;
  if (bits === QUALITY_GOOD) return 0;
  return bits === 0x40 ? 1 : 2;
}
