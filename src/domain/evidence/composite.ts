import { formatMinute } from '../text.ts';
import { type Duration, formatDuration, type Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** So many of other rules' conditions were met within a window. */
export interface CompositeEvidence {
  readonly kind: 'composite';
  readonly need: number;
  readonly of: number;
  readonly within: Duration;
  readonly met: readonly {
    readonly ruleId: string;
    readonly from: Timestamp;
    /** Null while it is met. */
    readonly until: Timestamp | null;
  }[];
}

export const compositeWords: EvidenceWords<CompositeEvidence> = {
  en({ of, within, met }) {
    const span = within > 0 ? ` within ${formatDuration(within)}` : '';
    return `${met.length} of ${of} conditions met${span}: ${met.map(english).join('; ')}.`;
  },
  zh({ of, within, met }) {
    const span = within > 0 ? `${formatDuration(within, 'zh')}内` : '';
    return `${span}${of} 个条件中有 ${met.length} 个成立：${met.map(chinese).join('；')}。`;
  },
  brief: ({ of, met }) => `${met.map(({ ruleId }) => ruleId).join(' + ')} (${met.length} of ${of})`,
};

type Met = CompositeEvidence['met'][number];

function english({ ruleId, from, until }: Met): string {
  return until === null
    ? `${ruleId} since ${formatMinute(from)}`
    : `${ruleId} from ${formatMinute(from)} to ${formatMinute(until)}`;
}

function chinese({ ruleId, from, until }: Met): string {
  return until === null
    ? `${ruleId} 自 ${formatMinute(from)} 起`
    : `${ruleId} 自 ${formatMinute(from)} 至 ${formatMinute(until)}`;
}
