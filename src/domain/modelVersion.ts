import type { Timestamp } from './time.ts';

export const MODEL_ORIGINS = ['applied', 'reverted', 'file'] as const;
/** Written by a person; the text of an earlier version; whatever the model's file says from then on. */
export type ModelOrigin = (typeof MODEL_ORIGINS)[number];

/** What somebody made of an asset model at run time. Versions are never changed; the newest one is in force. */
export interface ModelVersion {
  readonly modelId: string;
  /** 1 for the first. */
  readonly version: number;
  readonly origin: ModelOrigin;
  /** The version whose text was taken up again. */
  readonly restores?: number;
  /** Of `file`: the file's text at that time. */
  readonly yaml: string;
  readonly note?: string;
  readonly by: string;
  readonly at: Timestamp;
  /** Hash of the text of the model's file at that time; absent where it had none. */
  readonly fileHash?: string;
}
