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
  { id: 'hours', kind: 'number', unit: 'h' },
  { id: 'fault', kind: 'event', codes: { none: 0, overload: 1, 'phase-failure': 2 } },
];

describe('docs/rules.md', () => {
  it.each(RULES)('has an example of $heading that is sound', ({ heading, example }) => {
    expect(example.kind).toBe(heading);
    const rule = { id: 'example', failureMode: 'worn', mode: 'live', ...example };
    const failureModes = [{ id: 'worn', name }];
    const component = { id: 'part', name, failureModes, rules: [rule] };
    const model = { id: 'machine', name, metrics, indicators: INDICATORS, components: [component] };
    const result = parseModel(JSON.stringify(model), 'rules.md');
    if ('problems' in result) throw new Error(formatProblems(result.problems));
    expect(compileModel(result.model).rules).toHaveLength(1);
  });

  it('has headings of kinds that there are only', () => {
    expect(RULES.map(({ heading }) => heading).filter((kind) => !ruleKinds.has(kind))).toEqual([]);
    expect(new Set(RULES.map(({ heading }) => heading)).size).toBe(8);
  });
});
