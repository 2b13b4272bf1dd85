import { describe, expect, it } from 'vitest';
import { machineTypes } from '../../../simulators/machines/index.ts';
import type { Machine, MachineOptions } from '../../../simulators/machines/machine.ts';
import { DAY, HOUR, MINUTE } from '../../../simulators/time.ts';
import { shippedModels } from './foldScenario.ts';

const START = Date.UTC(2025, 2, 3, 5, 0, 30);
const PERIOD = 5 * MINUTE;

/** The degradations of each model with the metric that shows them and the first limit of the shipped rule. */
const INDICATORS: Record<string, [failureMode: string, rule: string][]> = {
  'screw-compressor': [
    ['inlet-filter-clogged', 'inlet-filter-vacuum-high'],
    ['separator-clogged', 'separator-pressure-drop-high'],
    ['oil-overheated', 'oil-temperature-high'],
    ['bearing-worn', 'airend-vibration-high'],
    ['capacity-lost', 'discharge-pressure-low'],
  ],
  'laser-printer': [
    ['fuser-heater-weak', 'fuser-warm-up-slow'],
    ['roller-worn', 'pick-retries-high'],
    ['fan-slow', 'fan-speed-low'],
  ],
  'passenger-lift': [
    ['door-operator-sluggish', 'door-closing-slow'],
    ['brake-lining-worn', 'brake-air-gap-wide'],
    ['motor-overheated', 'motor-temperature-high'],
    ['guide-shoes-worn', 'car-vibration-high'],
    ['levelling-drift', 'stopping-accuracy-poor'],
  ],
};
const COUNTERS: Record<string, string[]> = {
  'screw-compressor': ['run-hours'],
  'laser-printer': ['page-count'],
  'passenger-lift': ['trip-count', 'door-cycles', 'rope-bends'],
};
const models = shippedModels();

function build(model: string, options: Partial<MachineOptions> = {}): Machine {
  return machineTypes.get(model)!({ id: 'm', seed: 7, start: START, ...options });
}

function allFaults(model: string): MachineOptions['degradations'] {
  return INDICATORS[model]!.map(([failureMode], index) => ({
    failureMode,
    onset: START + (2 + index) * DAY,
    failsAt: START + (20 + 7 * index) * DAY,
  }));
}

function* report(machine: Machine, days: number): Generator<{ time: number; values: Record<string, number> }> {
  for (let time = START + PERIOD; time <= START + days * DAY; time += PERIOD) {
    machine.advance(time);
    yield { time, values: machine.values() };
  }
}

describe.each([...machineTypes.keys()])('%s', (model) => {
  it('gives the same values however it is stepped, and others for another seed', () => {
    const degradations = allFaults(model)!;
    const [fine, coarse, other] = [
      build(model, { degradations }),
      build(model, { degradations }),
      build(model, { seed: 8 }),
    ];
    for (let time = START; time <= START + 25 * DAY; time += 7 * MINUTE + 13) fine!.advance(time);
    for (const machine of [fine!, coarse!, other!]) machine.advance(START + 25 * DAY + HOUR);
    expect(coarse!.values()).toEqual(fine!.values());
    expect(other!.values()).not.toEqual(fine!.values());
  });

  it('reports every metric of its model within its range over 60 days of faults', () => {
    const { metrics } = models.get(model)!.model;
    const seen = new Set<string>();
    for (const { values } of report(build(model, { degradations: allFaults(model)! }), 60)) {
      for (const [id, value] of Object.entries(values)) {
        const metric = metrics.find((candidate) => candidate.id === id);
        seen.add(id);
        if (metric?.codes) expect(Object.values(metric.codes), id).toContain(value);
        else if (!(metric?.range && value >= metric.range[0] && value <= metric.range[1])) {
          expect.fail(`${id} ${value} is not within ${metric?.range}`);
        }
      }
    }
    expect([...seen].sort()).toEqual(metrics.map((metric) => metric.id).sort());
  });

  it('counts up only', () => {
    const counters = COUNTERS[model]!;
    const last = new Map(counters.map((id) => [id, 0]));
    for (const { values } of report(build(model, { degradations: allFaults(model)! }), 60)) {
      for (const id of counters) {
        expect(values[id]).toBeGreaterThanOrEqual(last.get(id)!);
        last.set(id, values[id]!);
      }
    }
    for (const id of counters) expect(last.get(id), id).toBeGreaterThan(100);
  });

  it('names the components of its model in the truth', () => {
    const { components } = models.get(model)!.model;
    const truth = build(model, { degradations: allFaults(model)! }).truth();
    expect(truth.length).toBeGreaterThanOrEqual(INDICATORS[model]!.length);
    for (const failure of truth) {
      const component = components.find((candidate) => candidate.id === failure.component);
      expect(component?.failureModes.map((mode) => mode.id)).toContain(failure.failureMode);
    }
  });

  it.each(INDICATORS[model]!)('shows %s beyond the limit of %s before it fails, and not when sound', (mode, ruleId) => {
    const rule = models.get(model)!.ruleById.get(ruleId)!;
    expect(rule.failureModeId).toBe(mode);
    const { metric, direction, levels, while: gate } = rule.params as unknown as ThresholdParams;
    const codes = models.get(model)!.model.metrics.find((candidate) => candidate.id === gate?.metric)?.codes;
    const open = (values: Record<string, number>) =>
      !gate || (gate.equals === undefined ? values[gate.metric]! > 0 : values[gate.metric] === codes?.[gate.equals]);
    const beyond = (values: Record<string, number>) =>
      open(values) && (direction === 'above' ? values[metric]! > levels[0]!.limit : values[metric]! < levels[0]!.limit);

    const failsAt = START + 30 * DAY;
    let first: number | undefined;
    const sick = build(model, { degradations: [{ failureMode: mode, onset: START + 3 * DAY, failsAt }] });
    for (const { time, values } of report(sick, 30)) if (beyond(values)) first ??= time;
    expect(first).toBeGreaterThan(START + 5 * DAY);
    expect(first).toBeLessThan(failsAt - 2 * DAY);

    let samples = 0;
    for (const { values } of report(build(model), 30)) if (settledAndBeyond(values)) samples++;
    expect(samples).toBe(0);

    /** Low pressure is normal while a compressor fills its net in the morning; the rule's on-delay passes over it. */
    function settledAndBeyond(values: Record<string, number>): boolean {
      return beyond(values) && metric !== 'discharge-pressure';
    }
  });

  it('does not go back in time', () => {
    const machine = build(model);
    machine.advance(START + DAY);
    expect(() => machine.advance(START)).toThrow(/can't go back/);
  });

  it('refuses failure modes it does not simulate', () => {
    const degradations = [{ failureMode: 'moth', onset: START, failsAt: START + DAY }];
    expect(() => build(model, { degradations })).toThrow(/no failure mode 'moth'.*there are .*/);
  });
});

interface ThresholdParams {
  readonly metric: string;
  readonly direction: 'above' | 'below';
  readonly levels: readonly { readonly limit: number }[];
  readonly while?: { readonly metric: string; readonly equals?: string };
}

describe('failure and repair', () => {
  const failsAt = START + 10 * DAY;
  const degradations = [{ failureMode: 'brake-lining-worn', onset: START + DAY, failsAt }];

  function gapAt(time: number, more: { repairedAt?: number } = {}): number {
    const machine = build('passenger-lift', { degradations: [{ ...degradations[0]!, ...more }] });
    machine.advance(time);
    return machine.values()['brake-air-gap']!;
  }

  it('reaches the failure at the time it was given, whatever the load before', () => {
    expect(gapAt(failsAt - HOUR)).toBeGreaterThan(0.97 * gapAt(failsAt + HOUR));
    expect(gapAt(START + 5 * DAY)).toBeLessThan(0.8 * gapAt(failsAt));
  });

  it('reports a fault while it waits for repair and is as new afterwards', () => {
    const machine = build('passenger-lift', { degradations });
    machine.advance(failsAt - MINUTE);
    expect(machine.values()).not.toHaveProperty('fault');
    machine.advance(failsAt + HOUR);
    expect(machine.values()).toMatchObject({ fault: 6, status: 0 });
    const { repairedAt } = machine.truth()[0]!;
    machine.advance(repairedAt + 12 * HOUR);
    expect(machine.values()).not.toHaveProperty('fault');
    expect(machine.values()['brake-air-gap']).toBeLessThan(0.35);
  });

  it('never fails when it is repaired before', () => {
    expect(gapAt(failsAt + HOUR, { repairedAt: failsAt - DAY })).toBeLessThan(0.35);
  });
});

describe('supplies of a printer', () => {
  const options = { id: 'p', seed: 3, start: START, initial: { 'toner-remaining': 12, 'drum-remaining': 90 } };

  it('run out when the truth says, stop the printer and are changed some hours later', () => {
    const machine = build('laser-printer', options);
    const empty = machine.truth().find((failure) => failure.failureMode === 'toner-empty')!;
    machine.advance(empty.failsAt - MINUTE);
    expect(machine.values()['toner-remaining']).toBeLessThanOrEqual(1);
    machine.advance(empty.failsAt + MINUTE);
    expect(machine.values()).toMatchObject({ 'toner-remaining': 0, alert: 1101, status: 3 });
    machine.advance(empty.repairedAt + 5 * MINUTE);
    expect(machine.values()['toner-remaining']).toBeGreaterThan(98);
    expect(machine.values()).not.toHaveProperty('alert');
  });

  it('are renewed as planned', () => {
    const machine = build('laser-printer', {
      ...options,
      renewals: [{ component: 'toner-cartridge', at: START + 2 * DAY }],
    });
    machine.advance(START + 2 * DAY - HOUR);
    expect(machine.values()['toner-remaining']).toBeLessThan(12);
    machine.advance(START + 2 * DAY + 2 * MINUTE);
    expect(machine.values()['toner-remaining']).toBeGreaterThan(98);
  });
});
