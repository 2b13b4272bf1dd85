import type { Directory } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';
import type { PresenceDefinition } from '../domain/presence.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Duration } from '../domain/time.ts';
import type { DeadLetter, DeadLetterRepository } from '../ports/database.ts';
import type { Expressions } from '../ports/expressions.ts';

/** What is known where the unmapped are looked through. */
export interface UnmappedParts {
  readonly deadLetters: Pick<DeadLetterRepository, 'groups' | 'getAll'>;
  readonly sources: readonly SourceDefinition[];
  readonly presence: readonly PresenceDefinition[];
  readonly models: readonly AssetModel[];
  readonly directory: Pick<Directory, 'byAsset' | 'byDevice'>;
  /** Ids of sites with assets. */
  readonly sites: ReadonlySet<string>;
  readonly retention: Duration;
  readonly expressions?: Pick<Expressions, 'evaluate'> | undefined;
}

/** Dead letters of a reason that are looked at, the newest. */
export const LOOKED_AT = 10_000;
/** So many are told of a group. */
export const SAMPLES = 3;
/** Groups told. */
export const MOST_TOLD = 100;

/** Larger payloads are not looked into. */
const LARGEST = 64 * 1024;

/** Whether the payload was kept whole and is worth reading. */
export function isReadable({ payload, payloadBytes }: DeadLetter): boolean {
  return payload.length === payloadBytes && payloadBytes > 0 && payloadBytes <= LARGEST;
}
