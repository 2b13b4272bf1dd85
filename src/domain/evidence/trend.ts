import { formatPercent, formatQuantity, lowerFirst } from '../text.ts';
import type { Duration } from '../time.ts';
import { formatDuration } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** An indicator on its way to its limit; numbers in its unit. */
export interface TrendEvidence {
  readonly kind: 'trend';
  /** Of the metric or the indicator. */
  readonly metricId: string;
  readonly unit?: string;
  readonly direction: 'above' | 'below';
  readonly limit: number;
  /** What the forecast rests on; `life`: on the usual life of such components alone. */
  readonly model: 'linear' | 'exponential' | 'gamma' | 'path' | 'landmarks' | 'life';
  /** Where the indicator stands, without its noise; absent while too little was seen. */
  readonly level?: number;
  /** How it moves. */
  readonly driftPerDay?: number;
  /** The counter of use that wear follows; absent where it goes on with time. */
  readonly over?: string;
  /** That the limit is passed within the horizon: lead time of the part and planning margin. */
  readonly probability: number;
  readonly horizon: Duration;
}

export const trendWords: EvidenceWords<TrendEvidence> = {
  en({ metricId, unit, direction, limit, level, driftPerDay, probability, horizon }, { metricName }) {
    const name = metricName?.en ?? metricId;
    const at = `${direction} ${formatQuantity(limit, unit)} within ${formatDuration(horizon)}`;
    const drift = driftPerDay === undefined ? '' : `, ${signed(driftPerDay, unit)} a day`;
    const rest = level === undefined ? 'by the usual life' : `now ${formatQuantity(level, unit)}${drift}`;
    return `${name} ${at} with a probability of ${formatPercent(probability)} (${rest}).`;
  },
  zh({ metricId, unit, direction, limit, level, driftPerDay, probability, horizon }, { metricName }) {
    const name = metricName?.zh ?? metricId;
    const side = direction === 'above' ? '超过' : '低于';
    const drift = driftPerDay === undefined ? '' : `，每天 ${signed(driftPerDay, unit)}`;
    const rest = level === undefined ? '按通常寿命' : `当前 ${formatQuantity(level, unit)}${drift}`;
    return `${name}在 ${formatDuration(horizon, 'zh')}内${side} ${formatQuantity(limit, unit)} 的概率为 ${formatPercent(probability)}（${rest}）。`;
  },
  brief: ({ metricId, unit, limit, probability, horizon }, name = metricId) =>
    `${lowerFirst(name)} at ${formatQuantity(limit, unit)} within ${formatDuration(horizon)}: ${formatPercent(probability)}`,
};

function signed(drift: number, unit: string | undefined): string {
  return `${drift > 0 ? '+' : ''}${formatQuantity(drift, unit)}`;
}
