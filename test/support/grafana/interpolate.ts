import type { VariableDefinition } from './board.ts';

export interface Choice {
  readonly text: string;
  readonly value: string;
}

/** A variable with what is chosen; `all` as Grafana puts "All" into queries. */
export interface Variable {
  readonly definition: Pick<VariableDefinition, 'name' | 'multi' | 'includeAll' | 'allValue'>;
  readonly options: readonly Choice[];
  readonly chosen: readonly Choice[];
  readonly all: boolean;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
  /** `$__interval`, in ms. */
  readonly interval: number;
}

export type Language = 'sql' | 'influxql' | 'promql' | 'text';

/**
 * Puts variables and Grafana's own macros into a query, as Grafana 12 does it.
 * @throws Error for a variable that does not exist.
 */
export function interpolate(
  text: string,
  language: Language,
  variables: ReadonlyMap<string, Variable>,
  range: TimeRange,
): string {
  const withMacros = language === 'sql' ? sqlMacros(text, range) : text;
  const builtIn = builtIns(language, range);
  return withMacros.replaceAll(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g, (whole, braced, format, bare) => {
    const name = (braced ?? bare) as string;
    if (builtIn[name] !== undefined) return builtIn[name];
    const variable = variables.get(name);
    if (!variable) throw new Error(`no variable ${whole} in: ${text}`);
    return formatted(variable, (format as string | undefined) ?? language);
  });
}

/** A duration as Grafana writes `$__interval`. */
function writeInterval(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

function builtIns(language: Language, { from, to, interval }: TimeRange): Record<string, string> {
  return {
    __from: String(from),
    __to: String(to),
    __interval: writeInterval(interval),
    __interval_ms: String(interval),
    __range: `${Math.round((to - from) / 1000)}s`,
    // Four scrapes at least; the test scrapes every half second.
    __rate_interval: writeInterval(Math.max(2000, interval)),
    ...(language === 'influxql' && { timeFilter: `time >= ${from}ms and time <= ${to}ms` }),
  };
}

function sqlMacros(text: string, { from, to }: TimeRange): string {
  const at = (ms: number) => `'${new Date(ms).toISOString()}'`;
  return text
    .replaceAll(/\$__timeFilter\((\w+)\)/g, (_, column) => `${column} BETWEEN ${at(from)} AND ${at(to)}`)
    .replaceAll('$__timeFrom()', at(from))
    .replaceAll('$__timeTo()', at(to));
}

function formatted({ definition, chosen, all }: Variable, format: string): string {
  if (format === 'text') return all ? 'All' : chosen.map(({ text }) => text).join(' + ');
  if (all && definition.allValue !== undefined) return definition.allValue;
  const values = chosen.map(({ value }) => value);
  const several = definition.multi === true || definition.includeAll === true;
  switch (format) {
    case 'sqlstring':
      return values.map(quoted).join(',');
    case 'regex':
      return alternatives(values);
    case 'sql':
      return several ? values.map(quoted).join(',') : values.join(',');
    case 'influxql':
    case 'promql':
      return several ? alternatives(values) : values.join(',');
    default:
      throw new Error(`the tests do not know the format ${format} of variables`);
  }
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function alternatives(values: readonly string[]): string {
  const escaped = values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
}
