import { formatMinute } from '../text.ts';
import { type Duration, formatDuration, type Timestamp } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Nothing was heard. */
export interface SilenceEvidence {
  readonly kind: 'silence';
  readonly lastHeard: Timestamp;
  /** Time since then in which Fettle listened and, with a schedule, the asset should have been heard. */
  readonly silentFor: Duration;
  /** When it said itself, or its broker, that it lost its connection; absent where nobody did. */
  readonly offlineSince?: Timestamp;
}

export const silenceWords: EvidenceWords<SilenceEvidence> = {
  en: ({ lastHeard, silentFor, offlineSince }) =>
    `Nothing heard since ${formatMinute(lastHeard)} (${formatDuration(silentFor)}).${offlineSince === undefined ? '' : ` It went offline at ${formatMinute(offlineSince)}.`}`,
  zh: ({ lastHeard, silentFor, offlineSince }) =>
    `自 ${formatMinute(lastHeard)} 起未收到任何数据（${formatDuration(silentFor, 'zh')}）。${offlineSince === undefined ? '' : `设备已于 ${formatMinute(offlineSince)} 离线。`}`,
  brief: ({ silentFor }) => `silent for ${formatDuration(silentFor)}`,
};
