import type { Clock } from '../ports/clock.ts';
import type { Assess } from './assess.ts';
import type { Fleet } from './fleet.ts';
import type { Listening } from './listening.ts';
import type { Refolds } from './refolds.ts';

/** Lets time pass for every asset: what happens without data, and events whose time has come. */
export function tickAll(fleet: Fleet, assess: Assess, refolds: Refolds, listening: Listening, clock: Clock): void {
  const now = clock.now();
  for (const tracked of fleet.all()) {
    if (tracked.recovering) continue;
    const due = tracked.ahead[0];
    if (due && due.at <= now) refolds.refold(tracked, due.at);
    else assess.tick(tracked, listening.tick(now, tracked.state.receivedAt, tracked.offlineSince));
  }
}
