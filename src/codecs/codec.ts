import type { Quality, RejectionReason } from '../domain/sample.ts';
import type { CodecSections } from '../domain/source.ts';
import type { Timestamp } from '../domain/time.ts';

/** Why something was not taken; `detail` says what was found and what would be valid. */
export interface Refusal {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** Values of one instant, as the device sent them. */
export interface Reading {
  /** The device's timestamp, not yet parsed, or an Instant where the format fixes its form; undefined where it sent none. */
  readonly time: unknown;
  /** By the name in the payload; only own properties count. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The name in `values` that is the timestamp itself and no value. */
  readonly timeName: string | undefined;
  /** Whom the values are of, where the payload names it: a device, or an asset where the source says so. */
  readonly subject?: string;
  /** Units as the payload tells them, by the name in `values`; one that the source's mapping names counts before. */
  readonly units?: Readonly<Record<string, string>>;
  /** Where the payload tells it; good when absent. */
  readonly quality?: Quality;
  /** The payload tells that these values are of the past, kept until now: they are stored and never assessed. */
  readonly historical?: true;
}

export interface CodecOptions extends CodecSections {
  /** Name of the field that holds the timestamp; default: the first of ts, time, timestamp that is there. */
  readonly timeField?: string;
  /** Values stand in nested objects too; their names are joined by dots. */
  readonly nested?: boolean;
  /** Whose the values are stands in the topic; what a payload only repeats does not count. */
  readonly topicNamesSubject?: boolean;
  /** The topic names the metric, so that the payload may be a bare value; it comes as a reading of {@link BARE_VALUE}. */
  readonly bareValues: boolean;
}

/** The name of a value whose metric is named by the topic. */
export const BARE_VALUE = 'value';

/**
 * Turns the bytes of a message into readings. Never throws: what cannot be read is a {@link Refusal}, for the whole payload
 * or in the place of one reading. Times that count from now count from the receipt. `topic` is for formats whose topics say
 * what the payload is. An answer with nothing says that by the format the message holds no values.
 */
export type Codec = (payload: Buffer, receivedAt: Timestamp, topic?: string) => readonly (Reading | Refusal)[];

export type CodecFactory = (options: CodecOptions) => Codec;

/** An entry of the registry in index.ts. */
export interface CodecDefinition {
  readonly create: CodecFactory;
  /** Its payloads can name whom they are of, so that the topic need not; of some only where their section says how. */
  readonly namesSubject: boolean | ((sections: CodecSections) => boolean);
  /** Its format has messages that hold no values, such as keep-alives. */
  readonly hasEmptyMessages?: boolean;
  /** Names that come with the product and are no telemetry, unless a source maps them or a model has such a metric. */
  readonly housekeeping?: readonly string[];
  /** The section of a source that holds options of this codec alone. */
  readonly section?: keyof CodecSections;
  /** What is wrong with these options. */
  check?(options: CodecSections): readonly SectionProblem[];
}

/** Something wrong in the section of a source that belongs to its codec; `path` starts with the section. */
export interface SectionProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Whether payloads of a source can name whom they are of. */
export function namesSubject({ namesSubject: named }: CodecDefinition, sections: CodecSections): boolean {
  return typeof named === 'boolean' ? named : named(sections);
}

export function isRefusal(item: object): item is Refusal {
  return 'reason' in item;
}
