import { useMemo } from 'preact/hooks';
import { addressOf } from '../../api/client';
import { useRead } from '../../api/queries';
import type { AssetDetail, Finding, Model, Ticket } from '../../api/types';
import { Plot, type PlotMark, type PlotProps } from '../../charts/plot';
import { useFormat, useLocal, useText } from '../../i18n';
import { Icon } from '../../ui/icon';
import { Loaded, Skeleton } from '../../ui/states';
import { forecastOf, limitsOf } from './limits';
import { bucketOf, PRESETS, type Preset, type Range, useRange } from './range';
import { assetTexts } from './text';

interface ChartsProps {
  readonly asset: AssetDetail;
  readonly model: Model;
  readonly findings: readonly Finding[];
  readonly tickets: readonly Ticket[];
}

/** Everything that the asset measures, over the same span of time. */
export function Charts({ asset, model, findings, tickets }: ChartsProps) {
  const t = useText(assetTexts);
  const end = asset.state?.stateTime;
  const range = useRange(end === undefined ? undefined : Date.parse(end));
  const marks = useMemo<PlotMark[]>(
    () => [
      ...findings
        .filter(({ change }) => change === 'raised' || change === 'escalated')
        .map(({ time }) => ({ time: Date.parse(time) / 1000, kind: 'finding' as const })),
      ...tickets.map(({ openedAt }) => ({ time: Date.parse(openedAt) / 1000, kind: 'ticket' as const })),
    ],
    [findings, tickets],
  );
  return (
    <section class="stack" aria-label={t.measured}>
      <div class="row spread">
        <h2>{t.measured}</h2>
        <RangeBar range={range} assetId={asset.id} />
      </div>
      <div class="charts">
        {model.metrics.map((metric) => (
          <MetricChart key={metric.id} asset={asset} model={model} metric={metric} range={range} marks={marks} />
        ))}
      </div>
      <p class="muted small">{t.zoomHint}</p>
    </section>
  );
}

function RangeBar({ range, assetId }: { range: Range; assetId: string }) {
  const t = useText(assetTexts);
  const span = new URLSearchParams({ from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() });
  return (
    <div class="row range-bar">
      <fieldset class="row" aria-label={t.range}>
        {(Object.keys(PRESETS) as Preset[]).map((preset) => (
          <button
            key={preset}
            type="button"
            class="button"
            aria-pressed={range.preset === preset}
            onClick={() => range.choose(preset)}
          >
            {t.ranges[preset]}
          </button>
        ))}
        <button type="button" class="button icon" aria-label={t.earlier} onClick={() => range.move(-0.5)}>
          <Icon name="back" />
        </button>
        <button type="button" class="button icon forward" aria-label={t.later} onClick={() => range.move(0.5)}>
          <Icon name="back" />
        </button>
      </fieldset>
      <a class="button" download href={addressOf(`api/v1/assets/${encodeURIComponent(assetId)}/telemetry.csv?${span}`)}>
        <Icon name="download" />
        {t.download}
      </a>
    </div>
  );
}

interface MetricChartProps extends Pick<ChartsProps, 'asset' | 'model'> {
  readonly metric: Model['metrics'][number];
  readonly range: Range;
  readonly marks: readonly PlotMark[];
}

function MetricChart({ asset, model, metric, range, marks }: MetricChartProps) {
  const t = useText(assetTexts);
  const local = useLocal();
  const format = useFormat();
  const { text: bucket, ms } = bucketOf(range.from, range.to);
  const edge = (time: number) => new Date(Math.ceil(time / ms) * ms).toISOString();
  const query = useRead(
    'GET /api/v1/assets/{assetId}/telemetry',
    {
      params: { assetId: asset.id },
      query: { metrics: [metric.id], from: edge(range.from - ms), to: edge(range.to), bucket, limit: 2000 },
    },
    { keep: true },
  );
  const data = useMemo(
    () => columns(query.data?.items ?? [], metric.kind === 'number', ms),
    [query.data, metric.kind, ms],
  );
  const name = local(metric.name) || metric.id;
  const latest = asset.state?.values[metric.id];
  const forecast = forecastOf(model, asset.state, metric.id);
  const ahead = range.preset === undefined ? undefined : aheadOf(forecast, range);
  const axis = (seconds: number) => axisText(seconds * 1000, range, format);
  const values = data[1].filter((value) => value !== null);
  const told = (value: number) => format.quantity(value, metric.unit);
  const label = t.chartLabel(
    name,
    told(Math.min(...values, ...data[2].filter((value) => value !== null))),
    told(Math.max(...values, ...data[3].filter((value) => value !== null))),
    latest === undefined ? '' : told(latest.value),
  );
  return (
    <figure class="card chart">
      <figcaption class="row spread">
        <strong>{name}</strong>
        {latest !== undefined && <span class="latest">{symbolOf(metric, latest.value) ?? told(latest.value)}</span>}
        {latest !== undefined && <Meaning metric={metric} value={latest.value} />}
      </figcaption>
      <Loaded query={query} skeleton={<Skeleton height="210px" />}>
        {() =>
          values.length === 0 ? (
            <p class="muted chart-empty">{t.noData}</p>
          ) : (
            <Plot
              data={data}
              from={range.from / 1000}
              to={ahead ?? range.to / 1000}
              unit={format.unit(metric.unit)}
              stepped={metric.kind !== 'number'}
              lines={limitsOf(model, metric.id)}
              marks={marks}
              forecast={forecast}
              label={label}
              format={{ number: (value) => format.number(value), axis, moment: (at) => format.dateTime(at * 1000) }}
              onZoom={(from, to) => range.zoom(from * 1000, to * 1000)}
            />
          )
        }
      </Loaded>
    </figure>
  );
}

/** What the code means, and what to look at first, where the model says it. */
function Meaning({ metric, value }: { metric: Model['metrics'][number]; value: number }) {
  const t = useText(assetTexts);
  const local = useLocal();
  const meaning = metric.texts?.[symbolOf(metric, value) ?? ''];
  if (!meaning) return null;
  return (
    <span class="meaning">
      {local(meaning)}
      {meaning.check && (
        <span class="muted">
          {' '}
          {t.check} {local(meaning.check)}
        </span>
      )}
    </span>
  );
}

type Items = readonly { readonly time: string }[];
type Bucket = { time: string; mean: number; min: number; max: number; last: number };

/** Columns for the chart; a hole where it was silent for longer than usual, so that no line is drawn over it. */
function columns(items: Items, isNumber: boolean, width: number): PlotProps['data'] {
  const data: [number[], (number | null)[], (number | null)[], (number | null)[]] = [[], [], [], []];
  const times = items.map(({ time }) => Date.parse(time));
  const steps = times
    .slice(1)
    .map((time, at) => time - times[at]!)
    .sort((a, b) => a - b);
  const hole = Math.max(5 * width, 3 * (steps[Math.floor(steps.length / 2)] ?? 0));
  let before = Number.NaN;
  for (const item of items as readonly Bucket[]) {
    const time = Date.parse(item.time);
    if (time - before > hole) {
      data[0].push((before + width) / 1000);
      for (const column of [data[1], data[2], data[3]]) column.push(null);
    }
    before = time;
    data[0].push(time / 1000);
    data[1].push(isNumber ? item.mean : item.last);
    data[2].push(item.min);
    data[3].push(item.max);
  }
  return data;
}

/** As far ahead as the forecast reaches, but not so far that the past is squeezed. */
function aheadOf(forecast: PlotProps['forecast'], { from, to }: Range): number | undefined {
  const late = forecast && (forecast.p90 ?? forecast.p50 ?? forecast.p10);
  return late === undefined || late === null
    ? undefined
    : Math.max(Math.min(late, (to + (to - from)) / 1000), to / 1000);
}

function axisText(time: number, { from, to }: Range, format: ReturnType<typeof useFormat>): string {
  const span = to - from;
  if (span <= PRESETS['24h'] * 1.5) return format.time(time).slice(0, 5);
  const day = format.date(time);
  return span <= PRESETS['30d'] * 2 ? day.replace(/\s?\d{4}$|^\d{4}年/, '') : day;
}

function symbolOf({ codes }: Model['metrics'][number], value: number): string | undefined {
  return Object.entries(codes ?? {}).find(([, code]) => code === value)?.[0];
}
