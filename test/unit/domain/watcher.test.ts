import { describe, expect, it } from 'vitest';
import type { AssetModel, RuleDefinition } from '../../../src/domain/model.ts';
import { watcherOf } from '../../../src/domain/watcher.ts';

const rule = (id: string, change: Partial<RuleDefinition> = {}): RuleDefinition => ({
  id,
  kind: 'threshold',
  componentId: 'filter',
  failureModeId: 'clogged',
  mode: { default: 'live' },
  maxTicketsPerHour: 9,
  params: {},
  version: 'v1',
  ...change,
});
const plan = { id: 'change', title: { en: 'x', zh: 'x' }, componentId: 'filter', checklist: [], parts: [] };

function watcher(rules: readonly RuleDefinition[], failureModeId?: string) {
  const model = { rules, servicePlans: [plan] } as unknown as AssetModel;
  return watcherOf(model, { componentId: 'filter', ...(failureModeId !== undefined && { failureModeId }) }, 'harbour')
    ?.id;
}

describe('the rule that watches for a failure', () => {
  it('is the only one of its component and failure mode that does more than observe', () => {
    const pressure = rule('pressure');
    expect(watcher([pressure, rule('belt', { componentId: 'belt' })], 'clogged')).toBe('pressure');
    expect(watcher([pressure, rule('other', { failureModeId: 'torn' })], 'clogged')).toBe('pressure');
    expect(watcher([pressure, rule('other', { failureModeId: 'torn' })])).toBeUndefined();
    expect(watcher([rule('quiet', { mode: { default: 'live', harbour: 'observe' } })])).toBeUndefined();
  });

  it('is none that only says when somebody is to look or to do a service', () => {
    const service = rule('change', { failureModeId: 'change', kind: 'calendar', params: { inspection: {} } });
    const inspection = rule('look', { kind: 'calendar', params: { inspection: { every: '30d' } } });
    const usage = rule('change', { failureModeId: 'change', kind: 'usage' });
    expect(watcher([rule('pressure'), service, inspection])).toBe('pressure');
    expect(watcher([rule('pressure'), usage])).toBe('pressure');
    expect(watcher([inspection], 'clogged')).toBeUndefined();
    expect(watcher([rule('age', { kind: 'calendar', params: { life: '900d' } })])).toBe('age');
  });
});
