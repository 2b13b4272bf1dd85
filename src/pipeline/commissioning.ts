import type { CommissionedMetric, CommissioningReason, CommissioningReport } from '../domain/commissioning.ts';
import type { Connectivity } from '../domain/connectivity.ts';
import type { MetricDefinition } from '../domain/model.ts';
import { DAY, type Duration, HOUR, MINUTE, type Timestamp } from '../domain/time.ts';
import type { DeadLetter } from '../ports/database.ts';
import type { StoredSample } from '../ports/timeSeriesStore.ts';
import { likelyUnit } from './likelyUnit.ts';
import { unitConversion } from './units.ts';

/** What is looked at ends with the newest data and begins so much earlier, less where that would be too many samples. */
export const COMMISSIONING_WINDOW: Duration = DAY;
export const COMMISSIONING_SAMPLES = 20_000;
/** Dead letters looked through, the newest. */
export const COMMISSIONING_LETTERS = 100;

/** Fewer say nothing. */
const LEAST_SAMPLES = 10;
const FLAT_SAMPLES = 20;
const FLAT_SPAN: Duration = HOUR;
const REFUSED_VALUES = 3;
const CLOCK_OFF: Duration = MINUTE;
/** So many intervals without a word, and so much time at least: it is not heard any more. */
const SILENT_INTERVALS = 10;
const SILENT_AFTER: Duration = 10 * MINUTE;
const REGULAR_WITHIN = 0.2;

/** What is known of an asset that is being connected. */
export interface CommissioningFacts {
  readonly assetId: string;
  readonly now: Timestamp;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly metrics: readonly MetricDefinition[];
  /** Metrics that rules read. */
  readonly needed: ReadonlySet<string>;
  /** Of the window, by time. */
  readonly samples: readonly StoredSample[];
  /** Since the window began, the newest first. */
  readonly letters: readonly Pick<DeadLetter, 'reason' | 'metric' | 'detail'>[];
  readonly lastReceivedAt?: Timestamp | undefined;
  readonly clockError?: Duration | undefined;
  readonly connectivity?: Connectivity | undefined;
  readonly qos?: 0 | 1 | 2 | undefined;
}

/** Whether an asset is ready to be watched, and what is in the way; pure. */
export function judgeCommissioning(facts: CommissioningFacts): CommissioningReport {
  const { assetId, from, to, samples, lastReceivedAt, clockError, qos } = facts;
  const byMetric = new Map<string, StoredSample[]>(facts.metrics.map(({ id }) => [id, []]));
  for (const sample of samples) byMetric.get(sample.metricId)?.push(sample);
  const interval = intervalOf(samples);
  const reasons = [
    ...ofConnection(facts, interval?.median),
    ...ofClock(facts),
    ...(qos === 0 ? [{ code: 'qos-0', blocks: false } as const] : []),
    ...ofMetrics(facts, byMetric),
    ...ofLetters(facts),
  ];
  return {
    ...{ assetId, from, to, samples: samples.length },
    ...(lastReceivedAt !== undefined && { lastReceivedAt }),
    ...(clockError !== undefined && { clockError }),
    ...(qos !== undefined && { qos }),
    ...(interval && { interval }),
    metrics: facts.metrics.map(({ id }) => measured(id, byMetric.get(id)!)),
    ready: !reasons.some(({ blocks }) => blocks),
    reasons: [...reasons.filter(({ blocks }) => blocks), ...reasons.filter(({ blocks }) => !blocks)],
  };
}

function ofConnection(
  { now, lastReceivedAt, connectivity, samples }: CommissioningFacts,
  median: Duration | undefined,
): CommissioningReason[] {
  if (lastReceivedAt === undefined) return [{ code: 'nothing-heard', blocks: true }];
  const reasons: CommissioningReason[] = [];
  if (connectivity?.state === 'offline' && !connectivity.retained)
    reasons.push({ code: 'offline', blocks: true, since: connectivity.since });
  if (samples.length < LEAST_SAMPLES) return [...reasons, { code: 'few-samples', blocks: true }];
  const patience = Math.max(SILENT_AFTER, SILENT_INTERVALS * (median ?? 0));
  if (now - lastReceivedAt > patience) reasons.push({ code: 'not-heard', blocks: true, since: lastReceivedAt });
  return reasons;
}

function ofClock({ clockError }: CommissioningFacts): CommissioningReason[] {
  if (clockError === undefined || Math.abs(clockError) <= CLOCK_OFF) return [];
  return [{ code: 'clock-off', blocks: false, error: clockError }];
}

/** Events need not happen; what no rule reads need not come. */
function ofMetrics(
  { metrics, needed, samples, letters }: CommissioningFacts,
  byMetric: ReadonlyMap<string, readonly StoredSample[]>,
): CommissioningReason[] {
  if (samples.length === 0 && letters.length === 0) return [];
  const changing = new Set(metrics.filter(({ id }) => changes(byMetric.get(id)!)).map(({ id }) => id));
  return metrics.flatMap((metric): CommissioningReason[] => {
    const own = byMetric.get(metric.id)!;
    const refused = ofRefused(metric, letters);
    if (refused.length > 0) return refused;
    if (own.length === 0 && metric.kind !== 'event')
      return [{ code: 'missing', blocks: needed.has(metric.id), metricId: metric.id }];
    if (metric.kind !== 'number' || changing.has(metric.id) || changing.size === 0 || !isLong(own)) return [];
    return [{ code: 'flat', blocks: false, metricId: metric.id }];
  });
}

function changes(samples: readonly StoredSample[]): boolean {
  return samples.some(({ value }) => value !== samples[0]!.value);
}

function isLong(samples: readonly StoredSample[]): boolean {
  return samples.length >= FLAT_SAMPLES && samples.at(-1)!.time - samples[0]!.time >= FLAT_SPAN;
}

const FOUND = /^found (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/;

/** Values out of their range: in which other unit all of them would lie within it. */
function ofRefused(metric: MetricDefinition, letters: CommissioningFacts['letters']): CommissioningReason[] {
  const found = letters
    .filter(({ reason, metric: name }) => reason === 'out-of-range' && name !== undefined)
    .filter(({ metric: name }) => name === metric.id)
    .flatMap(({ detail }) => Number(FOUND.exec(detail)?.[1] ?? Number.NaN))
    .filter(Number.isFinite);
  if (found.length < REFUSED_VALUES) return [];
  const { id: metricId, unit: modelUnit, range } = metric;
  const value = found[0]!;
  const unit = modelUnit !== undefined && range ? likelyUnit(found, modelUnit, range) : undefined;
  if (unit === undefined) return [{ code: 'out-of-range', blocks: true, metricId }];
  const { factor, bias } = unitConversion(unit, modelUnit!)!;
  const converted = Number((value * factor + bias).toPrecision(4));
  return [{ code: 'suspect-unit', blocks: true, metricId, unit, value, converted, modelUnit: modelUnit! }];
}

function ofLetters({ letters }: CommissioningFacts): CommissioningReason[] {
  const others = letters.filter(({ reason }) => reason !== 'out-of-range');
  if (others.length === 0) return [];
  const reasons = [...new Set(others.map(({ reason }) => reason))].sort();
  return [{ code: 'dead-letters', blocks: false, count: others.length, reasons }];
}

function intervalOf(samples: readonly StoredSample[]): CommissioningReport['interval'] {
  const times = [...new Set(samples.map(({ time }) => time))].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, at) => time - times[at]!);
  if (steps.length < 2) return undefined;
  const median = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  const regular = steps.filter((step) => Math.abs(step - median) <= REGULAR_WITHIN * median).length / steps.length;
  return { median, regular };
}

function measured(metricId: string, samples: readonly StoredSample[]): CommissionedMetric {
  const last = samples.at(-1);
  if (!last) return { metricId, samples: 0 };
  let [min, max] = [last.value, last.value];
  for (const { value } of samples) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { metricId, samples: samples.length, last: last.value, min, max };
}
