import { duplicates, flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import type { Path } from './problem.ts';
import { listAt, valueAt } from './values.ts';

/** Calendars and what names them. */
export function slaChecks(config: unknown): Flaw[] {
  const policies = listAt(config, ['sla', 'policies']);
  return [
    ...duplicates(listAt(config, ['calendars']), 'id', ['calendars']),
    ...duplicates(policies, 'id', ['sla', 'policies']),
    ...calendarAt(config, ['sla', 'calendar']),
    ...policies.flatMap((_, index) => calendarAt(config, ['sla', 'policies', index, 'calendar'])),
  ];
}

/** A flaw where the calendar named there is not one of the configured ones. */
export function calendarAt(config: unknown, path: Path): Flaw[] {
  const named = valueAt(config, path);
  const known = listAt(config, ['calendars']).map((calendar) => valueAt(calendar, ['id']));
  if (named === undefined || known.includes(named)) return [];
  const there = known.length > 0 ? `there is: ${known.join(', ')}` : 'calendars has none';
  return [flaw(path, `there is no calendar '${named}'; ${there}`)];
}
