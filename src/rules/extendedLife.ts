import type { Timestamp } from '../domain/time.ts';
import type { Weibull } from '../prognostics/weibull.ts';
import type { LifeOptions, UsageState } from './usageState.ts';

/** What a person who looked at a worn part gives it: lives from its installation, in place of the rated ones. */
export interface ExtendedLife {
  at: Timestamp;
  life: number;
  calendarLife: number | null;
  /** Severity, as 1 + its rank, that was known then: not raised again before it has been less, or this life has ended. */
  known: number;
}

/** The options as they are for a part whose life may have been extended. */
export function extended({ extended: given }: Pick<UsageState, 'extended'>, options: LifeOptions): LifeOptions {
  if (!given) return options;
  const { life, calendarLife } = given;
  return { ...options, life, calendarLife: calendarLife ?? undefined, stretch: life / options.life };
}

/** How the lives of such parts differ, stretched as this one's was extended. */
export function livesOf({ taught }: Pick<UsageState, 'taught'>, { lives, stretch }: LifeOptions): Weibull | undefined {
  const known = taught ?? lives;
  return known && stretch !== undefined ? { shape: known.shape, scale: known.scale * stretch } : known;
}

/** Whether a severity that holds at this wear was known when the life was extended. */
export function isKnown({ extended: given }: Pick<UsageState, 'extended'>, rank: number, wear: number): boolean {
  if (!given) return false;
  given.known = wear >= 1 ? 0 : Math.min(given.known, rank);
  return rank > 0 && rank <= given.known;
}
