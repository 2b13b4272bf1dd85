import type { LocalText } from '../model.ts';
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
  en({ of, within, met }, { ruleTexts }) {
    const span = within > 0 ? ` within ${formatDuration(within)}` : '';
    return `${met.length} of ${of} conditions met${span}: ${met.map((one) => english(one, ruleTexts)).join('; ')}.`;
  },
  zh({ of, within, met }, { ruleTexts }) {
    const span = within > 0 ? `${formatDuration(within, 'zh')}内` : '';
    return `${span}${of} 个条件中有 ${met.length} 个成立：${met.map((one) => chinese(one, ruleTexts)).join('；')}。`;
  },
  brief: ({ of, met }) => `${met.map(({ ruleId }) => ruleId).join(' + ')} (${met.length} of ${of})`,
};

type Met = CompositeEvidence['met'][number];

type Texts = Readonly<Record<string, LocalText>> | undefined;

function english({ ruleId, from, until }: Met, texts: Texts): string {
  const what = texts?.[ruleId] ? `${ruleId} (${texts[ruleId].en})` : ruleId;
  return until === null
    ? `${what} since ${formatMinute(from)}`
    : `${what} from ${formatMinute(from)} to ${formatMinute(until)}`;
}

function chinese({ ruleId, from, until }: Met, texts: Texts): string {
  const what = texts?.[ruleId] ? `${ruleId}（${texts[ruleId].zh}）` : ruleId;
  return until === null
    ? `${what} 自 ${formatMinute(from)} 起`
    : `${what} 自 ${formatMinute(from)} 至 ${formatMinute(until)}`;
}
