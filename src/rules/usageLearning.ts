import type { ComponentInstalledEvent, FleetLearnedEvent } from '../domain/asset.ts';
import { keepLife, learnFromLives, taughtIn } from './fleetLives.ts';
import type { FleetLearning } from './rule.ts';
import type { LifeOptions, UsageState } from './usageState.ts';

/** Share of a life in which a replacement that somebody enters is the one that the counter has shown already. */
const SAME_EXCHANGE = 0.05;

/** The component in this place is replaced, or its counter shows that it was: its life has ended, so far as it is known. */
export function endLife(state: UsageState, { life }: LifeOptions, event?: ComponentInstalledEvent): void {
  const failed = event?.removed === 'failed';
  const last = state.lives.at(-1);
  if (event && last && state.foundByCounter && state.used < SAME_EXCHANGE * life) {
    last.failed ||= failed;
    return;
  }
  const { entry, used: age } = state;
  if (entry !== null) keepLife(state.lives, { age, entry, failed });
}

/** Takes what the fleet taught. */
export function takeTaught(state: UsageState, { unit }: LifeOptions, { reference }: FleetLearnedEvent): void {
  state.taught = taughtIn(unit, reference) ?? state.taught;
}

export function usageLearning(options: LifeOptions): FleetLearning<UsageState> {
  return learnFromLives(
    options,
    ({ lives, entry, used }) => ({ ended: lives, ...(entry !== null && { present: { age: used, entry } }) }),
    ({ taught }) => taught,
  );
}
