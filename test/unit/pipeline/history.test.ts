import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniform } from '../../../simulators/random.ts';
import { openDuckDbStore } from '../../../src/adapters/timeseries/duckdb/index.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { type History, readHistory } from '../../../src/pipeline/history.ts';
import { planHistory } from '../../../src/pipeline/historyPlan.ts';
import { AGGREGATE_WIDTHS, type Bucket, type TimeSeriesStore } from '../../../src/ports/timeSeriesStore.ts';
import { makeSample, makeSeries } from '../../support/series.ts';
import { makeTempFolder } from '../../support/temp.ts';

const START = Date.UTC(2026, 1, 22);
const DAYS = 12;
const END = START + DAYS * DAY;
const ASSET = 'history-1';
const METRICS = ['pressure', 'temperature'];
/** Their aggregates are wrong, so they always have to be due. */
const WRONG = [2, 3, 8].map((day) => START + day * DAY);
/** From here on there are no true aggregates. */
const ROLLED_AT_MOST = END - 9 * HOUR;

describe('history', () => {
  const log = createLog('silent');
  let store: TimeSeriesStore;

  beforeAll(async () => {
    store = await openDuckDbStore({ directory: makeTempFolder(), retention: 400 * DAY, log });
    let draw = 0;
    const samples = METRICS.flatMap((metricId) => {
      const series = makeSeries(ASSET, metricId);
      const times = new Set<Timestamp>();
      for (let time = START; time < END; time += Math.ceil(uniform(1, draw++) * 20 * MINUTE)) times.add(time);
      return [...times].map((time) => makeSample(series, time, Math.round(uniform(2, draw++) * 1000) / 8));
    });
    await store.append(samples);
    for (const width of AGGREGATE_WIDTHS)
      for await (const buckets of store.aggregate([ASSET], START, END, width))
        await store.saveAggregates(
          width,
          buckets.map((bucket) => (isTrue(bucket.time) ? bucket : { ...bucket, min: -1, max: 9999, last: -1 })),
        );
  });
  afterAll(() => store.close());

  const isTrue = (time: Timestamp) => time < ROLLED_AT_MOST && !WRONG.some((day) => time >= day && time < day + DAY);

  const ask = (
    query: { from: Timestamp; to: Timestamp; metricIds?: readonly string[] },
    width: number,
    state: { rolledTo?: Timestamp; due: readonly Timestamp[] },
    now = END,
  ): Promise<History> => {
    const rollups = { stateOf: async () => state };
    const metricIds = query.metricIds ?? METRICS;
    return readHistory({ ...query, assetId: ASSET, metricIds }, width, { store, rollups, clock: { now: () => now } });
  };

  it('is what raw samples give, whatever is due and however far aggregates have come', async () => {
    const time = fc.integer({ min: START - DAY, max: END + DAY });
    const widths = fc.constantFrom(5, 10, 15, 60, 90, 120, 1440, 7 * 1440, 7).map((minutes) => minutes * MINUTE);
    const otherDays = fc.subarray(Array.from({ length: DAYS }, (_, day) => START + day * DAY));
    const rolledTo = fc.integer({ min: START, max: ROLLED_AT_MOST }).map((at) => at - (at % (5 * MINUTE)));
    const metrics = fc.shuffledSubarray(METRICS, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        time,
        time,
        widths,
        otherDays,
        rolledTo,
        metrics,
        async (a, b, width, more, rolled, metricIds) => {
          const query = { from: Math.min(a, b), to: Math.max(a, b) + 1, metricIds };
          const due = [...new Set([...WRONG, ...more])].sort((x, y) => x - y);
          const { buckets } = await ask(query, width, { rolledTo: rolled, due });
          expectSame(buckets, await store.buckets({ assetId: ASSET, ...query }, width));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('says what it was made of', async () => {
    const state = { rolledTo: ROLLED_AT_MOST, due: WRONG };
    const span = { from: WRONG[1]! + DAY, to: WRONG[2]! };
    expect((await ask(span, DAY, state)).resolution).toBe('1h');
    expect((await ask(span, 15 * MINUTE, state)).resolution).toBe('5m');
    expect((await ask(span, 7 * MINUTE, state)).resolution).toBe('raw');
    expect((await ask({ ...span, to: span.from + 2 * DAY }, HOUR, state)).resolution).toBe('raw');
    expect((await ask({ ...span, to: span.to + 1 }, DAY, state)).resolution).toBe('mixed');
    expect((await ask(span, DAY, { due: [] })).resolution).toBe('raw');
  });

  it('goes on where samples are gone, by whole aggregates', async () => {
    const query = { assetId: ASSET, metricIds: METRICS, from: START + 20 * MINUTE, to: START + 4 * HOUR + 1 };
    const state = { rolledTo: ROLLED_AT_MOST, due: [START, ...WRONG] };
    const now = START + 400 * DAY + 5 * DAY + 30 * MINUTE;
    const { buckets, resolution } = await ask(query, HOUR, state, now);
    expect(resolution).toBe('1h');
    const whole = { ...query, from: START, to: START + 5 * HOUR };
    expectSame(buckets, await store.buckets(whole, HOUR));
  });
});

describe('the plan of a range', () => {
  const state = { rolledTo: START + 10 * DAY + 55 * MINUTE, due: [START + 3 * DAY, START + 4 * DAY] };

  it('takes aggregates in between, and samples at ragged ends, due days and the newest', () => {
    const question = { ...state, from: START + 10 * MINUTE, to: START + 11 * DAY, width: HOUR, rawFrom: 0 };
    expect(planHistory(question)).toEqual([
      { from: START + 10 * MINUTE, to: START + HOUR, source: 'raw' },
      { from: START + HOUR, to: START + 3 * DAY, source: HOUR },
      { from: START + 3 * DAY, to: START + 5 * DAY, source: 'raw' },
      { from: START + 5 * DAY, to: START + 10 * DAY, source: HOUR },
      { from: START + 10 * DAY, to: START + 11 * DAY, source: 'raw' },
    ]);
  });

  it('takes a due day from samples only where all of it can be there', () => {
    const rawFrom = START + 3 * DAY + 90 * MINUTE;
    const question = { ...state, from: START, to: START + 6 * DAY, width: HOUR, rawFrom };
    expect(planHistory(question)).toEqual([
      { from: START, to: START + 3 * DAY + 2 * HOUR, source: HOUR },
      { from: START + 3 * DAY + 2 * HOUR, to: START + 5 * DAY, source: 'raw' },
      { from: START + 5 * DAY, to: START + 6 * DAY, source: HOUR },
    ]);
  });

  it('leaves no gap and no overlap', () => {
    const time = fc.integer({ min: START, max: START + 15 * DAY });
    const width = fc.constantFrom(5 * MINUTE, HOUR, 6 * HOUR, DAY);
    const due = fc.subarray(Array.from({ length: 15 }, (_, day) => START + day * DAY));
    fc.assert(
      fc.property(time, time, time, time, width, due, (a, b, rawFrom, rolled, wide, days) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const rolledTo = rolled - (rolled % (5 * MINUTE));
        const segments = planHistory({ from, to, width: wide, rawFrom, rolledTo, due: days });
        expect(segments[0]!.from).toBeLessThanOrEqual(from);
        expect(segments.at(-1)!.to).toBeGreaterThanOrEqual(to);
        segments.forEach((segment, index) => {
          expect(segment.from).toBeLessThan(segment.to);
          if (index > 0) expect(segment.from).toBe(segments[index - 1]!.to);
          if (segment.source === 'raw') return;
          expect(segment.from % segment.source).toBe(0);
          expect(segment.to % segment.source).toBe(0);
          expect(segment.to).toBeLessThanOrEqual(rolledTo);
        });
        if (segments[0]!.from < from || segments.at(-1)!.to > to) expect(from).toBeLessThan(rawFrom);
      }),
    );
  });
});

/** The mean of means has its own rounding. */
function expectSame(actual: readonly Bucket[], expected: readonly Bucket[]): void {
  const exact = (buckets: readonly Bucket[]) => buckets.map(({ mean: _, ...rest }) => rest);
  expect(exact(actual)).toEqual(exact(expected));
  actual.forEach(({ mean }, index) => {
    expect(mean).toBeCloseTo(expected[index]!.mean, 6);
  });
}
