import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { compileCalendars, compilePolicies } from '../../../src/pipeline/slaPolicies.ts';
import { tempFolder } from '../../support/temp.ts';
import { sampleTicket } from '../../support/ticket.ts';

const OFFICE = {
  id: 'office',
  zone: 'Europe/Berlin',
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' }],
};

function load(options: object, env: NodeJS.ProcessEnv = {}) {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'fettle.yaml'), JSON.stringify(options));
  return loadConfig({ env, cwd });
}

it('the first policy that fits a ticket says what is promised; what it leaves out is that of all', () => {
  const loaded = load(
    {
      calendars: [OFFICE],
      sla: {
        targets: { P1: { solution: '8h' } },
        policies: [
          { id: 'strong', customers: ['acme'], contracts: ['service'], targets: { P1: { response: '30m' } } },
          { id: 'north', sites: ['north'], calendar: 'office' },
          { id: 'none', contracts: ['none'], targets: { P1: { solution: '9h' } } },
        ],
      },
    },
    { FETTLE_SLA_TARGETS_P1_RESPONSE: '2h' },
  );
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  const { calendars, sla } = loaded.config;
  const policyOf = compilePolicies(sla, compileCalendars(calendars));
  const targetsOf = (change: object) => {
    const { response, solution } = policyOf(sampleTicket(change)).targets.P1;
    return [response / HOUR, solution / HOUR];
  };
  const contract = { kind: 'service' as const };
  expect(targetsOf({ customerId: 'acme', contract, siteId: 'north' })).toEqual([0.5, 8]);
  expect(targetsOf({ customerId: 'acme', siteId: 'south' })).toEqual([2, 9]);
  expect(targetsOf({ contract })).toEqual([2, 8]);
  const saturday = Date.UTC(2026, 2, 7, 12);
  expect(policyOf(sampleTicket({ siteId: 'north' })).calendar.isOpen(saturday)).toBe(false);
  expect(policyOf(sampleTicket({ siteId: 'south' })).calendar.isOpen(saturday)).toBe(true);
});

it.each([
  [{ sla: { calendar: 'offce' } }, "sla.calendar: there is no calendar 'offce'; calendars has none"],
  [{ calendars: [OFFICE], sla: { policies: [{ id: 'a', calendar: 'x' }] } }, 'there is: office'],
  [{ calendars: [OFFICE, OFFICE] }, "calendars[1].id: 'office' is there twice"],
  [{ calendars: [{ ...OFFICE, zone: 'Berlin' }] }, 'IANA time zone'],
  [{ calendars: [{ ...OFFICE, holidays: ['2026-02-30'] }] }, 'a date in quotes'],
  [{ calendars: [{ ...OFFICE, workdays: [{ date: '26-1-1', like: 'mon' }] }] }, 'a date in quotes'],
  [{ calendars: [{ ...OFFICE, hours: [{ days: ['mon'], from: '8:00', to: '25:00' }] }] }, 'a time of day'],
])('says what is wrong in %j', (options, expected) => {
  const loaded = load(options);
  const text = 'problems' in loaded ? loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n') : '';
  expect(text).toContain(expected);
});
