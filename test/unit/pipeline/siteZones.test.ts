import { expect, it } from 'vitest';
import { siteZones } from '../../../src/pipeline/siteZones.ts';

const calendars = [
  { id: 'cn', zone: 'Asia/Shanghai' },
  { id: 'de', zone: 'Europe/Berlin' },
];

it('takes the calendar of the first policy that names the site, else the common one, else UTC', () => {
  const policies = [
    { sites: ['leipzig'], customers: ['ACME'] },
    { sites: ['leipzig', 'bonn'], calendar: 'de' },
    { customers: ['ACME'], calendar: 'de' },
    { sites: ['leipzig'], calendar: 'cn' },
  ];
  expect(siteZones({ calendar: 'cn', policies }, calendars)).toEqual({
    sites: { leipzig: 'Europe/Berlin', bonn: 'Europe/Berlin' },
    others: 'Asia/Shanghai',
  });
  expect(siteZones({ policies: [] }, calendars)).toEqual({ sites: {}, others: 'UTC' });
});
