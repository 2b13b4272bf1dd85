import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseModel } from '../../../src/config/parseModel.ts';
import { formatProblems } from '../../../src/config/problem.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { compileModel } from '../../../src/rules/model.ts';

const PAGE = readFileSync('docs/rules.md', 'utf8');
/** The examples below each heading. */
const EXAMPLES = PAGE.split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/^```yaml\n([\s\S]*?)```/gm)].map(([, text]) => ({
      heading: section.split('\n')[0]!,
      example: parse(text!) as Record<string, unknown>,
    })),
  );
const INDICATORS = EXAMPLES.find(({ heading }) => heading === 'Indicators')!.example.indicators;
const RULES = EXAMPLES.filter(({ heading }) => heading !== 'Indicators');

const name = { en: 'Machine', zh: '机器' };
const metrics = [
  { id: 'oil-inlet', kind: 'number', unit: '°C' },
  { id: 'oil-outlet', kind: 'number', unit: '°C' },
  { id: 'load', kind: 'number', unit: '1' },
  { id: 'level', kind: 'number', unit: 'mm' },
  { id: 'velocity', kind: 'number', unit: 'mm/s' },
  { id: 'vacuum', kind: 'number', unit: 'mbar' },
  { id: 'flow', kind: 'number', unit: 'l/min' },
  { id: 'speed', kind: 'number', unit: 'rpm' },
  { id: 'heat', kind: 'number', unit: '°C' },
  { id: 'drop', kind: 'number', unit: 'Pa' },
  { id: 'air', kind: 'number', unit: 'm³' },
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'fault', kind: 'event', codes: { none: 0, overload: 1, 'phase-failure': 2 } },
];

/** What the composite reads. */
const READ = [
  { id: 'hot', kind: 'threshold', metric: 'heat', direction: 'above', levels: [{ limit: 90, severity: 'info' }] },
  { id: 'tripped', kind: 'event', metric: 'fault', within: '1d', levels: [{ count: 1, severity: 'warning' }] },
].map((rule) => ({ failureMode: 'worn', mode: 'observe', ...rule }));
/** A model beside the library of the similarity example. */
const FILE = 'test/cases/rules/similarity/worn-and-replaced/rules.md';

describe('docs/rules.md', () => {
  it.each(RULES)('has an example of $heading that is sound', ({ heading, example }) => {
    expect(example.kind).toBe(heading);
    const rule = { id: 'example', failureMode: 'worn', mode: 'live', ...example };
    const failureModes = [{ id: 'worn', name }];
    const component = { id: 'part', name, failureModes, rules: [...READ, rule] };
    const model = { id: 'machine', name, metrics, indicators: INDICATORS, components: [component] };
    const result = parseModel(JSON.stringify(model), FILE);
    if ('problems' in result) throw new Error(formatProblems(result.problems));
    expect(compileModel(result.model).rules).toHaveLength(1 + READ.length);
  });

  it('has a section with an example of every kind, and of no other', () => {
    expect(new Set(RULES.map(({ heading }) => heading))).toEqual(new Set(ruleKinds.keys()));
  });
});
