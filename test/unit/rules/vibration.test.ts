import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { HOUR } from '../../../src/domain/time.ts';
import { vibration } from '../../../src/rules/vibration.ts';
import { Asset, makeModel, makeRule, samples } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'velocity', kind: 'number', unit: 'mm/s' },
  { id: 'acceleration', kind: 'number', unit: 'm/s²' },
  { id: 'bare', kind: 'number' },
];
const FAN = {
  metric: 'velocity',
  standard: '20816-3',
  machine: 'fan',
  group: 2,
  support: 'rigid',
  quantity: 'velocity-rms',
};

const rule = (params: Record<string, unknown> = {}) => makeRule('vibration', { ...FAN, ...params });

describe('a vibration rule', () => {
  it.each([
    [1, 'rigid', 4.5, 7.1],
    [1, 'flexible', 7.1, 11],
    [2, 'rigid', 2.8, 4.5],
    [2, 'flexible', 4.5, 7.1],
  ])('warns in zone C and is critical in zone D: group %d, %s from %d and %d mm/s', (group, support, c, d) => {
    const machine = new Asset(makeModel(METRICS, [rule({ group, support })]));
    expect(machine.takeAll(samples([c, c + 0.1, d, d + 0.1, c - 0.2, c - 0.31], HOUR)).said).toEqual([
      'raised warning',
      'escalated critical',
      'cleared critical',
    ]);
    expect(machine.model.rules[0]!.limits).toMatchObject([
      { limit: c, severity: 'warning' },
      { limit: d, severity: 'critical' },
    ]);
  });

  it.each([
    [{}, []],
    [{ standard: '10816-3' }, []],
    [{ standard: '20816-8' }, ['standard: ISO 20816-8 is for reciprocating compressors']],
    [{ standard: '10816-7' }, ['standard: ISO 10816-7 is for rotodynamic pumps']],
    [{ standard: 'ISO 20816' }, ["standard: 'ISO 20816' is no part that is built in; it must be 20816-3 or 10816-3"]],
    [{ machine: 'screw-compressor' }, ['machine: screw compressors are outside part 3: VDI 3836']],
    [
      { machine: 'reciprocating-compressor' },
      ['machine: reciprocating compressors are outside part 3: see ISO 20816-8'],
    ],
    [{ machine: 'pump' }, ['machine: rotodynamic pumps are judged by ISO 10816-7']],
    [{ quantity: 'acceleration' }, ["quantity: the zones are of velocity RMS, not of 'acceleration'"]],
    [{ quantity: 'displacement' }, ["quantity: the zones are of velocity RMS, not of 'displacement'"]],
    [{ metric: 'acceleration' }, ["metric: 'acceleration' is in m/s²; the zones are of velocity RMS in mm/s"]],
    [{ metric: 'bare' }, ["metric: 'bare' is in no unit; the zones are of velocity RMS in mm/s"]],
    [{ metric: 'shaking' }, ["metric: the model has no metric or indicator 'shaking'"]],
  ])('is checked: %j gives %j', (params, problems) => {
    const checked = rule(params);
    const said = vibration.check(checked.params as never, makeModel(METRICS, [checked]), checked);
    expect(said).toHaveLength(problems.length);
    for (const [at, { path, message }] of said.entries()) expect(`${path}: ${message}`).toContain(problems[at]);
  });
});
