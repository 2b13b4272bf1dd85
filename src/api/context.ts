import type { Asset, DeviceBinding } from '../domain/asset.ts';
import type { NewFailure } from '../domain/failure.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Fault } from './errors.ts';
import type { GuardParts } from './guard.ts';
import type { LiveOptions } from './liveHub.ts';
import type { ChartLinks } from './resources/chart.ts';
import type { Services } from './services.ts';

/** Reads a CSV file of assets; all of its problems at once when it has any. */
export type ParseAssetsCsv = (
  text: string,
  fileName: string,
) =>
  | { readonly assets: readonly Asset[]; readonly bindings: readonly DeviceBinding[] }
  | { readonly problems: readonly Fault[] };

/** Reads a CSV file of failure records; all of its problems at once when it has any. */
export type ParseFailuresCsv = (
  text: string,
  fileName: string,
) =>
  | {
      readonly failures: readonly { readonly failure: NewFailure }[];
      /** A problem of one of several failures, at its line and column. */
      readonly placeOf: (problem: Fault) => Fault;
    }
  | { readonly problems: readonly Fault[] };

/** What the routes work with. */
export interface ApiContext {
  readonly services: Services;
  /** Who is let in, and by what. */
  readonly access: GuardParts;
  /** Where Fettle is reached from outside, such as `https://fettle.example.com`. */
  readonly publicUrl: string;
  readonly charts: ChartLinks;
  readonly now: () => Timestamp;
  readonly parseAssetsCsv: ParseAssetsCsv;
  readonly parseFailuresCsv: ParseFailuresCsv;
  /** Bytes of an imported file at most. */
  readonly importLimit: number;
  readonly live: LiveOptions;
  readonly log: Log;
}
