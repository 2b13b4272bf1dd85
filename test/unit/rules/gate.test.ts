import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { checkGate, compileGate } from '../../../src/rules/gate.ts';
import { metricIndex } from '../../../src/rules/params.ts';
import { makeModel } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'speed', kind: 'number', unit: 'rpm' },
  { id: 'status', kind: 'state', codes: { stopped: 0, running: 3 } },
];
const MODEL = makeModel(METRICS, []);

describe('a gate', () => {
  it.each([
    [{ metric: 'speed', above: 10 }, [10.1], [10, 0, Number.NaN]],
    [{ metric: 'speed', below: 10 }, [9.9, -5], [10, 11, Number.NaN]],
    [{ metric: 'speed', equals: 0 }, [0], [1, Number.NaN]],
    [{ metric: 'status', equals: 'running' }, [3], [0, 1, Number.NaN]],
    [{ metric: 'status', equals: 'stopped' }, [0], [3, Number.NaN]],
  ])('%j holds for %j and not for %j', (params, holding, other) => {
    const gate = compileGate(MODEL, params);
    const index = metricIndex(MODEL, params.metric);
    expect(gate.inputs).toEqual([index]);
    const at = (value: number) => gate.holds({ values: [0, 0].with(index, value), times: [] });
    expect(holding.map(at)).toEqual(holding.map(() => true));
    expect(other.map(at)).toEqual(other.map(() => false));
  });

  it.each([
    [undefined, []],
    [{ metric: 'status', equals: 'running' }, []],
    [{ metric: 'heat', above: 1 }, ["on.metric: the model has no metric 'heat'; it has speed, status"]],
    [{ metric: 'speed' }, ['on: give exactly one of equals, above, below']],
    [{ metric: 'speed', equals: 1, below: 2 }, ['on: give exactly one of equals, above, below']],
    [{ metric: 'speed', equals: 'fast' }, ["on.equals: 'fast' is no code of speed; its codes are: none"]],
    [{ metric: 'status', equals: 'off' }, ["on.equals: 'off' is no code of status; its codes are: stopped, running"]],
  ])('%j is checked: %j', (gate, problems) => {
    expect(checkGate(MODEL, gate, 'on').map(({ path, message }) => `${path}: ${message}`)).toEqual(problems);
  });
});
