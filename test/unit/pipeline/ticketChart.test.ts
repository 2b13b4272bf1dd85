import { describe, expect, it } from 'vitest';
import type { Evidence, Forecast } from '../../../src/domain/finding.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { type TicketChartParts, ticketChart } from '../../../src/pipeline/ticketChart.ts';
import type { RangeQuery } from '../../../src/ports/timeSeriesStore.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T = Date.UTC(2026, 2, 28, 12);
const model = {
  id: 'm',
  name: { en: 'M', zh: 'M' },
  metrics: [
    { id: 'hours', kind: 'number', unit: 'h' },
    { id: 'warm', kind: 'number', unit: '°C', name: { en: 'Warmth', zh: '温度' } },
    { id: 'cool', kind: 'number', unit: '°C' },
  ],
  indicators: [{ id: 'gap', expression: 'warm - cool', unit: 'K' }],
  components: [],
  failureModes: [],
  rules: ['rising', 'remaining-percent', 'running'].map((form) => ({ id: form, kind: 'usage', params: { form } })),
  version: '1',
} as unknown as AssetModel;

const threshold: Evidence = {
  kind: 'threshold',
  metricId: 'warm',
  unit: '°C',
  direction: 'above',
  limit: 80,
  value: 85,
  extreme: 86,
  samples: 3,
};
const usage: Evidence = { kind: 'usage', metricId: 'hours', unit: 'h', used: 3600, life: 4000, wear: 0.9 };
const forecast: Forecast = { p10: T + 10 * DAY, p50: T + 14 * DAY, p90: T + 400 * DAY };

/** A store in which each metric has one value an hour: its hours since T, and its place. */
function parts(asked: (RangeQuery & { width?: number })[] = []): TicketChartParts {
  const levelOf = (metricId: string, time: number) =>
    (time - T) / HOUR + 1000 * model.metrics.findIndex(({ id }) => id === metricId);
  const hourly = ({ from, to, metricIds }: RangeQuery) => {
    const times = [];
    for (let time = Math.ceil(from / HOUR) * HOUR; time < to; time += HOUR) times.push(time);
    return times.flatMap((time) => metricIds.map((metricId) => ({ metricId, time, value: levelOf(metricId, time) })));
  };
  return {
    fleet: { get: (id) => (id === 'a' ? ({ asset: { id, name: 'A' }, model } as never) : undefined) },
    store: {
      async range(query) {
        asked.push(query);
        return hourly(query).map((one) => ({ ...one, assetId: 'a', quality: 0 as const, receivedAt: one.time }));
      },
    },
    async history(query, width) {
      asked.push({ ...query, width });
      const buckets = hourly(query).map(({ metricId, time, value }) => ({
        ...{ metricId, time, min: value - 1, max: value + 2, mean: value, last: value, count: 1 },
      }));
      return { buckets, resolution: 'raw' };
    },
  };
}

const of = (evidence: Evidence | undefined, change: object = {}) =>
  sampleTicket({
    assetId: 'a',
    window: { from: T - 2 * HOUR, to: T },
    openedAt: T,
    ruleId: 'rising',
    ...(evidence && { evidence }),
    ...change,
  });

describe('the picture of a ticket', () => {
  it('shows the evidence with as much before it and a quarter after it, in a bounded number of points', async () => {
    const asked: (RangeQuery & { width?: number })[] = [];
    const chart = await ticketChart(of(threshold), 'UTC', parts(asked));
    expect(chart).toMatchObject({ from: T - 4 * HOUR, to: T + HOUR / 2, limit: 80, unit: '°C', zone: 'UTC' });
    expect(chart!.name).toEqual({ en: 'Warmth', zh: '温度' });
    expect(chart!.points[0]).toEqual({ time: T - 4 * HOUR, value: 996, min: 995, max: 998 });
    expect(asked).toEqual([{ assetId: 'a', metricIds: ['warm'], from: T - 4 * HOUR, to: T + HOUR / 2, width: MINUTE }]);
  });

  it('asks for wider buckets over a longer time', async () => {
    const asked: (RangeQuery & { width?: number })[] = [];
    await ticketChart(of(threshold, { window: { from: T - 200 * DAY, to: T } }), 'UTC', parts(asked));
    expect((asked[0]!.to - asked[0]!.from) / asked[0]!.width!).toBeLessThanOrEqual(300);
  });

  it('has the end of life at the reading that the counter will show then, and the way to it', async () => {
    const chart = await ticketChart(of(usage, { forecast }), 'UTC', parts());
    // The counter shows 0 h at T; 400 h of 4,000 are left.
    expect(chart).toMatchObject({
      limit: 400,
      forecast: { ...forecast, time: T, value: 0 },
      from: T - 2 * HOUR - 14 * DAY,
    });
    expect(chart!.to).toBeGreaterThan(forecast.p50!);
    expect(chart!.to - T).toBeLessThan(30 * DAY);
    const rising = parts();
    const falling: TicketChartParts = {
      ...rising,
      async history(query, width) {
        const { buckets, resolution } = await rising.history(query, width);
        return { buckets: buckets.map((bucket) => ({ ...bucket, mean: 90 - bucket.mean })), resolution };
      },
    };
    const emptying = { ...usage, used: 10, life: 100 };
    expect((await ticketChart(of(emptying, { ruleId: 'remaining-percent' }), 'UTC', falling))!.limit).toBe(90 - 90);
    // A counter that was set back goes up from there.
    expect((await ticketChart(of(emptying), 'UTC', falling))!.limit).toBe(90 + 90);
    const byDate = await ticketChart(of({ ...usage, calendarWear: 0.95 }, { forecast }), 'UTC', parts());
    expect(byDate).not.toHaveProperty('limit');
    expect(byDate).not.toHaveProperty('forecast');
  });

  it('has no end of life on a running signal, nor where the rule is gone', async () => {
    for (const ruleId of ['running', 'gone']) {
      const chart = await ticketChart(of(usage, { forecast, ruleId }), 'UTC', parts());
      expect(chart!.points.length).toBeGreaterThan(0);
      expect(chart).not.toHaveProperty('limit');
      expect(chart).not.toHaveProperty('forecast');
    }
  });

  it('works an indicator out from what it is made of', async () => {
    const chart = await ticketChart(of({ ...threshold, metricId: 'gap', unit: 'K' }), 'UTC', parts());
    expect(chart).toMatchObject({ unit: 'K', name: { en: 'gap', zh: 'gap' } });
    expect(new Set(chart!.points.map(({ value }) => value))).toEqual(new Set([-1000]));
    expect(chart!.points).toHaveLength(5);
  });

  it('is none where nothing was measured, or not any more', async () => {
    const silence: Evidence = { kind: 'silence', lastHeard: T, silentFor: HOUR };
    const unknown = { ...threshold, metricId: 'gone' };
    for (const ticket of [of(silence), of(undefined), of(unknown), of(threshold, { assetId: 'gone' })])
      expect(await ticketChart(ticket, 'UTC', parts())).toBeUndefined();
  });
});
