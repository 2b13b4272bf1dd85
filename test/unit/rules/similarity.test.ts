import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssetModel, MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { similarity } from '../../../src/rules/similarity.ts';
import type { SimilarityParams } from '../../../src/rules/similarityParams.ts';
import { libraryOf, WORN_METRICS, type WornRun, wornRuns } from '../../support/histories.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS = WORN_METRICS.map((id): MetricDefinition => ({ id, kind: 'number' }));
const LOADS = [0, 60];
const LIBRARY = libraryOf(wornRuns(25, 20, { loads: LOADS }));
const PARAMS = { library: 'runs.csv', duty: ['load'], reach: '100h', begins: 'first-sample' };
const RISK = { planningMargin: '20h' };

function modelWith(more: Record<string, unknown> = {}, histories = LIBRARY): AssetModel {
  const rule = makeRule('similarity', { ...PARAMS, risk: RISK, ...more }, { histories });
  return makeModel(METRICS, [rule]);
}

/** Row n of a run is sampled n hours after T0. */
function itemsOf({ rows }: WornRun): Item[] {
  return rows.flatMap((row, at) => row.map((value, metric) => ({ metric, time: T0 + (at + 1) * HOUR, value })));
}

const [HELD] = wornRuns(1, 21, { loads: LOADS }) as [WornRun];
const failedAt = T0 + HELD.life * HOUR;

describe('the similarity rule', () => {
  it('raises when the end is as likely as not within lead time and planning margin, and says when it comes', () => {
    const asset = new Asset(modelWith()).takeAll(itemsOf(HELD));
    const raised = asset.findings.find(({ change }) => change === 'raised')!;
    expect(asset.said.slice(0, 2)).toEqual(['raised warning', 'escalated critical']);
    const ahead = (failedAt - raised.time) / HOUR;
    expect(ahead).toBeGreaterThan(10);
    expect(ahead).toBeLessThan(30);
    const { p10, p50, p90 } = raised.forecast!;
    expect(p10!).toBeLessThan(p50!);
    expect(p50!).toBeLessThan(p90!);
    expect(Math.abs(p50! - failedAt)).toBeLessThan(12 * HOUR);
    expect(raised.evidence).toMatchObject({ kind: 'similarity', histories: 25, horizon: 20 * HOUR });
    expect(asset.view(failedAt).forecast).toBeDefined();
  });

  it('says nothing before the life began where it must know that, and starts anew with a new component', () => {
    const unknown = new Asset(modelWith({ begins: 'installed' })).takeAll(itemsOf(HELD));
    expect(unknown.findings).toEqual([]);
    expect(unknown.view(failedAt).forecast).toBeUndefined();

    const asset = new Asset(modelWith({ begins: 'installed' }));
    const event = { type: 'component-installed', componentId: 'part' } as const;
    asset.take(makeEvent({ ...event, id: 'new', at: T0 }));
    asset.takeAll(itemsOf(HELD));
    expect(asset.said).toContain('raised warning');
    asset.take(makeEvent({ ...event, type: 'component-replaced', id: 'next', at: failedAt + 1 }));
    expect(asset.said.at(-1)).toBe('reset critical');
    expect(asset.view(failedAt + 1)).toEqual({ level: 0 });
  });

  it('goes on after a restart, and is small', () => {
    const items = itemsOf(HELD);
    const whole = new Asset(modelWith()).takeAll(items);
    const restarted = new Asset(modelWith());
    for (const [at, item] of items.entries()) {
      restarted.take(item);
      if (at % 37 === 0) restarted.restore();
    }
    expect(restarted.findings).toEqual(whole.findings);
    expect(restarted.saved.length).toBeLessThan(2500);
  });

  it('learns nothing while a metric is bad or missing, or the duty is unknown', () => {
    const seen = itemsOf({ ...HELD, rows: HELD.rows.slice(0, 60) });
    const next = T0 + 61 * HOUR;
    const asset = new Asset(modelWith()).takeAll(seen);
    asset.take({ metric: 0, time: next, value: 60 });
    const before = asset.view(0).forecast;
    [110, 20, 0].forEach((value, at) => {
      asset.take({ metric: 1 + at, time: next, value, quality: at === 0 ? 2 : 0 });
    });
    [30, 80, 110, 0].forEach((value, metric) => {
      asset.take({ metric, time: next + HOUR, value });
    });
    asset.take({ metric: 0, time: next + 100 * HOUR, value: 0 });
    expect(asset.view(0).forecast).toEqual(before);
  });

  it('takes metrics that are sent one by one for one row', () => {
    const together = new Asset(modelWith()).takeAll(itemsOf(HELD));
    const apart = itemsOf(HELD).map((item) =>
      'metric' in item ? { ...item, time: item.time + item.metric * 60_000 } : item,
    );
    const asset = new Asset(modelWith()).takeAll(apart);
    const [one, other] = [together, asset].map(
      ({ findings }) => findings.find(({ change }) => change === 'raised')!.time,
    );
    expect(Math.abs(one! - other!)).toBeLessThan(6 * HOUR);
    const rows = (of: Asset) => (of.fold.state.rules[0] as { own: { memory: { rows: number } } }).own.memory.rows;
    expect(Math.abs(rows(together) - rows(asset))).toBeLessThan(3);
  });

  it('changes nothing of the past when the future is cut off', () => {
    const items = itemsOf(HELD);
    const model = modelWith();
    const whole = new Asset(model).takeAll(items).findings;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: items.length }), (length) => {
        const cut = new Asset(model).takeAll(items.slice(0, length)).findings;
        expect(cut).toEqual(whole.slice(0, cut.length));
        const end = items[length - 1];
        // The last instant is judged when time moves past it.
        const due = whole.filter(({ time }) => end && 'time' in end && time < end.time);
        expect(cut.length).toBeGreaterThanOrEqual(due.length);
      }),
      { numRuns: 12 },
    );
  });
});

describe('its parameters', () => {
  function problems(more: Record<string, unknown>, histories = LIBRARY): string[] {
    const model = modelWith(more, histories);
    const [rule] = model.rules;
    return similarity
      .check(rule!.params as unknown as SimilarityParams, model, rule!)
      .map(({ path, message }) => `${path}: ${message}`);
  }

  it('are sound as they are', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ metrics: ['heat', 'flow'] })).toEqual([]);
  });

  it.each([
    [{ duty: ['speed'] }, /^duty\.0: the model has no metric 'speed'/],
    [{ metrics: ['heat', 'load'] }, /^metrics\.1: load is named as duty already/],
    [{ risk: { levels: [{ probability: 0.05, severity: 'info' }] } }, /^risk\.deadband: must be lower/],
    [{ metrics: ['heat', 'flow'], minRows: 78 }, /^library: has \d histories of more than 156 rows; at least 5/],
  ])('%j', (more, message) => {
    expect(problems(more)[0]).toMatch(message);
  });

  it('need a library with the metrics of the model', () => {
    const renamed = { ...LIBRARY, metrics: ['load', 'heat', 'stream', 'hum'] };
    expect(problems({}, renamed)).toEqual(['library: has columns that are no metrics of the model: stream']);
    expect(problems({ metrics: ['heat', 'flow'] }, renamed)).toEqual([
      "metrics.1: the library has no column 'flow'; it has load, heat, stream, hum",
      'library: has fewer than two metrics that may show wear',
    ]);
    expect(problems({ duty: ['load', 'heat', 'flow'] })).toEqual([
      'library: has fewer than two metrics that may show wear',
    ]);
  });
});
