import type { Board, Frame, Panel, VariableDefinition } from './board.ts';
import { type Choice, interpolate, type TimeRange, type Variable } from './interpolate.ts';
import { ask, type Servers } from './sources.ts';

/** A panel with its answers; one that repeats comes once for each value. */
export interface OpenPanel {
  readonly panel: Panel;
  readonly title: string;
  readonly frames: readonly Frame[];
}

export interface OpenBoard {
  readonly board: Board;
  readonly range: { readonly from: number; readonly to: number };
  readonly variables: ReadonlyMap<string, Variable>;
  readonly panels: readonly OpenPanel[];
  readonly annotations: readonly (Frame & { readonly name: string })[];
}

const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** About as many points as a panel has pixels. */
const POINTS = 600;

/**
 * Opens a dashboard as Grafana does: fills the variables in order, takes `choices` by value where given, then runs
 * every query of every panel and annotation.
 */
export async function openBoard(
  servers: Servers,
  board: Board,
  choices: Readonly<Record<string, readonly string[]>> = {},
  span: string = board.time.from.replace('now-', ''),
): Promise<OpenBoard> {
  const to = Date.now();
  const range = { from: to - Number(span.slice(0, -1)) * SPANS[span.slice(-1)]!, to };
  const variables = new Map<string, Variable>();
  for (const definition of board.templating.list) {
    const options = await optionsOf(servers, definition, variables, { ...range, interval: 60_000 });
    variables.set(definition.name, choose(definition, options, choices[definition.name]));
  }
  const panels: OpenPanel[] = [];
  for (const panel of board.panels) panels.push(...(await openPanel(servers, panel, variables, range)));
  const annotations = [];
  for (const { name, target } of board.annotations.list ?? []) {
    const frames = await ask(servers, target, variables, { ...range, interval: 60_000 });
    annotations.push(...frames.map((frame) => ({ ...frame, name })));
  }
  return { board, range, variables, panels, annotations };
}

async function openPanel(
  servers: Servers,
  panel: Panel,
  variables: ReadonlyMap<string, Variable>,
  range: { from: number; to: number },
): Promise<OpenPanel[]> {
  const repeated = panel.repeat === undefined ? undefined : variables.get(panel.repeat);
  const scopes = repeated
    ? repeated.chosen.map((one) => new Map([...variables, [panel.repeat!, { ...repeated, chosen: [one], all: false }]]))
    : [variables];
  const opened: OpenPanel[] = [];
  for (const scope of scopes) {
    const interval = intervalOf(panel, scope, range);
    const frames: Frame[] = [];
    for (const target of panel.targets) frames.push(...(await ask(servers, target, scope, { ...range, interval })));
    opened.push({ panel, title: interpolate(panel.title, 'text', scope, { ...range, interval }), frames });
  }
  return opened;
}

function choose(definition: VariableDefinition, options: readonly Choice[], values?: readonly string[]): Variable {
  const all = values === undefined && definition.includeAll === true;
  const chosen = values ? options.filter(({ value }) => values.includes(value)) : all ? options : options.slice(0, 1);
  if (chosen.length === 0 && !all) throw new Error(`variable ${definition.name} offers nothing to choose`);
  return { definition, options, chosen, all };
}

async function optionsOf(
  servers: Servers,
  { datasource, query }: VariableDefinition,
  variables: ReadonlyMap<string, Variable>,
  range: TimeRange,
): Promise<Choice[]> {
  if (typeof query !== 'string') return labelValues(servers, query.query);
  const [frame] = await ask(servers, { refId: 'V', datasource, rawSql: query, format: 'table' }, variables, range);
  const at = (column: string) => Math.max(0, frame!.columns.indexOf(column));
  return frame!.rows.map((row) => ({ text: String(row[at('__text')]), value: String(row[at('__value')]) }));
}

async function labelValues({ prometheus }: Servers, query: string): Promise<Choice[]> {
  const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query)!;
  const values = await prometheus.ask<string[]>(`label/${label}/values?match[]=${metric}`);
  return values.map((value) => ({ text: value, value }));
}

/** Grafana's interval for the range: a round number of ms, at least the panel's own. */
function intervalOf(
  { interval }: Panel,
  variables: ReadonlyMap<string, Variable>,
  range: { from: number; to: number },
) {
  const least = interval === undefined ? '1s' : interpolate(interval, 'text', variables, { ...range, interval: 1000 });
  const [, count, unit] = /^(\d+)([smhd])$/.exec(least)!;
  const floor = Number(count) * (unit === 's' ? 1000 : SPANS[unit!]!);
  const steps = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  ];
  const step =
    steps.map((seconds) => seconds * 1000).find((ms) => ms >= (range.to - range.from) / POINTS) ?? 86_400_000;
  return Math.max(floor, step);
}
