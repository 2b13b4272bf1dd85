import { DataSet, type Payload, type PropertySet, Template, type WireMetric } from './payload.ts';

/** What a birth says of a metric, for the data that leave it out. */
export interface BornMetric {
  readonly name: string;
  readonly datatype: number;
  /** As the properties name it. */
  readonly unit: string | undefined;
}

/** Parts the names within a template, and of the columns of a dataset. */
export const PART = '/';

/** The metrics that an edge node or a device announced with its birth; those within templates under their whole names. */
export class BirthTable {
  readonly #byAlias = new Map<number | string, BornMetric>();
  readonly #byName = new Map<string, BornMetric>();

  constructor(birth: Payload) {
    for (const metric of birth.metrics) this.#add(metric, '');
  }

  get size(): number {
    return this.#byName.size;
  }

  /** By name where the metric has one, else by alias. */
  find({ name, alias }: Pick<WireMetric, 'name' | 'alias'>): BornMetric | undefined {
    if (name !== undefined) return this.#byName.get(name);
    return alias === undefined ? undefined : this.#byAlias.get(alias);
  }

  #add(metric: WireMetric, prefix: string): void {
    if (metric.name === undefined) return;
    const name = prefix + metric.name;
    const { value } = metric;
    if (value instanceof Template && value.isDefinition) return;
    if (value instanceof Template) for (const member of value.metrics) this.#add(member, name + PART);
    if (value instanceof DataSet) this.#addColumns(value, name);
    const born = { name, datatype: metric.datatype, unit: unitOf(metric.properties) };
    this.#byName.set(name, born);
    if (metric.alias !== undefined && prefix === '') this.#byAlias.set(metric.alias, born);
  }

  #addColumns({ columns, types }: DataSet, name: string): void {
    for (const [index, column] of columns.entries()) {
      const whole = name + PART + column;
      this.#byName.set(whole, { name: whole, datatype: types[index] ?? 0, unit: undefined });
    }
  }
}

const UNIT_KEYS = ['engunit', 'units', 'unit'];

/** The unit that the properties of a metric name; edge nodes spell the key in several ways. */
export function unitOf(properties: PropertySet | undefined): string | undefined {
  if (!properties) return undefined;
  for (const key of UNIT_KEYS) {
    const unit = properties.get(key);
    if (typeof unit === 'string' && unit.trim() !== '') return unit;
  }
  return undefined;
}
