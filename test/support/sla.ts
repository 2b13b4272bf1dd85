import type { SlaPolicy } from '../../src/domain/sla.ts';
import { HOUR } from '../../src/domain/time.ts';
import { ALWAYS, compileWorkCalendar } from '../../src/domain/workCalendar.ts';

const USUAL = { response: 24 * HOUR, solution: 48 * HOUR };

/** What the configuration promises as it comes. */
export const USUAL_POLICY: SlaPolicy = {
  calendar: ALWAYS,
  targets: { P1: USUAL, P2: USUAL, P3: USUAL, P4: USUAL },
  planned: { response: 24 * HOUR, margin: 0 },
  warnAt: 0.75,
};

/** Monday to Friday from 8 to 17 in Berlin. */
export const OFFICE = compileWorkCalendar({
  zone: 'Europe/Berlin',
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' }],
  holidays: [],
  workdays: [],
});
