import type { Frame } from './board.ts';
import { type Look, named } from './look.ts';

export interface Mark {
  readonly time: number;
  readonly name: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

const PALETTE = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#b877d9', '#705da0', '#37872d'];
const LEFT = 66;
const BOTTOM = 34;

type Scale = (value: number) => number;
type Points = (readonly [x: number, y: number | null])[];

/** Lines or stacked bars over time with their marks. */
export function drawLines(
  frames: readonly Frame[],
  look: Look,
  size: Size,
  range: Range,
  marks: readonly Mark[],
  asBars: boolean,
): string {
  const shown = frames.filter(({ rows }) => rows.length > 0);
  const values = shown
    .flatMap(({ rows }) => rows.map((row) => row[1] as number | null))
    .filter((value): value is number => value !== null && !Number.isNaN(value));
  const low = Math.min(asBars ? 0 : Number.POSITIVE_INFINITY, ...values);
  const high = asBars ? pile(shown) : Math.max(...values, low + 1e-9);
  const stacked = new Map<number, number>();
  const x = scale(range.from, range.to, LEFT, size.width);
  const y = scale(low, high, size.height - BOTTOM, 8);
  const colours = shown.map(({ columns }, n) => colourOf(look, columns[1]!, n));
  const parts = shown.map(({ rows, columns }, n) => {
    const points = rows as unknown as Points;
    if (asBars) return bars(points, stacked, x, y, colours[n]!);
    return line(points, x, y, colours[n]!, look, columns[1]!);
  });
  const lowest = shown.find(({ columns }) => columns[1] === 'Lowest');
  const highest = shown.find(({ columns }) => columns[1] === 'Highest');
  const band = lowest && highest ? area(lowest.rows as never, highest.rows as never, x, y) : '';
  const marked = marks.map(
    ({ time }) =>
      `<line x1="${x(time)}" x2="${x(time)}" y1="8" y2="${size.height - BOTTOM}" stroke="#ff9830" stroke-dasharray="3 3"/>`,
  );
  const names = shown.map(({ columns }) => columns[1]!);
  return svg(size, [
    ...axis(low, high, y, look, names[0]!, size),
    ...marked,
    band,
    ...parts,
    timeAxis(range, x, size),
    legend(names, colours, size),
  ]);
}

/** Bars of states over time, a row each. */
export function drawTimeline(frames: readonly Frame[], look: Look, size: Size, range: Range): string {
  const x = scale(range.from, range.to, 150, size.width);
  const height = Math.min(26, (size.height - 30) / frames.length);
  const rows = frames.map(({ columns, rows: points }, n) => {
    const there = (points as unknown as Points).filter(([, value]) => value !== null);
    const states = there.filter(([, value], at) => value !== there[at - 1]?.[1]);
    const boxes = states.map(([from, value], at) => {
      const to = states[at + 1]?.[0] ?? range.to;
      const colour =
        look.colour(columns[1]!, value) === 'grey' ? PALETTE[Number(value) % 8] : look.colour(columns[1]!, value);
      const words =
        x(to) - x(from) > 60
          ? `<text x="${x(from) + 4}" y="${n * height + height / 2 + 4}" style="fill:#111">${look.text(columns[1]!, value)}</text>`
          : '';
      return `<rect x="${x(from)}" y="${n * height + 2}" width="${Math.max(0.5, x(to) - x(from))}" height="${height - 4}" fill="${colour}"/>${words}`;
    });
    return `<text x="4" y="${n * height + height / 2 + 4}">${columns[1]}</text>${boxes.join('')}`;
  });
  return svg(size, [...rows, timeAxis(range, x, size)]);
}

/** Lines over days from now, with the band between the first and the third of them. */
export function drawForecast({ columns, rows }: Frame, look: Look, size: Size): string {
  const days = rows.map((row) => Number(row[0]));
  const x = scale(0, Math.max(...days, 1), LEFT, size.width - 10);
  const values = rows.flatMap((row) => row.slice(1).map(Number)).filter(Number.isFinite);
  const most = Math.max(1, ...values);
  const y = scale(0, 1.05 * most, size.height - BOTTOM, 8);
  const names = columns.slice(1);
  const series = names.map((_, n) => rows.map((row): Points[number] => [Number(row[0]), row[n + 1] as number | null]));
  const colours = names.map((name, n) => colourOf(look, name, n));
  const band = area(series[2]!, series[0]!, x, y);
  const parts = series.map((points, n) => line(points, x, y, colours[n]!, look, names[n]!));
  const ticks = [0, 0.5, 1].map((share) => {
    const day = share * Math.max(...days, 1);
    return `<text x="${x(day) - 20}" y="${size.height - 18}">${day.toFixed(0)} days</text>`;
  });
  return svg(size, [
    ...axis(0, most, y, look, names[0]!, size),
    band,
    ...parts,
    ...ticks,
    legend(names, colours, size),
  ]);
}

function colourOf(look: Look, name: string, n: number): string {
  const fixed = look.properties(name).get('color') as { fixedColor?: string } | undefined;
  return named(fixed?.fixedColor ?? PALETTE[n % PALETTE.length]!);
}

function line(points: Points, x: Scale, y: Scale, colour: string, look: Look, name: string): string {
  const own = look.properties(name);
  if (own.get('custom.lineWidth') === 0) return '';
  const dash = own.has('custom.lineStyle') ? ' stroke-dasharray="8 6"' : '';
  let path = '';
  let before: number | undefined;
  for (const [at, value] of points) {
    if (value === null || Number.isNaN(value)) continue;
    const joined = before !== undefined && (at - before <= 900_000 || points.length < 20);
    path += `${joined ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}h0.5`;
    before = at;
  }
  return `<path d="${path}" fill="none" stroke="${colour}"${dash} stroke-width="${own.get('custom.lineWidth') ?? 1.3}"/>`;
}

function area(low: Points, high: Points, x: Scale, y: Scale): string {
  const there = ([, value]: Points[number]) => value !== null;
  if (!low.some(there)) return '';
  const path = [...high.filter(there), ...low.filter(there).reverse()].map(
    ([at, value]) => `${x(at).toFixed(1)},${y(value!).toFixed(1)}`,
  );
  return `<polygon points="${path.join(' ')}" fill="#8ab8ff" opacity="0.25"/>`;
}

/** On top of what `stacked` has at the same time. */
function bars(points: Points, stacked: Map<number, number>, x: Scale, y: Scale, colour: string): string {
  const width = Math.max(1, Math.min(40, points.length > 1 ? x(points[1]![0]) - x(points[0]![0]) - 1 : 6));
  return points
    .map(([at, value]) => {
      const below = stacked.get(at) ?? 0;
      stacked.set(at, below + (value ?? 0));
      const top = y(below + (value ?? 0));
      return `<rect x="${x(at)}" y="${top}" width="${width}" height="${y(below) - top}" fill="${colour}" opacity="0.8"/>`;
    })
    .join('');
}

/** The height of the highest pile. */
function pile(frames: readonly Frame[]): number {
  const sums = new Map<number, number>();
  for (const { rows } of frames) {
    for (const [at, value] of rows as unknown as Points) sums.set(at, (sums.get(at) ?? 0) + (value ?? 0));
  }
  return Math.max(...sums.values());
}

function axis(low: number, high: number, y: Scale, look: Look, name: string, { width }: Size): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = low + share * (high - low);
    return `<line x1="${LEFT}" x2="${width}" y1="${y(value)}" y2="${y(value)}" stroke="#2c3235"/><text x="2" y="${y(value) + 4}">${look.text(name, value)}</text>`;
  });
}

function timeAxis({ from, to }: Range, x: Scale, { height }: Size): string {
  const ticks = [0.05, 0.25, 0.5, 0.75, 0.92].map((share) => from + share * (to - from));
  const words = (time: number) =>
    new Date(time)
      .toISOString()
      .slice(to - from > 86_400_000 ? 5 : 11, 16)
      .replace('T', ' ');
  return ticks.map((time) => `<text x="${x(time) - 24}" y="${height - 18}">${words(time)}</text>`).join('');
}

function legend(names: readonly string[], colours: readonly string[], { height }: Size): string {
  let x = LEFT;
  return names
    .map((name, n) => {
      const word = `<rect x="${x}" y="${height - 9}" width="10" height="4" fill="${colours[n]}"/><text x="${x + 14}" y="${height - 3}">${name}</text>`;
      x += 30 + name.length * 6.5;
      return word;
    })
    .join('');
}

function scale(fromLow: number, fromHigh: number, toLow: number, toHigh: number): Scale {
  return (value) => toLow + ((value - fromLow) / (fromHigh - fromLow || 1)) * (toHigh - toLow);
}

function svg({ width, height }: Size, parts: readonly string[]): string {
  return `<svg width="${width}" height="${height}" style="margin-left:10px">${parts.join('')}</svg>`;
}
