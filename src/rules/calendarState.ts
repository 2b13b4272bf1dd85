import type { MaintenanceEvent } from '../domain/asset.ts';
import type { Timestamp } from '../domain/time.ts';

/** What a rule by the calendar remembers; everything else follows from these dates. */
export interface CalendarState {
  installedAt: Timestamp | null;
  /** Steps of a life passed, or 1 while an inspection is due. */
  level: number;
  /** When the present episode began. */
  start: Timestamp | null;
  /** Inspections that are settled. */
  settled: number;
  /** The latest maintenance; `until` is null while its end is not known. */
  quiet: { from: Timestamp; until: Timestamp | null } | null;
}

export function initCalendar(): CalendarState {
  return { installedAt: null, level: 0, start: null, settled: 0, quiet: null };
}

/** Takes in a maintenance; one that begins within another goes on from it. */
export function noteMaintenance(state: CalendarState, { at, until }: MaintenanceEvent): void {
  const { quiet } = state;
  const within = quiet !== null && isQuiet(quiet, at);
  const open = !within || quiet.until === null;
  const end = until ?? null;
  state.quiet = {
    from: within ? quiet.from : at,
    until: end === null || open ? end : Math.max(quiet.until!, end),
  };
}

/** When something that comes due then can be said: after the maintenance that it falls into; undefined: not yet. */
export function saidAt({ quiet }: CalendarState, due: Timestamp): Timestamp | undefined {
  if (quiet === null || !isQuiet(quiet, due)) return due;
  return quiet.until ?? undefined;
}

function isQuiet({ from, until }: NonNullable<CalendarState['quiet']>, time: Timestamp): boolean {
  return time >= from && (until === null || time < until);
}
