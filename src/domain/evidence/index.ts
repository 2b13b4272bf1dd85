import { type AnomalyEvidence, anomalyWords, type DutyBand } from './anomaly.ts';
import { type CalendarEvidence, calendarWords } from './calendar.ts';
import { type CompositeEvidence, compositeWords } from './composite.ts';
import { type EventEvidence, eventWords } from './event.ts';
import { type InstallationUnknownEvidence, installationUnknownWords } from './installationUnknown.ts';
import { type SilenceEvidence, silenceWords } from './silence.ts';
import { type SimilarityEvidence, similarityWords } from './similarity.ts';
import { type ThresholdEvidence, thresholdWords } from './threshold.ts';
import { type TrendEvidence, trendWords } from './trend.ts';
import { type UsageEvidence, usageWords } from './usage.ts';
import type { EvidenceFacts, EvidenceWords } from './words.ts';

export type { DutyBand };

/** What a finding rests on, by kind of rule: a new kind costs its file, a member and a line in WORDS. */
export type Evidence =
  | ThresholdEvidence
  | AnomalyEvidence
  | EventEvidence
  | CompositeEvidence
  | UsageEvidence
  | CalendarEvidence
  | SilenceEvidence
  | SimilarityEvidence
  | TrendEvidence
  | InstallationUnknownEvidence;

export type EvidenceKind = Evidence['kind'];
export type EvidenceOf<K extends EvidenceKind> = Extract<Evidence, { readonly kind: K }>;

const WORDS: { readonly [K in EvidenceKind]: EvidenceWords<EvidenceOf<K>> } = {
  threshold: thresholdWords,
  anomaly: anomalyWords,
  event: eventWords,
  composite: compositeWords,
  usage: usageWords,
  calendar: calendarWords,
  silence: silenceWords,
  similarity: similarityWords,
  trend: trendWords,
  'installation-unknown': installationUnknownWords,
};

/** Why, in a sentence. */
export function reason(evidence: Evidence, facts: EvidenceFacts): { readonly en: string; readonly zh: string } {
  const words = wordsOn(evidence);
  return { en: words.en(evidence, facts), zh: words.zh(evidence, facts) };
}

/** The reason in a few words, for a line in a list; `metricName` instead of the metric's id. */
export function briefReason(evidence: Evidence, metricName?: string): string {
  return wordsOn(evidence).brief(evidence, metricName);
}

function wordsOn(evidence: Evidence): EvidenceWords<Evidence> {
  return WORDS[evidence.kind];
}
