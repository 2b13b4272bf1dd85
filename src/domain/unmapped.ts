import type { Timestamp } from './time.ts';

/** What came on topics of one form that no source takes. */
export interface UnmappedTopics {
  /** A topic template that all of them fit; the topic itself where none can be made. */
  readonly topic: string;
  /** How many topics, and the newest of them. */
  readonly topics: number;
  readonly examples: readonly string[];
  /** Messages that were kept of them. */
  readonly messages: number;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  /** The newest, a few. */
  readonly samples: readonly UnmappedMessage[];
  /** Absent where nothing can be made of it. */
  readonly suggestion?: SuggestedSource;
}

export interface UnmappedMessage {
  readonly deadLetterId: string;
  readonly topic: string;
  readonly at: Timestamp;
  /** The first bytes. */
  readonly payload: Uint8Array;
  readonly payloadBytes: number;
}

/** Where in fettle.yaml what is suggested belongs. */
export const SUGGESTED_INTO = ['sources', 'presence'] as const;

/** A source, or an entry of presence, that would take the messages. */
export interface SuggestedSource {
  readonly into: (typeof SUGGESTED_INTO)[number];
  /** Of a source. */
  readonly codec?: string;
  /** Whose metrics fit the names best. */
  readonly modelId?: string;
  /** An item of that list. */
  readonly yaml: string;
  /** Values, or words on connections, of the samples that would be taken, and how many would be refused. */
  readonly taken: number;
  readonly refused: number;
}

/** A name in payloads of a source that is neither mapped nor a metric of the assets' model. */
export interface UnmappedMetric {
  readonly sourceId: string;
  /** Absent where the assets are gone. */
  readonly modelId?: string;
  readonly name: string;
  /** Values that were refused and are kept; at least so many where one message had very many. */
  readonly values: number;
  readonly assets: number;
  readonly assetIds: readonly string[];
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  /** The newest, a few. */
  readonly samples: readonly UnmappedValue[];
  readonly suggestion?: SuggestedMapping;
}

export interface UnmappedValue {
  readonly deadLetterId: string;
  readonly assetId: string;
  readonly at: Timestamp;
  /** As JSON, cut. */
  readonly value: string;
}

/** What the name probably is. */
export interface SuggestedMapping {
  /** Absent where the value is an object, whose names count. */
  readonly metricId?: string;
  /** Of the payload, where it is not the model's. */
  readonly unit?: string;
  /** Metrics that are as likely. */
  readonly others: readonly string[];
  /** Lines below `metrics` of the source. */
  readonly yaml: string;
}

/** What came and nothing takes. */
export interface UnmappedReport {
  /** The most frequent first. */
  readonly topics: readonly UnmappedTopics[];
  readonly metrics: readonly UnmappedMetric[];
  /** All that is suggested for the names of a source. */
  readonly sources: readonly { readonly sourceId: string; readonly yaml: string }[];
  /** Dead letters that were looked at, the newest; `complete` when those are all there are of these reasons. */
  readonly letters: number;
  readonly complete: boolean;
  /** Those of them whose topic or name is mapped by now: they can be taken again. */
  readonly mappedSince: number;
}

/** What was heard by listening to a broker. */
export interface Heard {
  readonly heard: number;
  /** Of these, messages that nothing takes, on so many topics. */
  readonly unmapped: number;
  readonly topics: number;
  /** Of these, so many are kept among the dead letters. */
  readonly kept: number;
}
