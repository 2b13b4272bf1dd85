import { DAY } from '../../src/domain/time.ts';
import { FleetLessons } from '../../src/pipeline/fleetLessons.ts';
import type { TestFettle } from './fettle.ts';

/** The daily job as Fettle runs it, on another day. */
export function lessonsOf({ app: { pipeline } }: TestFettle, day: number): FleetLessons {
  const { fleet, assessment, recovery, faults, parts } = pipeline;
  const { database, log, clock } = parts;
  const later = { now: () => clock.now() + day * DAY, elapsed: () => clock.elapsed() };
  return new FleetLessons({ database, fleet, assessment, recovery, faults, clock: later, log });
}
