import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import {
  Asset,
  type HistorySample,
  type Item,
  inOrder,
  isEvent,
  makeEvent,
  makeModel,
  makeRule,
  T0,
} from './history.ts';

/**
 * What happens at a moment that follows from events alone (a window empties) must not depend on who looked when: a live
 * asset with ticks at any moments and samples in any order, folded anew where something is late, states what one fold of
 * the whole history states.
 */
const METRICS: MetricDefinition[] = [
  { id: 'fault', kind: 'event', codes: { none: 0, jam: 1, hot: 2 } },
  { id: 'temperature', kind: 'number', unit: '°C' },
  { id: 'pressure', kind: 'number', unit: 'bar' },
];
const observed = { mode: { default: 'observe' as const } };
const warning = [{ limit: 60, severity: 'warning' }];
const MODEL = makeModel(METRICS, [
  // Before its members: the order in the file is not that of evaluation.
  makeRule(
    'composite',
    {
      of: ['both', 'low'],
      within: '3h',
      levels: [
        { need: 'any', severity: 'info' },
        { need: 2, severity: 'warning' },
      ],
    },
    { id: 'outer' },
  ),
  makeRule(
    'composite',
    {
      of: ['jams', { rule: 'hot', severity: 'warning' }],
      within: '5h',
      levels: [{ need: 'all', severity: 'warning' }],
    },
    { id: 'both' },
  ),
  makeRule(
    'event',
    {
      metric: 'fault',
      within: '4h',
      levels: [
        { count: 2, severity: 'warning' },
        { count: 1, codes: ['hot'], severity: 'critical' },
      ],
    },
    { id: 'jams', ...observed },
  ),
  makeRule('threshold', { metric: 'temperature', direction: 'above', levels: warning }, { id: 'hot', ...observed }),
  makeRule('threshold', { metric: 'pressure', direction: 'below', levels: warning }, { id: 'low', ...observed }),
  makeRule(
    'event',
    {
      metric: 'fault',
      within: '2h',
      codes: ['jam'],
      levels: [{ count: 1, severity: 'info' }],
      while: { metric: 'temperature', above: 50 },
    },
    { id: 'gated', componentId: 'other' },
  ),
]);

const STEP = 20 * MINUTE;
const END = T0 + 4 * DAY;

const sample: fc.Arbitrary<HistorySample> = fc
  .record({ metric: fc.nat(2), step: fc.nat(200), fault: fc.nat(2), value: fc.integer({ min: 40, max: 80 }) })
  .map(({ metric, step, fault, value }) => ({ metric, time: T0 + step * STEP, value: metric === 0 ? fault : value }));

const event: fc.Arbitrary<AssetEvent> = fc
  .record({ id: fc.uuid(), step: fc.nat(200), replaced: fc.boolean(), hours: fc.integer({ min: 1, max: 12 }) })
  .map(({ id, step, replaced, hours }) => {
    const at = T0 + step * STEP;
    return replaced
      ? makeEvent({ id, type: 'component-replaced', at, componentId: hours > 6 ? 'part' : 'other' })
      : makeEvent({ id, type: 'maintenance', at, ...(hours < 10 ? { until: at + hours * HOUR } : {}) });
  });

const history = fc.record({
  samples: fc.uniqueArray(sample, {
    minLength: 5,
    maxLength: 80,
    selector: ({ metric, time }) => `${metric}|${time}`,
    size: 'max',
  }),
  events: fc.uniqueArray(event, { maxLength: 4, selector: ({ id }) => id }),
});

const byTime = (item: Item) => (isEvent(item) ? item.at : item.time);

function stated(findings: readonly Finding[]) {
  return Object.fromEntries(MODEL.rules.map(({ id }) => [id, findings.filter(({ ruleId }) => ruleId === id)]));
}

/** An asset that lives through its history as it arrives: it is folded anew when something is late. */
class Live {
  asset = new Asset(MODEL);
  refolds = 0;
  readonly #taken: Item[] = [];

  take(item: Item): void {
    this.#taken.push(item);
    const result = this.asset.take(item);
    if (result === 'folded') return;
    this.refolds++;
    this.asset = new Asset(MODEL).takeAll(inOrder(this.#taken));
  }
}

/** Takes items as if the newest had just been received. */
function tick({ asset }: { asset: Asset }, now: Timestamp): void {
  asset.fold.state.receivedAt = Math.min(now, asset.fold.state.time);
  asset.tick(now);
}

describe('what happens without a sample', () => {
  it('is stated alike whenever somebody looks', () => {
    let elapsed = 0;
    fc.assert(
      fc.property(history, fc.array(fc.nat(12), { maxLength: 40 }), ({ samples, events }, waits) => {
        const items = inOrder([...samples, ...events]);
        const reference = new Asset(MODEL).takeAll(items).tick(END);
        const live = new Live();
        items.forEach((item, at) => {
          live.take(item);
          const next = items[at + 1];
          const wait = waits[at % waits.length] ?? 0;
          const now = byTime(item) + wait * STEP;
          if (!next || now <= byTime(next)) tick(live, now);
        });
        tick(live, END);
        expect(live.refolds).toBe(0);
        expect(stated(live.asset.findings)).toEqual(stated(reference.findings));
        elapsed += reference.findings.filter(({ change }) => change === 'cleared').length;
      }),
      { numRuns: 150 },
    );
    expect(elapsed).toBeGreaterThan(100);
  });

  it('is stated alike when samples come behind what was passed already, and it is folded anew', () => {
    let refolds = 0;
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat(25)), ({ samples, events }, delays) => {
        const items = inOrder([...samples, ...events]);
        const reference = new Asset(MODEL).takeAll(items).tick(END);
        const arrivals = items
          .map((item, at) => ({ item, place: at + delays.next().value }))
          .sort((a, b) => a.place - b.place);
        const live = new Live();
        for (const { item } of arrivals) {
          live.take(item);
          tick(live, Math.max(live.asset.fold.state.time, byTime(item)) + delays.next().value * STEP);
        }
        tick(live, END);
        refolds += live.refolds;
        // Folded anew it states again what it said before: what was said since then counts.
        expect(stated(live.asset.findings)).toEqual(stated(reference.findings));
        expect(live.asset.fold.state.rules).toEqual(reference.fold.state.rules);
      }),
      { numRuns: 40 },
    );
    expect(refolds).toBeGreaterThan(100);
  });

  it('survives being saved and restored between any two items', () => {
    fc.assert(
      fc.property(history, ({ samples, events }) => {
        const items = inOrder([...samples, ...events]);
        const reference = new Asset(MODEL).takeAll(items).tick(END);
        const crashing = new Asset(MODEL);
        for (const item of items) {
          crashing.take(item);
          crashing.restore();
        }
        crashing.tick(END);
        expect(stated(crashing.findings)).toEqual(stated(reference.findings));
        expect(JSON.parse(crashing.saved)).toEqual(JSON.parse(reference.saved));
      }),
      { numRuns: 60 },
    );
  });
});
