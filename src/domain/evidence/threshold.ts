import { formatMinute, formatQuantity, lowerFirst } from '../text.ts';
import type { EvidenceWords } from './words.ts';

/** A metric or an indicator is beyond a limit; numbers in its unit. */
export interface ThresholdEvidence {
  readonly kind: 'threshold';
  /** Of the metric or the indicator. */
  readonly metricId: string;
  readonly unit?: string;
  readonly direction: 'above' | 'below';
  readonly limit: number;
  readonly value: number;
  /** The worst value within the window. */
  readonly extreme: number;
  readonly samples: number;
}

export const thresholdWords: EvidenceWords<ThresholdEvidence> = {
  en({ metricId, unit, direction, limit, value, extreme }, { metricName, since }) {
    const name = metricName?.en ?? metricId;
    const [at, worst, now] = [limit, extreme, value].map((number) => formatQuantity(number, unit));
    return `${name} ${direction} ${at} since ${formatMinute(since)} (worst ${worst}, now ${now}).`;
  },
  zh({ metricId, unit, direction, limit, value, extreme }, { metricName, since }) {
    const name = metricName?.zh ?? metricId;
    const side = direction === 'above' ? '高于' : '低于';
    const [at, worst, now] = [limit, extreme, value].map((number) => formatQuantity(number, unit));
    return `${name}自 ${formatMinute(since)} 起${side} ${at}（最差 ${worst}，当前 ${now}）。`;
  },
  brief: ({ metricId, unit, limit, extreme }, name = metricId) =>
    `${lowerFirst(name)} ${formatQuantity(extreme, unit)}, limit ${formatQuantity(limit, unit)}`,
};
