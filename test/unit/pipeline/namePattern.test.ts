import { expect, it } from 'vitest';
import { createMappingPlan, IGNORED } from '../../../src/pipeline/mapping.ts';
import { compileNamePattern } from '../../../src/pipeline/namePattern.ts';
import { jsonSource, PUMP } from '../../support/telemetry.ts';

it.each([
  ['Motor/*/Temperature', 'Motor/1/Temperature', true],
  ['Motor/*/Temperature', 'Motor/1/Left/Temperature', false],
  ['Motor/**/Temperature', 'Motor/1/Left/Temperature', true],
  ['Motor/*/Temperature', 'Motor/1/Temperature/Max', false],
  ['Motor*', 'Motor12', true],
  ['**', 'anything/at all', true],
  ['a.b*', 'axb1', false],
  ['**', 'x'.repeat(257), false],
])('%s of %s: %s', (pattern, name, expected) => expect(compileNamePattern(pattern)(name)).toBe(expected));

it('lets exact names count before patterns, and those that are mapped before those that are ignored', () => {
  const source = jsonSource({
    metrics: {
      'Motor/*': { metric: 'temperature' },
      'Motor/1': { metric: 'pressure' },
      '**/Hours': { metric: 'hours' },
    },
    ignore: ['**', 'Motor/2'],
  });
  const plan = createMappingPlan(source, PUMP);
  const metricOf = (name: string) => {
    const target = plan.get(name);
    return target === undefined || target === IGNORED ? target : PUMP.metrics[target.metricIndex]!.id;
  };
  const names = ['Motor/1', 'Motor/2', 'Motor/3', 'Motor/Hours', 'a/Hours', 'running', 'other'];
  expect(names.map(metricOf)).toEqual(['pressure', IGNORED, 'temperature', 'temperature', 'hours', 'running', IGNORED]);
  expect(metricOf('Motor/3')).toBe('temperature');
});
