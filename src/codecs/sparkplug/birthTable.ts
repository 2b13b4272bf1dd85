import { bounded, within } from './names.ts';
import { DataSet, type Payload, type PropertySet, Template, type WireMetric } from './payload.ts';

/** What a birth says of a metric, for the data that leave it out. */
export interface BornMetric {
  readonly name: string;
  readonly datatype: number;
  /** As the properties name it. */
  readonly unit: string | undefined;
}

/** Of a metric beside its texts. */
const ENTRY_BYTES = 200;

/** The metrics that an edge node or a device announced with its birth; those within templates under their whole names. */
export class BirthTable {
  readonly #byAlias = new Map<number | string, BornMetric>();
  readonly #byName = new Map<string, BornMetric>();
  #weight = 0;

  constructor(birth: Payload) {
    for (const metric of birth.metrics) if (metric.name !== undefined) this.#add(metric, metric.name, true);
  }

  /** About how much memory it takes. @returns bytes */
  get weight(): number {
    return this.#weight;
  }

  /** By name where the metric has one, else by alias. */
  find({ name, alias }: Pick<WireMetric, 'name' | 'alias'>): BornMetric | undefined {
    if (name !== undefined) return this.#byName.get(name);
    return alias === undefined ? undefined : this.#byAlias.get(alias);
  }

  #add(metric: WireMetric, name: string, isWhole: boolean): void {
    const { value } = metric;
    if (value instanceof Template && value.isDefinition) return;
    if (value instanceof Template) this.#addMembers(value, name);
    if (value instanceof DataSet) this.#addColumns(value, name);
    const born = { name, datatype: metric.datatype, unit: unitOf(metric.properties) };
    this.#remember(born);
    if (metric.alias !== undefined && isWhole) this.#byAlias.set(metric.alias, born);
  }

  #addMembers({ metrics }: Template, name: string): void {
    for (const member of metrics) {
      if (member.name !== undefined) this.#add(member, within(name, member.name), false);
    }
  }

  #addColumns({ columns, types }: DataSet, name: string): void {
    for (const [index, column] of columns.entries()) {
      this.#remember({ name: within(name, column), datatype: types[index] ?? 0, unit: undefined });
    }
  }

  #remember(born: BornMetric): void {
    this.#weight += ENTRY_BYTES + born.name.length + (born.unit?.length ?? 0);
    this.#byName.set(born.name, born);
  }
}

/** No unit is longer. */
const MAX_UNIT = 64;
const UNIT_KEYS = ['engunit', 'units', 'unit'];

/** The unit that the properties of a metric name; edge nodes spell the key in several ways. */
export function unitOf(properties: PropertySet | undefined): string | undefined {
  if (!properties) return undefined;
  for (const key of UNIT_KEYS) {
    const unit = properties.get(key);
    if (typeof unit === 'string' && unit.trim() !== '') return bounded(unit, MAX_UNIT);
  }
  return undefined;
}
