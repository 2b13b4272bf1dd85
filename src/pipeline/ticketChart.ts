import type { Evidence } from '../domain/finding.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { ChartPoint, TicketChart } from '../domain/ticketChart.ts';
import { DAY, type Duration, HOUR, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import type { Bucket, RangeQuery, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { compileIndicator, type Indicator } from '../rules/indicator.ts';
import type { Fleet } from './fleet.ts';
import type { History } from './history.ts';
import type { Tracked } from './tracked.ts';

const MOST_POINTS = 300;
/** Up to so many samples an indicator is worked out from each of them, beyond from means. */
const MOST_SAMPLES = 20_000;
/** What comes before the evidence of a forecast: what it was learned from is long. */
const BEFORE_FORECAST: Duration = 14 * DAY;
/** The future takes at most this share of what is shown of the past. */
const FUTURE = 1.2;

const WIDTHS: readonly Duration[] = [
  ...[SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR],
  ...[DAY, 7 * DAY],
];

export interface TicketChartParts {
  readonly fleet: Pick<Fleet, 'get'>;
  readonly store: Pick<TimeSeriesStore, 'range'>;
  readonly history: (query: RangeQuery, width: Duration) => Promise<History>;
}

type Measured = Extract<Evidence, { readonly metricId: string }>;

/** Undefined where the ticket rests on nothing that was measured, or its asset does not measure it any more. */
export async function ticketChart(
  ticket: Ticket,
  zone: string,
  parts: TicketChartParts,
): Promise<TicketChart | undefined> {
  const { evidence, window, assetId, openedAt } = ticket;
  const tracked = parts.fleet.get(assetId);
  if (!tracked || !window || !evidence || !('metricId' in evidence) || evidence.kind === 'event') return undefined;
  const known = [...tracked.model.metrics, ...tracked.model.indicators].some(({ id }) => id === evidence.metricId);
  if (!known) return undefined;
  const indicator = compileIndicator(tracked.model, evidence.metricId);
  const isForecast = ticket.forecast !== undefined;
  const span = Math.max(window.to - window.from, isForecast ? BEFORE_FORECAST : HOUR);
  const from = window.from - span;
  const to = window.to + span / 4;
  const points = await pointsOf(tracked, indicator, { from, to }, parts);
  const lines = linesOf(evidence, points, window.to, formOf(tracked, ticket));
  const forecast = lines.limit === undefined ? undefined : forecastOf(ticket, evidence, points);
  const unit = indicator.unit ?? ('unit' in evidence ? evidence.unit : undefined);
  return {
    assetName: tracked.asset.name ?? assetId,
    name: indicator.name ?? { en: indicator.id, zh: indicator.id },
    ...(unit !== undefined && { unit }),
    from,
    to: forecast ? endOf(forecast, { from, to }) : to,
    points,
    window,
    openedAt,
    ...lines,
    ...(forecast && { forecast }),
    zone,
  };
}

function linesOf(
  evidence: Measured,
  points: readonly ChartPoint[],
  at: Timestamp,
  form: unknown,
): Pick<TicketChart, 'limit' | 'expected'> {
  if (evidence.kind === 'threshold' || evidence.kind === 'trend') return { limit: evidence.limit };
  if (evidence.kind === 'anomaly') {
    const own = evidence.metrics.find(({ metricId }) => metricId === evidence.metricId);
    return own ? { expected: own.expected } : {};
  }
  if (evidence.kind !== 'usage') return {};
  // The points of a running signal are no reading of a counter.
  if (form !== 'rising' && form !== 'remaining-percent') return {};
  const { used, life, calendarWear = 0 } = evidence;
  const reading = lastBefore(points, at);
  // Where the calendar decides, the end of life is at no reading of the counter.
  if (reading === undefined || calendarWear > used / life) return {};
  const sign = form === 'remaining-percent' ? -1 : 1;
  return { limit: reading.value + sign * (life - used) };
}

/** How the rule of the ticket counts usage; undefined where it does not, or is gone. */
function formOf({ model }: Pick<Tracked, 'model'>, { ruleId }: Ticket): unknown {
  return model.rules.find(({ id }) => id === ruleId)?.params.form;
}

function forecastOf({ forecast, window }: Ticket, evidence: Measured, points: readonly ChartPoint[]) {
  const at = window!.to;
  const level = evidence.kind === 'trend' ? evidence.level : lastBefore(points, at)?.value;
  return forecast && level !== undefined ? { ...forecast, time: at, value: level } : undefined;
}

function lastBefore(points: readonly ChartPoint[], at: Timestamp): ChartPoint | undefined {
  return points.findLast(({ time }) => time <= at);
}

/** As much of the future as tells something, and no more than leaves the past to be seen. */
function endOf(
  { p10, p50, p90 }: NonNullable<TicketChart['forecast']>,
  { from, to }: { readonly from: Timestamp; readonly to: Timestamp },
): Timestamp {
  const latest = p90 ?? p50 ?? p10 ?? to;
  return Math.max(to, Math.min(latest + (latest - from) / 20, to + FUTURE * (to - from)));
}

async function pointsOf(
  { asset, model }: Pick<Tracked, 'asset' | 'model'>,
  indicator: Indicator,
  { from, to }: { readonly from: Timestamp; readonly to: Timestamp },
  { store, history }: TicketChartParts,
): Promise<ChartPoint[]> {
  const metricIds = indicator.inputs.map((input) => model.metrics[input]!.id);
  const width = WIDTHS.find((candidate) => (to - from) / candidate <= MOST_POINTS) ?? (to - from) / MOST_POINTS;
  const query = { assetId: asset.id, metricIds, from, to };
  if (indicator.metric !== undefined) return (await history(query, width)).buckets.map(toPoint);
  const samples = await store.range(query, MOST_SAMPLES + 1);
  const series =
    samples.length <= MOST_SAMPLES
      ? samples.map(({ metricId, time, value, quality }) => ({
          metricId,
          time,
          value,
          isGood: quality !== 2,
        }))
      : (await history(query, width)).buckets.map(({ metricId, time, mean }) => ({
          metricId,
          time,
          value: mean,
          isGood: true,
        }));
  return thinned(derived(model, indicator, series), width);
}

function toPoint({ time, mean, min, max }: Bucket): ChartPoint {
  return { time, value: mean, min, max };
}

/** The indicator at every instant that has one. */
function derived(
  { metrics }: Tracked['model'],
  indicator: Indicator,
  series: readonly { metricId: string; time: Timestamp; value: number; isGood: boolean }[],
): ChartPoint[] {
  const index = new Map(metrics.map(({ id }, at) => [id, at]));
  const values: number[] = metrics.map(() => Number.NaN);
  const times: Timestamp[] = metrics.map(() => Number.NEGATIVE_INFINITY);
  const state = indicator.init();
  const points: ChartPoint[] = [];
  series.forEach(({ metricId, time, value, isGood }, at) => {
    const metric = index.get(metricId)!;
    values[metric] = isGood ? value : Number.NaN;
    times[metric] = time;
    if (series[at + 1]?.time === time) return;
    const derived = indicator.step(state, time, { values, times });
    if (derived !== undefined) points.push({ time, value: derived, min: derived, max: derived });
  });
  return points;
}

/** One point for each stretch of this width. */
function thinned(points: readonly ChartPoint[], width: Duration): ChartPoint[] {
  const stretches = new Map<number, ChartPoint[]>();
  for (const point of points) {
    const stretch = Math.floor(point.time / width) * width;
    stretches.set(stretch, [...(stretches.get(stretch) ?? []), point]);
  }
  return [...stretches].map(([time, within]) => ({
    time,
    value: within.reduce((sum, { value }) => sum + value, 0) / within.length,
    min: Math.min(...within.map(({ min }) => min)),
    max: Math.max(...within.map(({ max }) => max)),
  }));
}
