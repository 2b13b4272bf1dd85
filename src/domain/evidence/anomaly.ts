import { formatDate, formatMinute, formatNumber, formatPercent, formatQuantity, lowerFirst } from '../text.ts';
import type { Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** A band of what tells the duty, in its unit: from the lower edge, which belongs to it, to the upper; null without end. */
export interface DutyBand {
  readonly metricId: string;
  readonly unit?: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** A metric, or several together, are not as they were while the asset was well. */
export interface AnomalyEvidence {
  readonly kind: 'anomaly';
  /** The metric or indicator watched; of several the one that adds most. */
  readonly metricId: string;
  /** Deviations at the moment or accumulated; Hotelling's T² or the squared prediction error of several metrics. */
  readonly statistic: 'deviation' | 'cusum' | 't2' | 'spe';
  /** In deviations of the baseline; of several metrics in multiples of the control limit. */
  readonly score: number;
  readonly worst: number;
  readonly limit: number;
  /** What adds most to it, the largest first. */
  readonly metrics: readonly {
    readonly metricId: string;
    readonly unit?: string;
    readonly value: number;
    readonly expected: number;
    /** Part of the score that it makes up, 0 to 1. */
    readonly share: number;
  }[];
  /** The band of duty that the baseline is for, where there are several. */
  readonly duty?: DutyBand;
  /** The other assets of the model that it is held against: how many they are, and their spread, in the unit of the metric. */
  readonly peers?: { readonly count: number; readonly spread: number };
  /** From when to when the baseline was learned; null where it was given, or other assets are. */
  readonly learned: readonly [from: Timestamp, to: Timestamp] | null;
}

export const anomalyWords: EvidenceWords<AnomalyEvidence> = {
  en(evidence, { metricName, since }) {
    const { metrics, worst, limit, learned, duty, peers } = evidence;
    const [first] = metrics;
    const at = duty ? ` at ${duty.metricId} ${rangeOf(duty, EN)}` : '';
    const of = peers ? ` among ${peers.count} peers` : '';
    const basis = learned ? ` It was learned from ${formatDate(learned[0])} to ${formatDate(learned[1])}.` : '';
    const spread = peers ? `their spread ${formatQuantity(peers.spread, first!.unit)}, ` : '';
    const by = `${spread}worst ${formatNumber(worst)} ${MEASURES[evidence.statistic].en}, limit ${formatNumber(limit)}`;
    if (isOfOne(evidence)) {
      const name = metricName?.en ?? first!.metricId;
      return `${name} is unusual since ${formatMinute(since)}: ${formatQuantity(first!.value, first!.unit)} where ${formatQuantity(first!.expected, first!.unit)} is usual${of}${at} (${by}).${basis}`;
    }
    const parts = metrics.filter(matters).map((part) => contribution(part, ' instead of '));
    return `Metrics do not go together as usual${at} since ${formatMinute(since)} (${by}), most of all ${parts.join('; ')}.${basis}`;
  },
  zh(evidence, { metricName, since }) {
    const { metrics, worst, limit, learned, duty, peers } = evidence;
    const [first] = metrics;
    const at = duty ? `在 ${duty.metricId} ${rangeOf(duty, ZH)} 工况下` : '';
    const of = peers ? `${duty ? '，' : ''}${peers.count} 台同型设备` : '';
    const basis = learned ? `基线学习于 ${formatDate(learned[0])} 至 ${formatDate(learned[1])}。` : '';
    const spread = peers ? `离散度 ${formatQuantity(peers.spread, first!.unit)}，` : '';
    const by = `${spread}最差 ${formatNumber(worst)} ${MEASURES[evidence.statistic].zh}，限值 ${formatNumber(limit)}`;
    if (isOfOne(evidence)) {
      const name = metricName?.zh ?? first!.metricId;
      return `${name}自 ${formatMinute(since)} 起异常：${formatQuantity(first!.value, first!.unit)}，${at}${of}通常为 ${formatQuantity(first!.expected, first!.unit)}（${by}）。${basis}`;
    }
    const parts = metrics.filter(matters).map((part) => contribution(part, '，通常为 '));
    return `自 ${formatMinute(since)} 起，${at}多个指标之间的关系异常（${by}），主要为 ${parts.join('；')}。${basis}`;
  },
  brief(evidence, metricName) {
    const { metrics, worst, limit, statistic } = evidence;
    const name = isOfOne(evidence) ? (metricName ?? metrics[0]!.metricId) : metrics[0]!.metricId;
    return `${lowerFirst(name)} unusual, ${formatNumber(worst)} ${MEASURES[statistic].en}, limit ${formatNumber(limit)}`;
  },
};

const EN = { below: 'below ', from: 'from ', to: ' to ' };
const ZH = { below: '低于 ', from: '不低于 ', to: ' 至 ' };

function rangeOf({ from, to, unit }: DutyBand, words: typeof EN): string {
  if (from === null) return words.below + formatQuantity(to!, unit);
  if (to === null) return words.from + formatQuantity(from, unit);
  return `${formatNumber(from)}${words.to}${formatQuantity(to, unit)}`;
}

const MEASURES = {
  deviation: { en: 'deviations', zh: '倍标准差' },
  cusum: { en: 'accumulated deviations', zh: '累计标准差' },
  t2: { en: 'times the control limit', zh: '倍控制限' },
  spe: { en: 'times the control limit', zh: '倍控制限' },
} as const;

function isOfOne({ statistic }: AnomalyEvidence): boolean {
  return statistic === 'deviation' || statistic === 'cusum';
}

/** What makes up less of the score is not worth the words. */
const LEAST_SHARE = 0.1;

function matters({ share }: AnomalyEvidence['metrics'][number]): boolean {
  return share >= LEAST_SHARE;
}

function contribution({ metricId, unit, value, expected, share }: AnomalyEvidence['metrics'][number], instead: string) {
  return `${metricId} ${formatQuantity(value, unit)}${instead}${formatQuantity(expected, unit)} (${formatPercent(share)})`;
}
