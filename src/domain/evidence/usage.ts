import { formatNumber, formatPercent } from '../text.ts';
import { type Duration, formatDuration } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Life used up; numbers in the counter's unit. */
export interface UsageEvidence {
  readonly kind: 'usage';
  /** A life, or a service that is due by use; absent: a life. */
  readonly of?: 'service';
  readonly metricId: string;
  readonly unit: string;
  readonly used: number;
  readonly life: number;
  /** Share of life used; 1 is end of life. */
  readonly wear: number;
  /** Units per operating calendar day, when known. */
  readonly ratePerDay?: number;
  /** Share of calendar life used, where the component has one. */
  readonly calendarWear?: number;
  /** Probability that life ends within the part's lead time and the planning margin, where it is raised by that. */
  readonly risk?: { readonly probability: number; readonly horizon: Duration };
  /** What the forecast's life of such parts rests on, where the fleet has taught it; `batch` where it is that of a batch. */
  readonly learnedFrom?: { readonly failures: number; readonly parts: number; readonly batch?: string };
}

export const usageWords: EvidenceWords<UsageEvidence> = {
  en: (evidence) =>
    evidence.of === 'service'
      ? `Service due by use${detail(evidence, { of: ' of ', perDay: ' a day', comma: ', ', open: ' (', close: ')' })}.`
      : `${brief(evidence)}${detail(evidence, { of: ' of ', perDay: ' a day', comma: ', ', open: ' (', close: ')' })}${risk(evidence, (horizon, chance) => `; ${chance} probable that it ends within ${horizon}`, 'en')}${learned(evidence, (failures, parts, batch) => `; how long such parts last was learned from ${failures} failures among ${parts}${batch === undefined ? '' : ` of batch ${batch}`}`)}.`,
  zh: (evidence) =>
    evidence.of === 'service'
      ? `按用量应保养${detail(evidence, { of: ' / ', perDay: '/天', comma: '，', open: '（', close: '）' })}。`
      : `已使用寿命的 ${formatPercent(evidence.wear)}${detail(evidence, { of: ' / ', perDay: '/天', comma: '，', open: '（', close: '）' })}${risk(evidence, (horizon, chance) => `；${horizon}内到寿命终点的概率为 ${chance}`, 'zh')}${learned(evidence, (failures, parts, batch) => `；此类部件的寿命由${batch === undefined ? '' : `批次 ${batch} 的`} ${parts} 个部件中的 ${failures} 次故障得出`)}。`,
  brief,
};

function brief({ wear, of }: UsageEvidence): string {
  return `${formatPercent(wear)} of ${of === 'service' ? 'the service interval' : 'life'} used`;
}

/** Nothing more is to be said of a life that is over. */
function risk(
  { risk, wear }: UsageEvidence,
  words: (horizon: string, chance: string) => string,
  language: 'en' | 'zh',
): string {
  return risk && wear < 1 ? words(formatDuration(risk.horizon, language), formatPercent(risk.probability)) : '';
}

function learned(
  { learnedFrom }: UsageEvidence,
  words: (failures: number, parts: number, batch: string | undefined) => string,
): string {
  return learnedFrom ? words(learnedFrom.failures, learnedFrom.parts, learnedFrom.batch) : '';
}

interface Marks {
  readonly of: string;
  readonly perDay: string;
  readonly comma: string;
  readonly open: string;
  readonly close: string;
}

/** What was used of what, in parentheses; empty where the calendar decides. */
function detail(evidence: UsageEvidence, { of, perDay, comma, open, close }: Marks): string {
  const { used, life, unit, ratePerDay, calendarWear } = evidence;
  if (calendarWear !== undefined && calendarWear >= used / life) return '';
  const rate = ratePerDay === undefined ? '' : `${comma}${formatNumber(ratePerDay)} ${unit}${perDay}`;
  return `${open}${formatNumber(used)}${of}${formatNumber(life)} ${unit}${rate}${close}`;
}
