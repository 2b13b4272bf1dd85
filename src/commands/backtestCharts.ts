import type { BacktestDocument, SideDocument } from '../api/resources/backtestReport.ts';
import { element, scale, stepOf } from '../charts/svg.ts';
import { escapeMarkup } from '../domain/text.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/time.ts';
import { span, warned } from './backtestTable.ts';

const WIDTH = 1060;
const LABELS = 240;
const PLOT = WIDTH - LABELS - 20;
const LANE = 12;
const ASSETS_DRAWN = 60;
const FAILURES_DRAWN = 80;
const YEAR = 365 * DAY;
const STEPS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 60, 90, 180].map((days) => days * DAY),
  ...[1, 2, 5, 10].map((years) => years * YEAR),
];

type Side = 'today' | 'candidate';
const SIDES: readonly Side[] = ['today', 'candidate'];

/** A lane a side and asset with the times in which tickets stood, and the failures; empty where there is neither. */
export function timelineChart(report: BacktestDocument): string {
  const ids = [...new Set(SIDES.flatMap((side) => report[side].assets.map(({ assetId }) => assetId)))].sort();
  const drawn = ids.slice(0, ASSETS_DRAWN);
  if (drawn.length === 0) return '';
  const [start, end] = rangeOf(report);
  const x = scale(start, end, LABELS, PLOT);
  const rowHeight = 2 * LANE + 10;
  const height = 30 + drawn.length * rowHeight + 24;
  const rows = drawn.map((id, at) => {
    const y = 30 + at * rowHeight;
    return [
      text(LABELS - 60, y + LANE + 4, shortened(id, 24), 'end'),
      ...SIDES.map((side, lane) => lanes(report[side], id, side, y + lane * LANE, x)),
      ...failureMarks(report, id, y, 2 * LANE, x),
    ].join('');
  });
  const note = ids.length > drawn.length ? `<p>The first ${drawn.length} of ${ids.length} assets.</p>` : '';
  return svg(height, [...timeAxis(start, end, height - 20, x), ...rows].join(''), 'Tickets over time') + note;
}

function lanes(side: SideDocument, assetId: string, name: Side, y: number, x: (time: number) => number): string {
  const bars = side.tickets
    .filter((ticket) => ticket.assetId === assetId)
    .flatMap(({ spells, verdict, componentId, failureModeId, ruleId }) =>
      spells.map(({ from, to, end }) => {
        const [left, right] = [x(Date.parse(from)), x(Date.parse(to))];
        const said = `${name}: ${componentId}, ${failureModeId} (${ruleId})\n${from} to ${to}, ${end}\n${verdict}`;
        const shape = { x: left, y: y + 1, width: Math.max(2, right - left), height: LANE - 3, rx: 2 };
        return element('rect', { class: `bar ${verdict}`, ...shape }, element('title', {}, escapeMarkup(said)));
      }),
    );
  const middle = y + LANE / 2;
  const line = element('line', { class: 'lane', x1: LABELS, x2: LABELS + PLOT, y1: middle, y2: middle });
  return line + text(LABELS - 6, y + LANE - 3, name, 'end', 'small') + bars.join('');
}

function failureMarks(
  { candidate }: BacktestDocument,
  assetId: string,
  y: number,
  height: number,
  x: (time: number) => number,
): string[] {
  return candidate.failures
    .filter((failure) => failure.assetId === assetId)
    .map(({ at, componentId, warningSeconds }) => {
      const place = x(Date.parse(at));
      const line = { class: 'failure', x1: place, x2: place, y1: y - 3, y2: y + height };
      const said = `failure of ${componentId}\n${at}\ncandidate: ${warned(warningSeconds)}`;
      return element('line', line, element('title', {}, escapeMarkup(said)));
    });
}

/** Two bars a failure: how long before it each side warned. */
export function warningChart({ today, candidate }: BacktestDocument): string {
  const drawn = candidate.failures.slice(0, FAILURES_DRAWN);
  if (drawn.length === 0) return '';
  const longest = Math.max(
    HOUR,
    ...SIDES.flatMap((side) => ({ today, candidate })[side].failures.map((one) => (one.warningSeconds ?? 0) * SECOND)),
  );
  const x = scale(0, longest, LABELS, PLOT - 90);
  const rowHeight = 2 * LANE + 8;
  const height = drawn.length * rowHeight + 30;
  const rows = drawn.map(({ at, assetId, componentId, warningSeconds }, index) => {
    const y = 6 + index * rowHeight;
    const bar = (side: Side, seconds: number | undefined, offset: number) =>
      element('rect', {
        class: side,
        x: LABELS,
        y: y + offset,
        width: seconds === undefined ? 0 : Math.max(1, x(seconds * SECOND) - LABELS),
        height: LANE - 2,
      }) + text(x((seconds ?? 0) * SECOND) + 5, y + offset + LANE - 4, `${side}: ${warned(seconds)}`, 'start', 'small');
    return [
      text(LABELS - 6, y + 10, shortened(`${assetId}, ${componentId}`, 34), 'end', 'small'),
      text(LABELS - 6, y + 22, at.slice(0, 16).replace('T', ' '), 'end', 'small'),
      bar('today', today.failures[index]?.warningSeconds, 0),
      bar('candidate', warningSeconds, LANE),
    ].join('');
  });
  const step = stepOf(longest, 8, STEPS);
  const ticks = multiples(0, longest, step).map((value) => tick(x(value), height - 20, span(value / SECOND)));
  const more = candidate.failures.length - drawn.length;
  const note = more > 0 ? `<p>The first ${drawn.length} of ${candidate.failures.length} failures.</p>` : '';
  return svg(height, [...ticks, ...rows].join(''), 'Warning time before each failure') + note;
}

function rangeOf({ from, to, history: { firstSample = to } }: BacktestDocument): [number, number] {
  return [Math.max(Date.parse(from ?? firstSample), Date.parse(firstSample)), Date.parse(to)];
}

function timeAxis(start: number, end: number, bottom: number, x: (time: number) => number): string[] {
  const step = stepOf(end - start, 9, STEPS);
  return multiples(start, end, step).map((time) => {
    const iso = new Date(time).toISOString();
    return tick(x(time), bottom, step < DAY ? iso.slice(5, 16).replace('T', ' ') : iso.slice(0, 10));
  });
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, at) => (first + at) * step);
}

function tick(x: number, bottom: number, label: string): string {
  return (
    element('line', { class: 'grid', x1: x, x2: x, y1: 4, y2: bottom }) + text(x, bottom + 14, label, 'middle', 'small')
  );
}

function text(x: number, y: number, words: string, anchor: string, kind?: string): string {
  return element('text', { x, y, 'text-anchor': anchor, class: kind }, escapeMarkup(words));
}

function svg(height: number, content: string, label: string): string {
  const size = { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: 'img', 'aria-label': label };
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size }, content);
}

function shortened(words: string, length: number): string {
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}
