import { describe, expect, it } from 'vitest';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR, type Timestamp } from '../../../src/domain/time.ts';
import { Fleet } from '../../../src/pipeline/fleet.ts';
import { checkReplacement } from '../../../src/pipeline/replacement.ts';
import type { Bucket, RangeQuery } from '../../../src/ports/timeSeriesStore.ts';

const NOW = Date.UTC(2026, 5, 1);
const name = { en: 'Oil', zh: '油' };
const model: AssetModel = {
  id: 'pump',
  name,
  version: 'v',
  metrics: [{ id: 'hours', kind: 'number', unit: 'h' }],
  components: [
    { id: 'oil', name, failureModes: [{ id: 'aged', name }] },
    { id: 'door', name, failureModes: [] },
  ],
  indicators: [],
  failureModes: [],
  rules: [
    {
      id: 'oil-life',
      kind: 'usage',
      componentId: 'oil',
      failureModeId: 'aged',
      mode: { default: 'live' },
      maxTicketsPerHour: 20,
      version: 'v',
      params: {
        counter: 'hours',
        form: 'rising',
        life: 4000,
        levels: [{ wear: 1, severity: 'critical' }],
        confirmSamples: 3,
        maxHold: '1h',
        onDelay: '0s',
        offDelay: '0s',
        minSamples: 1,
      },
    },
  ],
};
const pump = new Fleet([model]).add({
  id: 'p1',
  modelId: 'pump',
  siteId: 's',
  tier: 'standard',
  criticality: 'low',
  registeredBy: 'api',
  components: {},
});

/** The counter showed these readings at these times. */
function storeWith(readings: ReadonlyMap<Timestamp, number>) {
  return {
    buckets: async ({ from, to }: RangeQuery): Promise<Bucket[]> =>
      [...readings]
        .filter(([time]) => time >= from && time < to)
        .map(([time, value]) => ({
          metricId: 'hours',
          time,
          min: value,
          max: value,
          mean: value,
          last: value,
          count: 1,
        })),
  };
}

const store = storeWith(
  new Map([
    [NOW - 3 * DAY, 15_000],
    [NOW - DAY, 15_040],
  ]),
);
const check = (replacement: { at: Timestamp; reading?: number }, component = 'oil') =>
  checkReplacement(pump, component, replacement, NOW, store);

describe('a replacement', () => {
  it.each([
    ['between two readings', { at: NOW - 2 * DAY, reading: 15_020 }],
    ['a little off, as read by hand', { at: NOW - 2 * DAY, reading: 15_200 }],
    ['after the last reading', { at: NOW - HOUR, reading: 15_045 }],
    ['without a reading', { at: NOW - 2 * DAY }],
    ['where nothing was heard', { at: NOW - 300 * DAY, reading: 7 }],
  ])('is taken %s', async (_, replacement) => {
    await expect(check(replacement)).resolves.toBeUndefined();
  });

  it.each([12.5, 14_700, 157_140])('is refused at a reading of %d that the counter did not show', async (reading) => {
    await expect(check({ at: NOW - 2 * DAY, reading })).rejects.toMatchObject({
      name: 'UnacceptableError',
      problems: [{ path: '/reading', message: expect.stringMatching(/^hours stood at 15,000 to 15,040 h then/) }],
    });
  });

  it('is refused in the future', async () => {
    await expect(check({ at: NOW + HOUR })).rejects.toMatchObject({ problems: [{ path: '/at' }] });
  });

  it('of a component without a counter has no reading to check', async () => {
    await expect(check({ at: NOW - 2 * DAY, reading: 5 }, 'door')).resolves.toBeUndefined();
  });
});
