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
  en({ metricId, codes, count, within, last }, { metricName }) {
    const name = metricName?.en ?? metricId;
    return `${name}: ${codes.join(', ')}, ${times(count)} within ${formatDuration(within)}, last at ${formatMinute(last)}.`;
  },
  zh({ metricId, codes, count, within, last }, { metricName }) {
    const name = metricName?.zh ?? metricId;
    return `${name}：${codes.join('、')}，${formatDuration(within, 'zh')}内 ${count} 次，最近一次 ${formatMinute(last)}。`;
  },
  brief: ({ metricId, codes, count }, name = metricId) => `${lowerFirst(name)} ${codes.join(', ')} ${times(count)}`,
};

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
