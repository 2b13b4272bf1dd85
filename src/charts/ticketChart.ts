import type { LocalText } from '../domain/model.ts';
import { escapeMarkup, formatQuantity } from '../domain/text.ts';
import type { ChartPoint, TicketChart } from '../domain/ticketChart.ts';
import type { Timestamp } from '../domain/time.ts';
import { numberTicks, timeTicks } from './axes.ts';
import { element } from './svg.ts';

const WIDTH = 600;
const HEIGHT = 240;
const LEFT = 58;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 26;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
/** A gap in the data is one where a point is farther from the next than so many usual distances. */
const GAP = 6;

/** Seen alike on white and on black. */
const COLOUR = {
  text: '#767676',
  grid: '#80808040',
  line: '#2f7fc1',
  limit: '#d64545',
  band: '#d98a1e',
  mark: '#767676',
};
const FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

const WORDS = {
  limit: { en: 'limit', zh: '限值' },
  expected: { en: 'usual', zh: '通常' },
  opened: { en: 'opened', zh: '开单' },
  evidence: { en: 'evidence', zh: '依据时段' },
  forecast: { en: 'forecast P10–P90', zh: '预测 P10–P90' },
  empty: { en: 'No data are stored for this time.', zh: '该时段没有存储的数据。' },
} satisfies Record<string, LocalText>;

interface Frame {
  readonly x: (time: Timestamp) => number;
  readonly y: (value: number) => number;
  readonly language: 'en' | 'zh';
}

/** The picture of what a ticket rests on, 600×240, as a whole SVG document. */
export function drawTicketChart(chart: TicketChart, language: 'en' | 'zh'): string {
  const { from, to, zone } = chart;
  const yTicks = numberTicks(...rangeOf(chart), 4);
  const [low, high] = [yTicks[0]!.at, yTicks.at(-1)!.at];
  const frame: Frame = {
    x: (time) => LEFT + (PLOT_WIDTH * (time - from)) / (to - from),
    y: (value) => TOP + PLOT_HEIGHT * (1 - (value - low) / (high - low)),
    language,
  };
  const title = titleOf(chart, language);
  const plot = element(
    'g',
    { 'clip-path': 'url(#plot)' },
    evidence(chart, frame),
    band(chart, frame),
    envelope(chart.points, frame),
    line(chart.points, frame),
    levels(chart, frame),
    opened(chart, frame),
  );
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: WIDTH,
      height: HEIGHT,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'font-family': FONT,
      'font-size': 11,
      fill: COLOUR.text,
      lang: language,
    },
    element('title', {}, escapeMarkup(title)),
    element(
      'defs',
      {},
      element('clipPath', { id: 'plot' }, element('rect', { x: LEFT, y: TOP, width: PLOT_WIDTH, height: PLOT_HEIGHT })),
    ),
    text(LEFT, 17, shortened(title, 80), { 'font-size': 13, 'font-weight': 600 }),
    legend(chart, language),
    text(WIDTH - RIGHT, 34, zone, { 'text-anchor': 'end' }),
    ...yTicks.map(
      ({ at, label }) => grid(frame.y(at)) + text(LEFT - 6, frame.y(at) + 4, label, { 'text-anchor': 'end' }),
    ),
    ...timeTicks(from, to, 7, zone).map(({ at, label }) => timeMark(frame.x(at), label)),
    plot,
    chart.points.length === 0 ? empty(language) : '',
  );
}

function titleOf({ name, unit, assetName }: TicketChart, language: 'en' | 'zh'): string {
  const measured = unit === undefined ? name[language] : `${name[language]} (${unit})`;
  return language === 'en' ? `${measured}, ${assetName}` : `${measured}，${assetName}`;
}

/** All that is drawn, with a little room above and below. */
function rangeOf({ points, limit, expected, forecast }: TicketChart): [low: number, high: number] {
  const values = [...points.flatMap(({ min, max }) => [min, max]), limit, expected, forecast?.value];
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (known.length === 0) return [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low || Math.abs(high) || 1) * 0.04;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function evidence({ window }: TicketChart, { x }: Frame): string {
  const left = x(window.from);
  const shape = { x: left, y: TOP, width: Math.max(1, x(window.to) - left), height: PLOT_HEIGHT };
  return element('rect', { ...shape, fill: COLOUR.line, 'fill-opacity': 0.1 });
}

/** From where it stands to the limit, at P10 and at P90; one that is beyond the horizon goes level. */
function band({ forecast, limit, to }: TicketChart, { x, y }: Frame): string {
  if (!forecast || limit === undefined) return '';
  const { time, value, p10, p50, p90 } = forecast;
  const start = point(x(time), y(value));
  const end = (quantile: Timestamp | null) =>
    quantile === null
      ? `${point(x(to), y(limit))} ${point(x(to), y(value))}`
      : point(x(Math.max(time, quantile)), y(limit));
  const stroke = { stroke: COLOUR.band, 'stroke-width': 1.5, 'stroke-dasharray': '5 3', fill: 'none' };
  const middle = p50 === null ? '' : element('polyline', { points: `${start} ${end(p50)}`, ...stroke });
  return (
    element('polygon', { points: [start, end(p10), end(p90)].join(' '), fill: COLOUR.band, 'fill-opacity': 0.25 }) +
    middle
  );
}

function envelope(points: readonly ChartPoint[], { x, y }: Frame): string {
  return runsOf(points)
    .map((run) => {
      const upper = run.map(({ time, max }) => point(x(time), y(max)));
      const lower = run.map(({ time, min }) => point(x(time), y(min))).reverse();
      return element('polygon', { points: [...upper, ...lower].join(' '), fill: COLOUR.line, 'fill-opacity': 0.22 });
    })
    .join('');
}

function line(points: readonly ChartPoint[], { x, y }: Frame): string {
  return runsOf(points)
    .map((run) => {
      const [only, ...others] = run;
      if (only && others.length === 0)
        return element('circle', { cx: x(only.time), cy: y(only.value), r: 1.6, fill: COLOUR.line });
      const path = run.map(({ time, value }) => point(x(time), y(value))).join(' ');
      return element('polyline', { points: path, fill: 'none', stroke: COLOUR.line, 'stroke-width': 1.6 });
    })
    .join('');
}

/** What is not interrupted. */
function runsOf(points: readonly ChartPoint[]): ChartPoint[][] {
  const steps = points.slice(1).map(({ time }, at) => time - points[at]!.time);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const runs: ChartPoint[][] = [];
  points.forEach((one, at) => {
    if (at === 0 || steps[at - 1]! > GAP * usual) runs.push([one]);
    else runs.at(-1)!.push(one);
  });
  return runs;
}

function levels({ limit, expected }: TicketChart, { y }: Frame): string {
  const level = (value: number, colour: string, dashes?: string) => {
    const ends = { x1: LEFT, x2: LEFT + PLOT_WIDTH, y1: y(value), y2: y(value) };
    return element('line', { ...ends, stroke: colour, 'stroke-width': 1.5, 'stroke-dasharray': dashes });
  };
  return [
    ...(expected === undefined ? [] : [level(expected, COLOUR.text, '3 3')]),
    ...(limit === undefined ? [] : [level(limit, COLOUR.limit)]),
  ].join('');
}

function opened({ openedAt, from, to }: TicketChart, { x }: Frame): string {
  if (openedAt < from || openedAt > to) return '';
  const ends = { x1: x(openedAt), x2: x(openedAt), y1: TOP, y2: TOP + PLOT_HEIGHT };
  return element('line', { ...ends, stroke: COLOUR.mark, 'stroke-width': 1.2, 'stroke-dasharray': '2 3' });
}

/** Says each colour once, in words. */
function legend(chart: TicketChart, language: 'en' | 'zh'): string {
  const { limit, expected, forecast, unit, openedAt, from, to } = chart;
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const quantity = (value: number) => formatQuantity(value, unit);
  const entries: (readonly [colour: string, label: string])[] = [
    [COLOUR.line, word('evidence')],
    ...(limit === undefined ? [] : [[COLOUR.limit, `${word('limit')} ${quantity(limit)}`] as const]),
    ...(expected === undefined ? [] : [[COLOUR.text, `${word('expected')} ${quantity(expected)}`] as const]),
    ...(forecast && limit !== undefined ? [[COLOUR.band, word('forecast')] as const] : []),
    ...(openedAt < from || openedAt > to ? [] : [[COLOUR.mark, word('opened')] as const]),
  ];
  let left = LEFT;
  return entries
    .map(([colour, label]) => {
      const at = left;
      left += 26 + widthOf(label);
      const mark = element('rect', { x: at, y: 26, width: 12, height: 8, rx: 2, fill: colour, 'fill-opacity': 0.75 });
      return mark + text(at + 16, 34, label, {});
    })
    .join('');
}

/** At 11 px, about: nothing but the next entry depends on it. */
function widthOf(label: string): number {
  return [...label].reduce((sum, character) => sum + (character.codePointAt(0)! > 0x2e80 ? 11 : 6.2), 0);
}

function timeMark(x: number, label: string): string {
  const bottom = TOP + PLOT_HEIGHT;
  return (
    element('line', { x1: x, x2: x, y1: bottom, y2: bottom + 4, stroke: COLOUR.text }) +
    text(x, bottom + 17, label, { 'text-anchor': 'middle' })
  );
}

function grid(y: number): string {
  return element('line', { x1: LEFT, x2: LEFT + PLOT_WIDTH, y1: y, y2: y, stroke: COLOUR.grid });
}

function empty(language: 'en' | 'zh'): string {
  return text(LEFT + PLOT_WIDTH / 2, TOP + PLOT_HEIGHT / 4, WORDS.empty[language], { 'text-anchor': 'middle' });
}

function text(x: number, y: number, words: string, attributes: Readonly<Record<string, string | number>>): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(words));
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}

function shortened(words: string, length: number): string {
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}
