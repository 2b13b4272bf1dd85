import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { Fold } from '../../../src/rules/fold.ts';
import { type CompiledModel, compileModel } from '../../../src/rules/model.ts';
import { initState } from '../../../src/rules/state.ts';
import { ASSET, makeModel, makeRule, T0 } from './history.ts';

const broken = () => {
  throw new Error('a defect');
};

/** A model of which the first rule throws whenever it is called, and the second is sound. */
function halfBroken(): CompiledModel {
  const limit = { metric: 'temperature', direction: 'above', levels: [{ limit: 50, severity: 'warning' }] };
  const rules = ['broken', 'sound'].map((id) => makeRule('threshold', limit, { id }));
  const model = compileModel(makeModel([{ id: 'temperature', kind: 'number' }], rules));
  const [first, second] = model.rules;
  return { ...model, rules: [{ ...first!, sample: broken, event: broken, tick: broken }, second!] };
}

describe('a rule that throws', () => {
  it('is reported, and the other rules and the state go on', () => {
    const model = halfBroken();
    const findings: Finding[] = [];
    const faults: string[] = [];
    const fold = new Fold(ASSET, model, initState(model), {
      finding: (finding) => findings.push(finding),
      usage: () => undefined,
      fault: ({ definition }, error) => faults.push(`${definition.id}: ${String(error)}`),
    });

    expect(fold.sample(0, T0, 60, 0, T0)).toBe('folded');
    expect(
      fold.event({
        id: '1',
        type: 'maintenance',
        assetId: ASSET,
        at: T0 + MINUTE,
        recordedAt: T0,
        by: 'x',
        until: T0 + MINUTE,
      }),
    ).toBe('folded');
    fold.tick({ now: T0 + 2 * MINUTE, lastHeard: T0, silentFor: MINUTE, listened: () => MINUTE });
    expect(fold.sample(0, T0 + 3 * MINUTE, 40, 0, T0)).toBe('folded');

    expect(findings.map(({ ruleId, change }) => [ruleId, change])).toEqual([
      ['sound', 'raised'],
      ['sound', 'cleared'],
    ]);
    expect(faults).toEqual(Array(4).fill('broken: Error: a defect'));
    expect(fold.state.values).toEqual([40]);
  });
});

describe('a rule that throws over what is due', () => {
  it('is called for it once, and what reads it goes on', () => {
    const fault = makeRule('event', { metric: 'fault', within: '1h', levels: [{ count: 1, severity: 'warning' }] });
    const reader = makeRule('composite', { of: ['event'], levels: [{ need: 'all', severity: 'warning' }] });
    const sound = compileModel(makeModel([{ id: 'fault', kind: 'event' }], [fault, reader]));
    const model = { ...sound, rules: sound.rules.map((rule, at) => (at === 0 ? { ...rule, elapse: broken } : rule)) };
    const faults: string[] = [];
    const fold = new Fold(ASSET, model, initState(model), {
      finding: () => undefined,
      usage: () => undefined,
      fault: ({ definition }) => faults.push(definition.id),
    });
    fold.sample(0, T0, 1, 0, T0);
    for (const hours of [2, 3])
      fold.tick({ now: T0 + hours * 60 * MINUTE, lastHeard: T0, silentFor: 0, listened: () => 0 });
    expect(fold.sample(0, T0 + 300 * MINUTE, 0, 0, T0 + 300 * MINUTE)).toBe('folded');
    expect(faults).toEqual(['event']);
    expect(model.rules[1]!.view!(fold.state.rules[1], T0).level).toBeGreaterThan(0);
  });
});
