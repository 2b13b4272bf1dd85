import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './plot.css';

export interface PlotLine {
  readonly value: number;
  readonly severity: 'info' | 'warning' | 'critical';
}
export interface PlotMark {
  /** Seconds. */
  readonly time: number;
  readonly kind: 'finding' | 'ticket';
}
/** Where a forecast meets its limit; quantiles in seconds, null beyond the horizon. */
export interface PlotForecast {
  readonly limit: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface PlotProps {
  /** Seconds, and of each bucket its mean, least and greatest; null where there is none. */
  readonly data: readonly [number[], (number | null)[], (number | null)[], (number | null)[]];
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  readonly stepped: boolean;
  readonly lines: readonly PlotLine[];
  readonly marks: readonly PlotMark[];
  readonly forecast: PlotForecast | undefined;
  /** In words, for who does not see it. */
  readonly label: string;
  readonly format: { number(value: number): string; axis(seconds: number): string; moment(seconds: number): string };
  /** Of a range that was drawn with the pointer, in seconds. */
  readonly onZoom: (from: number, to: number) => void;
}

const HEIGHT = 210;

/** A chart of one metric over time. Dragging over it zooms. */
export function Plot(props: PlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const latest = useRef(props);
  latest.current = props;
  const look = useLook();
  // Colours are read when it is made.
  useEffect(() => {
    const element = holder.current!;
    const made = new uPlot(options(element, latest), [[], [], [], []], element);
    plot.current = made;
    show(made, latest.current);
    const sizes = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [look, props.stepped]);
  useEffect(() => {
    if (plot.current) show(plot.current, props);
  });
  return <div class="plot" role="img" aria-label={props.label} ref={holder} />;
}

function show(plot: uPlot, { data, from, to }: PlotProps): void {
  plot.setData(data as unknown as uPlot.AlignedData, false);
  plot.setScale('x', { min: from, max: to });
}

/** Changes with the theme, whose colours a canvas does not take over by itself. */
function useLook(): string {
  const [look, setLook] = useState('');
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const note = () => setLook(`${document.documentElement.dataset.theme ?? ''} ${dark.matches}`);
    const changes = new MutationObserver(note);
    changes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    dark.addEventListener('change', note);
    note();
    return () => {
      changes.disconnect();
      dark.removeEventListener('change', note);
    };
  }, []);
  return look;
}

function options(element: HTMLElement, latest: { readonly current: PlotProps }): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [text, line, accent] = [colour('--muted'), colour('--line'), colour('--accent')];
  const axis = {
    stroke: text,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  const { stepped } = latest.current;
  const paths = stepped && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
  const hidden = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, y: false },
    scales: { x: { time: true }, y: { range: (_plot, min, max) => rangeOf(min, max, latest.current) } },
    axes: [
      { ...axis, space: 80, values: (_plot, ticks) => ticks.map((tick) => latest.current.format.axis(tick)) },
      { ...axis, size: 58, values: (_plot, ticks) => ticks.map((tick) => latest.current.format.number(tick)) },
    ],
    series: [{}, { stroke: accent, width: 1.6, points: { show: false }, ...paths }, hidden, hidden],
    bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${accent} 18%, transparent)` }],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onZoom(from, to);
        },
      ],
      draw: [(plot) => drawOver(plot, latest.current, colour)],
      setCursor: [(plot) => tellCursor(plot, latest.current)],
      init: [
        (plot) =>
          plot.over.append(Object.assign(document.createElement('div'), { className: 'plot-tip', hidden: true })),
      ],
    },
  };
}

/** Limits that are near are in sight. */
function rangeOf(min: number | null, max: number | null, { lines, forecast }: PlotProps): [number, number] {
  if (min === null || max === null) return [0, 1];
  const span = max - min || Math.abs(max) || 1;
  const near = [...lines.map(({ value }) => value), ...(forecast ? [forecast.limit] : [])].filter(
    (value) => value > min - 1.5 * span && value < max + 1.5 * span,
  );
  const wanted = forecast ? [...near, forecast.limit] : near;
  const [low, high] = [Math.min(min, ...wanted), Math.max(max, ...wanted)];
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - pad, high + pad];
}

/** Limits, marks and the forecast. */
function drawOver(plot: uPlot, { data, lines, marks, forecast }: PlotProps, colour: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const x = (seconds: number) => plot.valToPos(seconds, 'x', true);
  const y = (value: number) => plot.valToPos(value, 'y', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { value, severity } of lines) {
    ctx.strokeStyle = colour(
      severity === 'critical' ? '--bar-critical' : severity === 'warning' ? '--bar-warning' : '--bar-watch',
    );
    stroke(ctx, [6, 4], [bbox.left, y(value)], [bbox.left + bbox.width, y(value)]);
  }
  if (forecast) drawForecast(ctx, forecast, lastOf(data), x, y, colour('--bar-critical'));
  for (const { time, kind } of marks) {
    ctx.strokeStyle = colour(kind === 'ticket' ? '--critical' : '--warning');
    stroke(ctx, kind === 'ticket' ? [] : [2, 3], [x(time), bbox.top], [x(time), bbox.top + bbox.height]);
  }
  ctx.restore();
}

/** From the latest value to the limit at the middle date, with what lies between the early and the late one. */
function drawForecast(
  ctx: CanvasRenderingContext2D,
  { limit, p10, p50, p90 }: PlotForecast,
  last: readonly [number, number] | undefined,
  x: (seconds: number) => number,
  y: (value: number) => number,
  colour: string,
): void {
  if (!last || p10 === null) return;
  const from: Point = [x(last[0]), y(last[1])];
  // Beyond the horizon is far away.
  const late = p90 ?? p10 + 10 * 365 * 86_400;
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.16;
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(x(p10), y(limit));
  ctx.lineTo(x(late), y(limit));
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  if (p50 !== null) stroke(ctx, [4, 4], from, [x(p50), y(limit)]);
}

type Point = [number, number];

function stroke(ctx: CanvasRenderingContext2D, dash: number[], from: Point, to: Point): void {
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

function lastOf([times, values]: PlotProps['data']): Point | undefined {
  for (let at = times.length - 1; at >= 0; at--) {
    const value = values[at];
    if (value !== null && value !== undefined) return [times[at]!, value];
  }
  return undefined;
}

/** What is under the pointer, in a line above. */
function tellCursor(plot: uPlot, { data, format, unit }: PlotProps): void {
  const tip = plot.over.querySelector<HTMLElement>('.plot-tip');
  const at = plot.cursor.idx;
  const value = typeof at === 'number' ? data[1][at] : undefined;
  if (!tip) return;
  tip.hidden = value === null || value === undefined || (plot.cursor.left ?? -1) < 0;
  if (!tip.hidden) tip.textContent = `${format.moment(data[0][at!]!)}   ${format.number(value!)} ${unit}`;
}
