import type { DataSet } from '../../simulators/datasets/dataset.ts';
import type { Evaluation } from './evaluation.ts';
import type { Figure, Goal, Measure, Share } from './measure.ts';
import { short } from './measure.ts';
import type { Run } from './run.ts';

/** A second run in which the messages came late, twice and out of order. */
export interface Disturbed {
  readonly seed: number;
  /** Tickets that differ; none when Fettle keeps its promise. */
  readonly differences: readonly string[];
}

export interface Reported {
  readonly evaluation: Evaluation;
  readonly data: DataSet;
  readonly run: Run;
  readonly measure: Measure;
  readonly disturbed?: Disturbed;
}

/** For a terminal: how it was measured, a line a unit, the figures, and what had to be reached. */
export function evaluationReport({ evaluation, data, run, measure, disturbed }: Reported): string {
  const { title, id, model, protocol } = evaluation;
  const refused = Object.entries(run.refused).map(([reason, count]) => `${count} ${reason}`);
  return `${[
    `${title} (${id}), asset model ${model}`,
    `files: ${data.files.join(', ')}`,
    protocol,
    ...(refused.length > 0 ? [`values refused: ${refused.join(', ')}`] : []),
    '',
    ...measure.lines,
    ...(measure.lines.length > 0 ? [''] : []),
    ...aligned(Object.entries(measure.figures).map(([name, figure]) => [name, figureText(figure)])),
    '',
    ...aligned(measure.goals.map((goal) => [goal.figure, goal.reached, goal.target, verdict(goal)])),
    ...(disturbed ? ['', ...disturbedLines(disturbed)] : []),
  ].join('\n')}\n`;
}

function disturbedLines({ seed, differences }: Disturbed): string[] {
  if (differences.length === 0) return [`over a bad line (seed ${seed}): the same tickets`];
  return [`over a bad line (seed ${seed}): ${differences.length} DIFFER`, ...differences];
}

export function verdict({ met }: Goal): string {
  return met === null ? 'no case' : met ? 'met' : 'NOT MET';
}

export function figureText(figure: Figure): string {
  if (typeof figure === 'number') return short(figure);
  if (figure === null) return '-';
  if (typeof figure !== 'object') return String(figure);
  if (isShare(figure)) return shareText(figure);
  if (Array.isArray(figure)) return figure.map(figureText).join(', ');
  return Object.entries(figure)
    .map(([name, value]) => `${name} ${figureText(value)}`)
    .join(', ');
}

function isShare(figure: object): figure is Share {
  return 'hits' in figure && 'of' in figure;
}

function shareText({ hits, of, share, interval }: Share): string {
  if (share === undefined || interval === undefined) return 'no case';
  const [low, high] = interval.map((end) => short(100 * end));
  return `${hits} of ${of}: ${short(100 * share)} % (${low} to ${high} %)`;
}

/** Rows of words in columns. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((word, column) => word.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
