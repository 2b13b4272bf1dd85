import type { Rejection } from './sample.ts';

/** A message that is looked at and not taken. */
export interface TrialMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** This source alone. */
  readonly sourceId?: string | undefined;
  /** Take an asset that is not registered for one of this model; by default the one that fits best. */
  readonly modelId?: string | undefined;
}

/** What is put in place of what came; what is absent stays. */
export interface CorrectedMessage {
  readonly topic?: string | undefined;
  readonly payload?: Uint8Array | undefined;
}

export interface TrialSample {
  readonly asset: string;
  readonly metric: string;
  /** ISO 8601 in UTC, to the microsecond where the device was that exact. */
  readonly time: string;
  readonly value: number;
  readonly unit?: string;
  /** The name of the code, of states and events. */
  readonly symbol?: string;
  /** What that code means, where the model says it; in English. */
  readonly meaning?: string;
  readonly quality: number;
}

/** One whom the message speaks for. */
export interface TrialSubject {
  readonly assetId?: string;
  readonly siteId?: string;
  readonly deviceId?: string;
  /** Whether the asset, or the binding of the device, is registered. */
  readonly registered: boolean;
  /** The model it was read by. */
  readonly modelId?: string;
}

/** What one source makes of the message; whom it speaks for first is told beside it. */
export interface SourceTrial extends TrialSubject {
  readonly sourceId: string;
  /** Its topic template. */
  readonly topic: string;
  readonly codec: string;
  /** All that it speaks for, where the payload names several; fifty at most. */
  readonly subjects?: readonly TrialSubject[];
  readonly samples: readonly TrialSample[];
  readonly rejections: readonly Rejection[];
}

/** How well a model fits the names in the payload. */
export interface ModelFit {
  readonly modelId: string;
  /** From 0 to 1: the harmonic mean of the share of names it knows and the share of its metrics that are there. */
  readonly score: number;
  readonly mapped: readonly { readonly name: string; readonly metric: string }[];
  /** Names that are written a little differently from a metric. */
  readonly similar: readonly { readonly name: string; readonly metric: string }[];
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

export interface DecodeTrial {
  /** Those whose topic fits; the first takes the message. */
  readonly sources: readonly SourceTrial[];
  /** A topic template that would fit, where no source does. */
  readonly suggestedTopic?: string;
  /** For the first that is not registered, else the first; best first; only those that know a name. */
  readonly models: readonly ModelFit[];
  readonly suggestedAsset?: { readonly id: string; readonly siteId: string; readonly name: string };
}
