import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { Refold, type Refolded } from '../../../src/pipeline/refold.ts';
import type { StoredState } from '../../../src/ports/database.ts';
import type { StoredSample, TimeSeriesStore, Watermark } from '../../../src/ports/timeSeriesStore.ts';
import { initState, parseState } from '../../../src/rules/state.ts';
import type { UsageState } from '../../../src/rules/usageState.ts';
import { noFault } from '../../support/faults.ts';
import { ASSET, Asset, type HistorySample, type Item, inOrder, isEvent, makeModel, makeRule, T0 } from './history.ts';
import { groupOf, historyOf, MACHINE } from './machine.ts';

/** A failure prints its seed and path; more runs find more. */
const RUNS = { numRuns: 60 };

/** The findings of each rule in its order; rules may overtake each other. */
function byRule(findings: readonly Finding[]): Record<string, Finding[]> {
  return Object.fromEntries(MACHINE.rules.map(({ id }) => [id, findings.filter(({ ruleId }) => ruleId === id)]));
}

function folded(items: readonly Item[]): Asset {
  return new Asset(MACHINE).takeAll(inOrder(items));
}

function sameAs(reference: Asset, other: Asset): void {
  expect(byRule(other.findings)).toEqual(byRule(reference.findings));
  expect(new Set(other.usage)).toEqual(new Set(reference.usage));
  expect(JSON.parse(other.saved)).toEqual(JSON.parse(reference.saved));
}

/** The store's end of a refold: what lies beyond the watermarks, in the order of the fold, in batches. */
function storeOf(samples: readonly HistorySample[], batch: number): Pick<TimeSeriesStore, 'readFrom'> {
  const stored = inOrder(samples).map((item): StoredSample => {
    const { metric, time, value, quality = 0 } = item as HistorySample;
    return { assetId: ASSET, metricId: MACHINE.metrics[metric]!.id, time, value, quality, receivedAt: time };
  });
  return {
    async *readFrom(watermarks: readonly Watermark[]) {
      const after = new Map(watermarks.map(({ metricId, after }) => [metricId, after ?? Number.NEGATIVE_INFINITY]));
      const wanted = stored.filter(({ metricId, time }) => time > after.get(metricId)!);
      for (let at = 0; at < wanted.length; at += batch) yield wanted.slice(at, at + batch);
    },
  };
}

describe('the same history gives the same findings and the same state', () => {
  it('however often it is saved and restored', () => {
    fc.assert(
      fc.property(historyOf, fc.infiniteStream(fc.boolean()), ({ samples, events }, crashes) => {
        const items = [...samples, ...events];
        const crashing = new Asset(MACHINE);
        for (const item of inOrder(items)) {
          if (crashes.next().value) crashing.restore();
          crashing.take(item);
        }
        sameAs(folded(items), crashing);
      }),
      RUNS,
    );
  });

  it('however often its samples and events come again, which are seen already', () => {
    fc.assert(
      fc.property(historyOf, fc.infiniteStream(fc.nat()), ({ samples, events }, picks) => {
        const items = inOrder([...samples, ...events]);
        const repeating = new Asset(MACHINE);
        items.forEach((item, at) => {
          expect(repeating.take(item)).toBe('folded');
          expect(repeating.take(item)).toBe('seen');
          expect(repeating.take(items[picks.next().value % (at + 1)]!)).toBe('seen');
        });
        sameAs(folded(items), repeating);
      }),
      RUNS,
    );
  });

  it('however samples overtake each other that no rule reads together', () => {
    fc.assert(
      fc.property(historyOf, fc.infiniteStream(fc.nat()), ({ samples, events }, picks) => {
        const items = inOrder([...samples, ...events]);
        const overtaking = new Asset(MACHINE);
        for (const stretch of betweenEvents(items)) {
          for (const item of overtake(stretch, () => picks.next().value)) expect(overtaking.take(item)).toBe('folded');
        }
        sameAs(folded(items), overtaking);
      }),
      RUNS,
    );
  });

  it('folded anew from the beginning or from any snapshot, read in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf, fc.integer({ min: 1, max: 50 }), async ({ samples, events }, batch) => {
        const ordered = inOrder(events).filter(isEvent);
        const now = T0 + 9 * DAY;
        const refold = async (from?: StoredState): Promise<Refolded> => {
          const anew = new Refold({
            assetId: ASSET,
            model: reference.model,
            state: (from && parseState(from.state, reference.model).state) ?? initState(reference.model),
            events: ordered,
            faults: { add: noFault },
          });
          while ((await anew.readOn(storeOf(samples, batch))) > 0);
          return anew.finish(() => ({ now, lastHeard: null, silentFor: 0, listened: () => 0 }));
        };
        const reference = new Asset(MACHINE);
        reference.fold.announce(ordered);
        reference.takeAll(inOrder([...samples, ...events])).tick(now, { lastHeard: null });

        const all = await refold();
        expect(all.outOfOrder).toBeUndefined();
        expect(all.findings).toEqual(reference.findings);
        expect(all.state.rules).toEqual(reference.fold.state.rules);
        for (const snapshot of all.snapshots) {
          const part = await refold(snapshot);
          expect(part.state).toEqual(all.state);
          expect(part.findings).toEqual(all.findings.slice(all.findings.length - part.findings.length));
        }
      }),
      { numRuns: RUNS.numRuns / 3 },
    );
  });
});

describe('out of order', () => {
  it('is late where a joint rule or an event has passed it, seen where its metric has, and changes nothing then', () => {
    fc.assert(
      fc.property(historyOf, fc.infiniteStream(fc.nat(30)), ({ samples, events }, jumps) => {
        const arrivals = inOrder([...samples, ...events])
          .map((item, at) => ({ item, place: at + jumps.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ item }) => item);
        const asset = new Asset(MACHINE);
        const taken: Item[] = [];
        for (const item of arrivals) {
          const before = asset.saved;
          const expected = expectedResult(item, taken);
          expect(asset.take(item)).toBe(expected);
          if (expected === 'folded') taken.push(item);
          else expect(asset.saved).toBe(before);
        }
        sameAs(folded(taken), asset);
      }),
      RUNS,
    );
  });
});

describe('the state', () => {
  it('is plain JSON at every moment', () => {
    fc.assert(
      fc.property(historyOf, ({ samples, events }) => {
        const asset = new Asset(MACHINE);
        for (const item of inOrder([...samples, ...events])) {
          asset.take(item);
          const { rules, closed, activeFrom } = asset.fold.state;
          const kept = { rules, closed, activeFrom };
          expect(JSON.parse(JSON.stringify(kept))).toStrictEqual(kept);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the usage ledger', () => {
  const METRICS: MetricDefinition[] = [{ id: 'cycles', kind: 'number', unit: 'cycles' }];
  const steps = fc.array(
    fc.record({ rise: fc.oneof(fc.nat(30), fc.constantFrom(0, 5000)), wait: fc.integer({ min: 1, max: 40 * 60 }) }),
    { minLength: 1, maxLength: 120, size: 'max' },
  );

  it.each([
    { life: 1000 },
    { life: 1000, maxRatePerHour: 12 },
    { life: 1e9, maxRatePerHour: 1 },
  ])('adds up exactly to what the counter rose by, whatever the splits: %j', (params) => {
    const model = makeModel(METRICS, [makeRule('usage', { counter: 'cycles', ...params })]);
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.boolean()), (history, crashes) => {
        const asset = new Asset(model);
        let [time, reading] = [T0, 100];
        for (const { rise, wait } of history) {
          asset.take({ metric: 0, time, value: reading });
          if (crashes.next().value) asset.restore();
          time += wait * MINUTE;
          reading += rise;
        }
        const state = asset.fold.state.rules[0] as UsageState;
        const entered = asset.usage.reduce((sum, day) => sum + day.used + day.adjusted, 0);
        expect(entered + state.dayUsed + state.dayAdjusted).toBeCloseTo(state.counter.reading! - 100, 6);
        const last = asset.usage.at(-1);
        if (last) expect(last.day).toBeLessThan(state.day!);
        expect(new Set(asset.usage.map(({ day }) => day)).size).toBe(asset.usage.length);
      }),
      RUNS,
    );
  });

  it('counts no more than the rate allows, and an hour', () => {
    const model = makeModel(METRICS, [makeRule('usage', { counter: 'cycles', life: 1e9, maxRatePerHour: 12 })]);
    fc.assert(
      fc.property(steps, (history) => {
        const asset = new Asset(model);
        let [time, reading] = [T0, 100];
        for (const { rise, wait } of history) {
          asset.take({ metric: 0, time, value: reading });
          time += wait * MINUTE;
          reading += rise;
        }
        const state = asset.fold.state.rules[0] as UsageState;
        expect(state.used).toBeLessThanOrEqual(12 * ((time - T0) / HOUR + 1) + 1e-6);
      }),
      RUNS,
    );
  });
});

/** Items cut at the events, each of which is a stretch of its own. */
function betweenEvents(items: readonly Item[]): Item[][] {
  const stretches: Item[][] = [[]];
  for (const item of items) {
    if (isEvent(item)) stretches.push([item], []);
    else stretches.at(-1)!.push(item);
  }
  return stretches;
}

/** Merges the groups of a stretch anew, each in its own order. */
function overtake(stretch: readonly Item[], pick: () => number): Item[] {
  const groups = [...new Set(stretch.map(groupOf))];
  const queues = groups.map((group) => stretch.filter((item) => groupOf(item) === group));
  const merged: Item[] = [];
  while (queues.length > 0) {
    const at = pick() % queues.length;
    merged.push(queues[at]!.shift()!);
    if (queues[at]!.length === 0) queues.splice(at, 1);
  }
  return merged;
}

/** By definition, from what was taken so far. */
function expectedResult(item: Item, taken: readonly Item[]): 'folded' | 'seen' | 'late' {
  const samples = taken.filter((other): other is HistorySample => !isEvent(other));
  const events = taken.filter(isEvent);
  if (isEvent(item)) {
    if (events.some(({ at, id }) => at > item.at || (at === item.at && id >= item.id))) return 'seen';
    return samples.some(({ time }) => time >= item.at) ? 'late' : 'folded';
  }
  if (samples.some(({ metric, time }) => metric === item.metric && time >= item.time)) return 'seen';
  if (events.some(({ at }) => at > item.time)) return 'late';
  const joint = groupOf(item) === 1;
  return joint && samples.some((other) => groupOf(other) === 1 && other.time > item.time) ? 'late' : 'folded';
}
