import type { Frame, Panel } from './board.ts';

/** The named colours of Grafana's dark theme. */
const NAMED: Readonly<Record<string, string>> = {
  green: '#73bf69',
  blue: '#5794f2',
  orange: '#ff9830',
  red: '#f2495c',
};

export function named(colour: string): string {
  return NAMED[colour] ?? colour;
}

type Properties = ReadonlyMap<string, unknown>;

/** How Grafana shows the fields of a panel: units, mappings and colours, by overrides and by queries that configure. */
export class Look {
  readonly #panel: Panel;
  readonly #configured: { unit?: string; texts: Map<string, string> };

  constructor(panel: Panel, frames: readonly Frame[]) {
    this.#panel = panel;
    this.#configured = configuration(panel, frames);
  }

  /** Frames that carry data and not configuration. */
  data(frames: readonly Frame[]): Frame[] {
    const config = this.#panel.transformations?.map(({ options }) => options.configRefId) ?? [];
    return frames.filter(({ refId }) => !config.includes(refId));
  }

  properties(field: string): Properties {
    const found = new Map<string, unknown>();
    for (const { matcher, properties } of this.#panel.fieldConfig.overrides ?? []) {
      const regexp = /^\/(.*)\/$/.exec(matcher.options)?.[1];
      const matches = matcher.id === 'byRegexp' ? new RegExp(regexp!).test(field) : matcher.options === field;
      if (matches) for (const { id, value } of properties) found.set(id, value);
    }
    return found;
  }

  unit(field: string): string {
    const own = this.properties(field).get('unit') as string | undefined;
    return own ?? this.#configured.unit ?? this.#panel.fieldConfig.defaults.unit;
  }

  text(field: string, value: unknown): string {
    const mapped = this.#configured.texts.get(String(value)) ?? this.#mapping(value)?.text;
    if (mapped !== undefined) return mapped;
    if (value === null || value === undefined) return '–';
    const decimals = this.properties(field).get('decimals') as number | undefined;
    return written(value, this.unit(field), decimals);
  }

  colour(field: string, value: unknown): string {
    const mapped = this.#mapping(value)?.color;
    if (mapped !== undefined) return named(mapped);
    const { thresholds: own } = Object.fromEntries(this.properties(field)) as { thresholds?: Thresholds };
    const { steps = [] } = own ?? this.#panel.fieldConfig.defaults.thresholds ?? {};
    return named(steps.filter(({ value: from }) => from === null || from <= Number(value)).at(-1)?.color ?? '#444');
  }

  #mapping(value: unknown) {
    return this.#panel.fieldConfig.defaults.mappings?.map(({ options }) => options[String(value)]).find(Boolean);
  }
}

interface Thresholds {
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
}

function configuration(panel: Panel, frames: readonly Frame[]) {
  const texts = new Map<string, string>();
  let unit: string | undefined;
  for (const { options } of panel.transformations ?? []) {
    for (const { columns, rows } of frames.filter(({ refId }) => refId === options.configRefId)) {
      if (columns[0] === 'unit') unit = rows[0]?.[0] as string;
      else for (const [code, words] of rows) texts.set(String(code), String(words));
    }
  }
  return { ...(unit !== undefined && { unit }), texts };
}

function written(value: unknown, unit: string, decimals?: number): string {
  if (unit.startsWith('time:') && value instanceof Date) return value.toISOString().slice(0, 10);
  if (value instanceof Date || unit.startsWith('dateTime')) return fromNow(value, unit);
  if (typeof value !== 'number') return String(value);
  const rounded = (number: number, digits = decimals ?? (Number.isInteger(number) ? 0 : 2)) => number.toFixed(digits);
  if (unit === 'percentunit') return `${rounded(value * 100, decimals ?? 1)} %`;
  if (unit === 'bytes') return `${rounded(value / 1_048_576, 0)} MiB`;
  if (unit === 's') return value >= 120 ? `${rounded(value / 60, 0)} min` : `${rounded(value)} s`;
  return unit.startsWith('suffix:') ? `${rounded(value)} ${unit.slice(7)}` : rounded(value);
}

function fromNow(value: unknown, unit: string): string {
  const time = value instanceof Date ? value.getTime() : Number(value);
  if (unit !== 'dateTimeFromNow') return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  const minutes = Math.round(Math.abs(time - Date.now()) / 60_000);
  const amount =
    minutes < 90
      ? `${minutes} min`
      : minutes < 2880
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / 1440)} days`;
  return time > Date.now() ? `in ${amount}` : `${amount} ago`;
}
