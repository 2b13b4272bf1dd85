import type { CodeText, LocalText } from '../model.ts';
import type { Timestamp } from '../time.ts';

/** What the words on evidence need beside it. */
export interface EvidenceFacts {
  /** Name of the metric or indicator that the evidence is about, where it has one. */
  readonly metricName?: LocalText;
  /** What the codes of that metric mean, where its model says it. */
  readonly codeTexts?: Readonly<Record<string, CodeText>>;
  /** What other rules tell of, by their ids, where evidence names them and their codes have a meaning. */
  readonly ruleTexts?: Readonly<Record<string, LocalText>>;
  /** Since when the condition has gone on. */
  readonly since: Timestamp;
}

/** One kind of evidence in words: a sentence with its full stop for tickets, and a few words for a line in a list. */
export interface EvidenceWords<E> {
  en(evidence: E, facts: EvidenceFacts): string;
  zh(evidence: E, facts: EvidenceFacts): string;
  /** In English, without a full stop; `metricName` instead of the metric's id. */
  brief(evidence: E, metricName?: string): string;
}
