import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceOf } from '../../../src/domain/finding.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, MINUTE } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { Asset, type Item, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'current', kind: 'number', unit: 'A' },
  { id: 'load', kind: 'number', unit: '%' },
  { id: 'temperature', kind: 'number', unit: '°C' },
];
const DUTY = { by: 'load', edges: [30, 60, 90] };
const LEVELS = [{ limit: 6, severity: 'warning' }];
const make = (params: Record<string, unknown>) =>
  new Asset(makeModel(METRICS, [makeRule('anomaly', { levels: LEVELS, ...SHORT, ...params })]));
const SHORT = { learning: '1d', learningSamples: 40 };
const one = (params: Record<string, unknown> = {}) => make({ metric: 'current', duty: DUTY, ...params });

/** Every ten minutes. */
const EVERY = 10 * MINUTE;
const at = (step: number) => T0 + step * EVERY;
const STEPS_A_DAY = DAY / EVERY;

/** What the machine draws at its load: more, and less steadily, the more it has to do. */
const usual = (load: number) => 20 + load;
const noise = (load: number) => 0.2 + load / 50;

interface Run {
  readonly from: number;
  readonly to: number;
  readonly load: (step: number) => number;
  /** What is wrong, in deviations. */
  readonly off?: (step: number) => number;
}

function run({ from, to, load, off = () => 0 }: Run): Item[] {
  const normal = normalDraws(from + 1);
  return Array.from({ length: to - from }, (_, k): Item[] => {
    const step = from + k;
    const duty = load(step);
    const z = normal() + off(step);
    return [
      { metric: 0, time: at(step), value: usual(duty) + noise(duty) * z },
      { metric: 1, time: at(step), value: duty },
    ];
  }).flat();
}

/** Loads of three bands, two hours each. */
const shifts = (step: number) => [10, 45, 75][Math.floor(step / 12) % 3]!;
const LEARNT = 5 * STEPS_A_DAY;
const evidence = (asset: Asset, place = 0) => asset.findings[place]!.evidence as EvidenceOf<'anomaly'>;

describe('bands of duty', () => {
  it('keep a change of load from looking like wear, and find what one band would hide', () => {
    const well = run({ from: 0, to: 30 * STEPS_A_DAY, load: shifts });
    expect(one().takeAll(well).said).toEqual([]);
    const learntAtLittle = [
      ...run({ from: 0, to: LEARNT, load: () => 10 }),
      ...run({ from: LEARNT, to: LEARNT + 6, load: () => 75 }),
    ];
    expect(make({ metric: 'current' }).takeAll(learntAtLittle).said).toEqual(['raised warning']);
    expect(one().takeAll(learntAtLittle).said).toEqual([]);

    const ill = run({ from: 0, to: LEARNT + 36, load: shifts, off: (step) => (step < LEARNT ? 0 : 20) });
    expect(make({ metric: 'current' }).takeAll(ill).said).toEqual([]);
    const found = one().takeAll(ill);
    expect(found.said[0]).toBe('raised warning');
    expect(found.findings[0]!.time).toBe(at(LEARNT));
    expect(evidence(found)).toMatchObject({
      duty: { metricId: 'load', unit: '%', from: null, to: 30 },
      learned: [T0, T0 + 36 * EVERY * 4],
    });
    expect(evidence(found).metrics[0]!.expected).toBeCloseTo(usual(10), 0);
  });

  it('go on learning where they were not seen, and judge only then', () => {
    const asset = one().takeAll(run({ from: 0, to: LEARNT, load: () => 10 }));
    const late = (off: number) => (step: number) => (step < LEARNT + STEPS_A_DAY + 12 ? 0 : off);
    asset.takeAll(run({ from: LEARNT, to: LEARNT + STEPS_A_DAY, load: () => 95, off: late(12) }));
    expect(asset.said).toEqual([]);
    asset.takeAll(run({ from: LEARNT + STEPS_A_DAY, to: LEARNT + STEPS_A_DAY + 14, load: () => 95, off: late(12) }));
    expect(asset.said).toEqual(['raised warning']);
    expect(evidence(asset)).toMatchObject({
      duty: { from: 90, to: null },
      learned: [at(LEARNT), at(LEARNT + STEPS_A_DAY)],
    });
  });

  it.each([
    ['smoothed', { smooth: '1h', learning: '4d', levels: [{ limit: 8, severity: 'warning' }] }],
    ['accumulated', { cusum: { slack: 0.5 }, levels: [{ limit: 15, severity: 'warning' }] }],
  ])('go on with what is %s from band to band, in deviations', (_, params) => {
    const off = (step: number) => (step < LEARNT ? 0 : 8);
    // The load changes with every sample: from band to band nothing would ever gather in any of them alone.
    const changing = (step: number) => (step < LEARNT ? shifts(step) : [10, 45, 75][step % 3]!);
    const asset = one({ maxGap: '2h', ...params }).takeAll(
      run({ from: 0, to: LEARNT + 2 * STEPS_A_DAY, load: changing, off }),
    );
    expect(asset.said[0]).toBe('raised warning');
    expect(asset.said).not.toContain('cleared warning');
    expect(asset.findings[0]!.time).toBeLessThan(at(LEARNT + 60));
    const well = one({ maxGap: '2h', ...params }).takeAll(
      run({ from: 0, to: LEARNT + 20 * STEPS_A_DAY, load: changing }),
    );
    expect(well.said).toEqual([]);
  });

  it('start a band that has been learned from what is usual there, not from where the machine was', () => {
    const asset = one({ smooth: '6h' }).takeAll(run({ from: 0, to: LEARNT, load: (step) => (step < 400 ? 75 : 10) }));
    asset.takeAll(run({ from: LEARNT, to: LEARNT + 100, load: () => 75 }));
    expect(asset.said).toEqual([]);
  });

  it('leave out what is measured before the machine has settled', () => {
    // For half an hour after each change the current overshoots.
    const off = (step: number) => (step % 12 < 3 && step >= 12 ? 30 : 0);
    const history = run({ from: 0, to: 10 * STEPS_A_DAY, load: shifts, off });
    const settled = one({ duty: { ...DUTY, settle: '30m' } }).takeAll(history);
    expect(settled.said).toEqual([]);
    const next = 10 * STEPS_A_DAY;
    const ill = run({ from: next, to: next + 12, load: shifts, off: () => 30 });
    expect(settled.takeAll(ill).findings[0]!.time).toBe(at(next + 3));
  });

  it('are not changed by noise within the deadband', () => {
    const about = (step: number) => 60 + (step % 2 === 0 ? 2 : -2);
    const off = (step: number) => (step < LEARNT ? 0 : 20);
    const history = run({ from: 0, to: LEARNT + 12, load: about, off });
    const steady = one({ duty: { ...DUTY, deadband: 3, settle: '30m' } }).takeAll(history);
    expect(steady.said).toEqual(['raised warning']);
    expect(evidence(steady).duty).toMatchObject({ from: 60, to: 90 });
    // Without it the band changes with every sample, and the machine never settles.
    expect(one({ duty: { ...DUTY, settle: '30m' } }).takeAll(history).said).toEqual([]);
    const passed = run({ from: LEARNT + 12, to: LEARNT + 15, load: () => 56, off: () => 0 });
    steady.takeAll(passed);
    expect(steady.fold.state.rules[0]).toMatchObject({ own: { duty: { band: 1 } } });
  });

  it('are unknown while nothing tells them: nothing is judged then', () => {
    const learnt = run({ from: 0, to: LEARNT, load: shifts });
    const wild = (time: number): Item => ({ metric: 0, time, value: 500 });
    const load = (time: number, quality: 0 | 2): Item => ({ metric: 1, time, value: 10, quality });
    const bad = one().takeAll([...learnt, load(at(LEARNT), 2), wild(at(LEARNT)), wild(at(LEARNT + 1))]);
    expect(bad.said).toEqual([]);
    bad.takeAll([load(at(LEARNT + 2), 0), wild(at(LEARNT + 3)), wild(at(LEARNT + 4))]);
    expect(bad.said).toEqual(['raised warning']);
    const old = one({ maxGap: '1h' }).takeAll([...learnt, wild(at(LEARNT + 8)), wild(at(LEARNT + 9))]);
    expect(old.said).toEqual([]);
  });

  it('are learned anew of a new component, after one run-in', () => {
    const params = { runIn: '3h' };
    const asset = one(params).takeAll(run({ from: 0, to: LEARNT, load: shifts }));
    asset.take(makeEvent({ id: 'r', type: 'component-replaced', at: at(LEARNT) - 1, componentId: 'part' }));
    const anew = 2 * LEARNT;
    asset.takeAll(run({ from: LEARNT, to: anew, load: shifts, off: (step) => (step < LEARNT + 18 ? 90 : 12) }));
    expect(asset.said).toEqual([]);
    asset.takeAll(run({ from: anew, to: anew + 12, load: () => 75, off: () => 30 }));
    expect(asset.said).toEqual(['raised warning']);
    // The run-in was over when this band was first seen.
    expect(evidence(asset).learned![0]).toBe(at(LEARNT + 24));
  });

  it('may be told by a state or an indicator', () => {
    const model = makeModel(METRICS, [
      makeRule('anomaly', { levels: LEVELS, ...SHORT, metric: 'current', duty: DUTY }),
    ]);
    const indicators = [{ id: 'share', expression: 'load / 100' }];
    const rule = makeRule('anomaly', {
      levels: LEVELS,
      ...SHORT,
      metric: 'current',
      duty: { by: 'share', edges: [0.3, 0.6, 0.9] },
    });
    const ill = run({ from: 0, to: LEARNT + 6, load: shifts, off: (step) => (step < LEARNT ? 0 : 20) });
    const byMetric = new Asset(model).takeAll(ill);
    const byShare = new Asset({ ...makeModel(METRICS, [rule]), indicators }).takeAll(ill);
    expect(byShare.findings.map(({ time }) => time)).toEqual(byMetric.findings.map(({ time }) => time));
    expect(byShare.said).toEqual(['raised warning']);
  });

  it('say the same as no bands while there is one, and the same after any restart', () => {
    const value = fc.integer({ min: 90, max: 130 });
    const options = fc.record({
      smooth: fc.constantFrom('0s', '1h'),
      adapt: fc.constantFrom(undefined, '5d'),
      cusum: fc.constantFrom(undefined, { slack: 0.5 }),
      runIn: fc.constantFrom('0s', '2h'),
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 30, maxLength: 60 }), options, (values, given) => {
        const params = { ...given, learning: '3h', learningSamples: 12, levels: [{ limit: 3, severity: 'warning' }] };
        const history = values.flatMap((current, step): Item[] => [
          { metric: 0, time: at(step), value: current },
          { metric: 1, time: at(step), value: 40 },
        ]);
        const plain = make({ metric: 'current', ...params }).takeAll(history);
        const banded = one(params).takeAll([...history, { metric: 1, time: at(values.length), value: 40 }]);
        plain.fold.complete(at(values.length));
        const scores = ({ findings }: Asset) => findings.map(({ time, change }) => [time, change]);
        expect(scores(banded)).toEqual(scores(plain));
        const restarted = one(params);
        for (const item of history) {
          restarted.take(item);
          restarted.restore();
        }
        restarted.take({ metric: 1, time: at(values.length), value: 40 });
        expect(restarted.saved).toBe(banded.saved);
      }),
    );
  });

  it('keep a state of bounded size', () => {
    const eight = { by: 'load', edges: [10, 20, 30, 40, 50, 60, 70] };
    const asset = one({ duty: eight, learning: '90d' }).takeAll(
      run({ from: 0, to: 1000, load: (step) => 5 + 10 * (step % 8) }),
    );
    expect(asset.saved.length).toBeLessThan(9000);
  });
});

describe('bands of duty of several metrics', () => {
  const many = (params: Record<string, unknown> = {}) =>
    make({ metrics: ['current', 'temperature'], levels: [{ limit: 3, severity: 'warning' }], duty: DUTY, ...params });

  /** Temperature follows the current, at each load around another level. */
  function machine(from: number, to: number, rise: (step: number) => number = () => 0): Item[] {
    const normal = normalDraws(7 + from);
    return Array.from({ length: to - from }, (_, k): Item[] => {
      const step = from + k;
      const load = shifts(step);
      const swing = normal();
      return [
        { metric: 0, time: at(step), value: usual(load) + 3 * swing + 0.3 * normal() },
        { metric: 1, time: at(step), value: load },
        { metric: 2, time: at(step), value: 80 - load / 2 + 2 * swing + 0.3 * normal() + rise(step) },
      ];
    }).flat();
  }

  it('go together as usual in each, and part where one does not', () => {
    const well = machine(0, 20 * STEPS_A_DAY);
    expect(many().takeAll(well).said).toEqual([]);
    const ill = machine(0, LEARNT + 12, (step) => (step < LEARNT ? 0 : 8));
    const found = many().takeAll(ill);
    expect(found.said[0]).toBe('raised warning');
    expect(evidence(found)).toMatchObject({ metricId: 'temperature', duty: { from: null, to: 30 } });
    // Over all loads together such a rise is within what is usual.
    expect(make({ metrics: ['current', 'temperature'], levels: LEVELS }).takeAll(ill).said).toEqual([]);
  });

  it('are smoothed from band to band', () => {
    const ill = machine(0, LEARNT + 3 * STEPS_A_DAY, (step) => (step < LEARNT ? 0 : 4));
    const asset = many({ smooth: '1h', learning: '4d' }).takeAll(ill);
    expect(asset.said[0]).toBe('raised warning');
    expect(asset.said).not.toContain('cleared warning');
    expect(many({ smooth: '1h', learning: '4d' }).takeAll(machine(0, 20 * STEPS_A_DAY)).said).toEqual([]);
  });
});

describe('its check', () => {
  const problems = (params: Record<string, unknown>) => {
    const rule = makeRule('anomaly', { levels: LEVELS, metric: 'current', ...params });
    return ruleKinds.get('anomaly')!.check(rule.params, makeModel(METRICS, [rule]), rule);
  };

  it.each([
    [{ duty: DUTY }, []],
    [{ duty: { by: 'gone', edges: [1] } }, ['duty.by']],
    [{ duty: { by: 'load', edges: [1, 5, 5] } }, ['duty.edges.2']],
    [{ duty: { ...DUTY, deadband: 30 } }, ['duty.deadband']],
    [{ duty: { by: 'load', edges: [50], deadband: 80 } }, []],
    [{ duty: DUTY, profile: 'hour-of-day' }, ['profile']],
    [{ duty: DUTY, expected: { mean: 1, deviation: 1 } }, ['expected']],
  ])('of %j finds %j', (params, paths) => {
    expect(problems(params).map(({ path }) => path)).toEqual(paths);
  });

  it('bounds what is kept for several metrics', () => {
    const metrics = Array.from({ length: 12 }, (_, k): MetricDefinition => ({ id: `m${k}`, kind: 'number' }));
    const check = (edges: number[]) => {
      const rule = makeRule('anomaly', {
        levels: LEVELS,
        metrics: metrics.map(({ id }) => id),
        duty: { by: 'm0', edges },
      });
      return ruleKinds.get('anomaly')!.check(rule.params, makeModel(metrics, [rule]), rule);
    };
    expect(check([1, 2, 3])).toEqual([]);
    expect(check([1, 2, 3, 4])[0]!.message).toContain('5 bands of 12 metrics');
  });
});
