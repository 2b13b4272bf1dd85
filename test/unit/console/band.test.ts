import { expect, it } from 'vitest';
import { bandOf } from '../../../src/console/i18n/band.ts';

const format = { date: (at: string) => at.slice(0, 10) };

it.each([
  ['both days of a band', '2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z', ['2026-03-01', '2026-05-01']],
  ['an end past the horizon', '2026-03-01T00:00:00Z', null, ['2026-03-01', 'later']],
  ['one day said once', '2026-03-01T00:00:00Z', '2026-03-01T18:00:00Z', undefined],
  ['no early day', null, null, undefined],
])('tells %s', (_, p10, p90, expected) => {
  expect(bandOf({ p10, p90 }, format, 'later')).toEqual(expected);
});
