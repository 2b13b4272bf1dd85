import type { CodeText } from '../model.ts';
import { formatMinute, lowerFirst } from '../text.ts';
import { type Duration, formatDuration, type Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Fault codes or device alarms came within a window. */
export interface EventEvidence {
  readonly kind: 'event';
  readonly metricId: string;
  /** Symbols of the codes seen within the window, numbers as text where they have none. */
  readonly codes: readonly string[];
  /** How many within the window; at least as many where they are very many. */
  readonly count: number;
  readonly limit: number;
  readonly within: Duration;
  /** The newest of them. */
  readonly last: Timestamp;
}

export const eventWords: EvidenceWords<EventEvidence> = {
  en({ metricId, codes, count, within, last }, { metricName, codeTexts = {} }) {
    const name = metricName?.en ?? metricId;
    return `${name}: ${told(codes, codeTexts, 'en')}, ${times(count)} within ${formatDuration(within)}, last at ${formatMinute(last)}.${checks(codes, codeTexts, 'en')}`;
  },
  zh({ metricId, codes, count, within, last }, { metricName, codeTexts = {} }) {
    const name = metricName?.zh ?? metricId;
    return `${name}：${told(codes, codeTexts, 'zh')}，${formatDuration(within, 'zh')}内 ${count} 次，最近一次 ${formatMinute(last)}。${checks(codes, codeTexts, 'zh')}`;
  },
  brief: ({ metricId, codes, count }, name = metricId) => `${lowerFirst(name)} ${codes.join(', ')} ${times(count)}`,
};

type Texts = Readonly<Record<string, CodeText>>;
type Language = 'en' | 'zh';

/** Codes, and what they mean where that is known. */
function told(codes: readonly string[], texts: Texts, language: Language): string {
  const [open, close, between] = language === 'en' ? [' (', ')', ', '] : ['（', '）', '、'];
  return codes
    .map((code) => (Object.hasOwn(texts, code) ? `${code}${open}${texts[code]![language]}${close}` : code))
    .join(between);
}

/** What to look at first, of each code that says it. */
function checks(codes: readonly string[], texts: Texts, language: Language): string {
  const found = codes.flatMap((code) => (Object.hasOwn(texts, code) ? (texts[code]!.check?.[language] ?? []) : []));
  if (found.length === 0) return '';
  return language === 'en' ? ` Check: ${found.join('; ')}.` : `请检查：${found.join('；')}。`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
