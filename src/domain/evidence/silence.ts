import { formatMinute } from '../text.ts';
import { type Duration, formatDuration, type Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Nothing was heard. */
export interface SilenceEvidence {
  readonly kind: 'silence';
  readonly lastHeard: Timestamp;
  /** Time since then in which Fettle listened and, with a schedule, the asset should have been heard. */
  readonly silentFor: Duration;
}

export const silenceWords: EvidenceWords<SilenceEvidence> = {
  en: ({ lastHeard, silentFor }) => `Nothing heard since ${formatMinute(lastHeard)} (${formatDuration(silentFor)}).`,
  zh: ({ lastHeard, silentFor }) =>
    `自 ${formatMinute(lastHeard)} 起未收到任何数据（${formatDuration(silentFor, 'zh')}）。`,
  brief: ({ silentFor }) => `silent for ${formatDuration(silentFor)}`,
};
