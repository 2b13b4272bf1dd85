import type { TableColumn } from '../../adapters/tables/tableFile.ts';
import { CommandError } from '../commandError.ts';

/** Which columns are what, as far as the person who asks says so. */
export interface LayoutOptions {
  readonly asset?: string;
  readonly assetColumn?: string;
  readonly device?: string;
  readonly deviceColumn?: string;
  readonly timeColumn?: string;
  readonly metricColumn?: string;
  readonly valueColumn?: string;
  readonly unitColumn?: string;
  /** Columns, or metrics where they stand in a column, that are left out. */
  readonly skip: readonly string[];
}

/** Whose the rows are: all one's, or whose a column says. */
export interface Whose {
  readonly kind: 'asset' | 'device';
  readonly id?: string;
  readonly column?: number;
}

/** Columns by their places. */
export interface Layout {
  readonly whose: Whose;
  readonly time: number;
  /** A column for each metric; or one that names the metric, beside its value. */
  readonly values:
    | { readonly kind: 'wide'; readonly columns: readonly number[] }
    | { readonly kind: 'long'; readonly metric: number; readonly value: number; readonly unit?: number };
  /** Names of columns that are not read. */
  readonly unused: readonly string[];
}

const ASSET = ['asset', 'assetid', 'machine', 'machineid', 'equipment', 'equipmentid'];
const DEVICE = ['device', 'deviceid'];
const TIME = ['ts', 'time', 'timestamp', 'datetime', 'date'];
const METRIC = ['metric', 'metricid', 'tag', 'tagname', 'signal', 'variable', 'parameter', 'measurement'];
const VALUE = ['value', 'val'];
const UNIT = ['unit', 'uom'];

/** What the import itself adds to rows that were refused; put right, they are brought again. */
export const REFUSED_COLUMNS = ['refused_at', 'refused_reason', 'refused_detail'];

/** The layout that is said, and guessed where nothing is. Throws CommandError when it can't be told. */
export function layoutOf(file: string, columns: readonly TableColumn[], options: LayoutOptions): Layout {
  const look = new Columns(file, columns);
  const whose = whoseOf(look, options);
  const time = timeOf(look, options);
  const metric = look.named('--metric-column', options.metricColumn) ?? look.like(METRIC);
  const value = look.named('--value-column', options.valueColumn) ?? look.like(VALUE);
  const isLong = metric !== undefined && value !== undefined;
  if (!isLong && (options.metricColumn ?? options.valueColumn) !== undefined) {
    const missing = metric === undefined ? '--metric-column' : '--value-column';
    throw new CommandError(`${file}: ${missing} has to say where the other half is; there are ${look.list}`);
  }
  const taken = new Set([whose.column, time]);
  if (isLong) {
    const unit = look.named('--unit-column', options.unitColumn) ?? look.like(UNIT);
    const values = { kind: 'long' as const, metric, value, ...(unit !== undefined && { unit }) };
    look.refuseOthers([value, metric]);
    return { whose, time, values, unused: look.namesBut(new Set([...taken, metric, value, unit])) };
  }
  const wide = columns.flatMap(({ name }, at) =>
    taken.has(at) || name === '' || options.skip.includes(name) || REFUSED_COLUMNS.includes(name) ? [] : [at],
  );
  if (wide.length === 0) throw new CommandError(`${file} has no column of values beside ${look.list}`);
  look.refuseOthers(wide);
  return { whose, time, values: { kind: 'wide', columns: wide }, unused: look.namesBut(new Set([...taken, ...wide])) };
}

function whoseOf(look: Columns, { asset, device, assetColumn, deviceColumn }: LayoutOptions): Whose {
  const said = Object.entries({ '--asset': asset, '--device': device, assetColumn, deviceColumn }).filter(
    ([, value]) => value !== undefined,
  );
  if (said.length > 1) throw new CommandError('say one of --asset, --asset-column, --device and --device-column');
  if (asset !== undefined) return { kind: 'asset', id: asset };
  if (device !== undefined) return { kind: 'device', id: device };
  const ofAsset = look.named('--asset-column', assetColumn);
  if (ofAsset !== undefined) return { kind: 'asset', column: ofAsset };
  const ofDevice = look.named('--device-column', deviceColumn);
  if (ofDevice !== undefined) return { kind: 'device', column: ofDevice };
  const [guessed, kind] = [look.like(ASSET) ?? look.like(DEVICE), look.like(ASSET) === undefined ? 'device' : 'asset'];
  if (guessed !== undefined) return { kind: kind as Whose['kind'], column: guessed };
  throw new CommandError(
    `${look.file}: none of its columns (${look.list}) says whose the rows are: say --asset <id>, or --asset-column or --device-column`,
  );
}

function timeOf(look: Columns, { timeColumn }: LayoutOptions): number {
  const found = look.named('--time-column', timeColumn) ?? look.like(TIME) ?? look.onlyTime();
  if (found !== undefined) return found;
  throw new CommandError(`${look.file}: none of its columns (${look.list}) is known for the time: say --time-column`);
}

/** The columns of a file, as they are looked for. */
class Columns {
  readonly file: string;
  readonly #columns: readonly TableColumn[];

  constructor(file: string, columns: readonly TableColumn[]) {
    this.file = file;
    this.#columns = columns;
  }

  get list(): string {
    return this.#columns.map(({ name }) => name || '(without a name)').join(', ');
  }

  /** The one that an option names; throws where there is none. */
  named(option: string, name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const at = this.#columns.findIndex((column) => column.name === name);
    if (at !== -1) return at;
    throw new CommandError(`${this.file} has no column '${name}' (${option}); it has ${this.list}`);
  }

  /** The first that is called one of these, whatever its case and punctuation. */
  like(names: readonly string[]): number | undefined {
    const at = this.#columns.findIndex(({ name }) => names.includes(name.toLowerCase().replace(/[^a-z0-9]/g, '')));
    return at === -1 ? undefined : at;
  }

  /** The only one whose type is a time. */
  onlyTime(): number | undefined {
    const times = this.#columns.flatMap(({ kind }, at) => (kind === 'instant' || kind === 'wall-time' ? [at] : []));
    return times.length === 1 ? times[0] : undefined;
  }

  namesBut(used: ReadonlySet<number | undefined>): string[] {
    return this.#columns.flatMap(({ name }, at) => (used.has(at) || REFUSED_COLUMNS.includes(name) ? [] : [name]));
  }

  /** Throws for columns whose cells are no values. */
  refuseOthers(places: readonly number[]): void {
    const others = places.map((at) => this.#columns[at]!).filter(({ kind }) => kind === 'other');
    if (others.length === 0) return;
    const told = others.map(({ name, type }) => `${name} (${type})`).join(', ');
    throw new CommandError(`${this.file}: no values can be read from ${told}; leave it out with --skip`);
  }
}

/** For people, before anything is written. */
export function describeLayout({ whose, time, values, unused }: Layout, columns: readonly TableColumn[]): string[] {
  const name = (at: number) => columns[at]!.name;
  const of = whose.column === undefined ? `all of ${whose.kind} ${whose.id}` : `${whose.kind} in ${name(whose.column)}`;
  const what =
    values.kind === 'wide'
      ? `a column for each metric: ${values.columns.map(name).join(', ')}`
      : `metric in ${name(values.metric)}, value in ${name(values.value)}${values.unit === undefined ? '' : `, unit in ${name(values.unit)}`}`;
  const others = unused.filter((one) => one !== '');
  return [`${of}; time in ${name(time)}; ${what}`, ...(others.length > 0 ? [`not read: ${others.join(', ')}`] : [])];
}
