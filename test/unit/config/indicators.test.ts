import { describe, expect, it } from 'vitest';
import { parseModel } from '../../../src/config/parseModel.ts';
import { formatProblems } from '../../../src/config/problem.ts';

const COOLER = `id: cooler
name: { en: Cooler, zh: 冷却器 }
metrics:
  - { id: oil-inlet, kind: number, unit: °C }
  - { id: oil-outlet, kind: number, unit: °C }
  - { id: load, kind: number, unit: '1' }
indicators:
  - { id: rise, unit: K, expression: oil_outlet - oil_inlet }
  - { id: mean-rise, of: rise, while: load > 0.6, window: { last: 1d, take: mean, minSamples: 10 } }
  - { id: other, of: load, window: { last: 1d, take: p90 } }
asset:
  failureModes: [{ id: fouled, name: { en: Fouled, zh: 脏堵 } }]
  rules:
    - { id: hot, kind: threshold, failureMode: fouled, mode: live, metric: mean-rise, direction: above, levels: [{ limit: 20, severity: warning }] }
    - { id: warm, kind: threshold, failureMode: fouled, mode: live, metric: load, direction: above, levels: [{ limit: 20, severity: warning }] }
`;

function problemsOf(from: string, to: string): string[] {
  expect(COOLER).toContain(from);
  const result = parseModel(COOLER.replace(from, to), 'cooler.yaml');
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

function versions(text: string): Record<string, string> {
  const result = parseModel(text, 'cooler.yaml');
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  const { version, rules } = result.model;
  return { model: version, ...Object.fromEntries(rules.map((rule) => [rule.id, rule.version])) };
}

describe('indicators in a model', () => {
  it('are part of it', () => {
    const result = parseModel(COOLER, 'cooler.yaml');
    expect('model' in result && result.model.indicators[1]).toEqual({
      id: 'mean-rise',
      of: 'rise',
      while: 'load > 0.6',
      window: { last: '1d', take: 'mean', minSamples: 10 },
    });
  });

  it.each([
    [
      'oil_outlet - oil_inlet',
      'oil-outlet - oil_inlet',
      "cooler.yaml:8: indicators[0].expression: there is no 'oil' ('-' in an id is written '_' here: oil_inlet); it may use oil_inlet, oil_outlet, load",
    ],
    [
      'of: rise',
      'of: other',
      "cooler.yaml:9: indicators[1].of: there is no metric or earlier indicator 'other'; there are oil-inlet, oil-outlet, load, rise",
    ],
    [
      'while: load > 0.6',
      'while: load',
      'cooler.yaml:9: indicators[1].while: must be true or false, as in load > 0.6, but is a double',
    ],
    ['id: other', 'id: load', "cooler.yaml:10: indicators[2].id: 'load' is a metric already"],
    ['take: p90', 'take: p42', 'p42'],
    ['metric: mean-rise', 'metric: men-rise', "the model has no metric or indicator 'men-rise'"],
  ])('are refused where %s is %s', (from, to, problem) => {
    const problems = problemsOf(from, to);
    expect(problems.join('\n')).toContain(problem);
  });

  it('change the version of the model and of the rules that rest on them, whichever is far below', () => {
    const now = versions(COOLER);
    const below = versions(COOLER.replace('oil_outlet - oil_inlet', 'oil_outlet - 2 * oil_inlet'));
    expect(below.model).not.toBe(now.model);
    expect(below.hot).not.toBe(now.hot);
    expect(below.warm).toBe(now.warm);
    const beside = versions(COOLER.replace('take: p90', 'take: p95'));
    expect(beside.model).not.toBe(now.model);
    expect(beside.hot).toBe(now.hot);
  });
});
