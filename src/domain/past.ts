import type { Rejection } from './sample.ts';
import type { Timestamp } from './time.ts';

/** Values of one instant of the past, as somebody brings them; of an asset, or of a device. */
export interface PastReading {
  readonly assetId?: string;
  readonly deviceId?: string;
  /** Not yet parsed. */
  readonly time: unknown;
  /** By the names that the source maps. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Units by the name in `values`; those that the source's mapping names count before. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Readings of the past that are brought together, to be taken as the source takes what its devices send. */
export interface PastBatch {
  readonly sourceId: string;
  /** IANA zone of times without one, in place of the source's. */
  readonly zone?: string;
  readonly readings: readonly PastReading[];
}

/** One thing refused of a reading; `reading` is its place in the batch, from 0. */
export interface PastRejection extends Rejection {
  readonly reading: number;
}

/** From when to when samples of an asset were read. */
export interface PastSpan {
  readonly assetId: string;
  readonly samples: number;
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** What became of a batch. Of a trial nothing is stored, nor known to be there. */
export interface PastTaken {
  /** Samples that were stored. */
  readonly stored: number;
  /** Samples that were there already. */
  readonly duplicate: number;
  /** All that was refused; nothing of it is kept. */
  readonly rejections: readonly PastRejection[];
  /** Of the samples that could be read. */
  readonly spans: readonly PastSpan[];
}

/** `busy`: nothing was taken, since the store is behind. `slow`: it is taken and not yet durable; brought again it counts once. */
export type PastAnswer = PastTaken | 'busy' | 'slow';
