import { describe, expect, it } from 'vitest';
import type { Asset as RegisteredAsset } from '../../../src/domain/asset.ts';
import type { Finding, Forecast } from '../../../src/domain/finding.ts';
import { type AssetModel, INSTALLATION_UNKNOWN } from '../../../src/domain/model.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY } from '../../../src/domain/time.ts';
import { evidenceChange, forecastLeft } from '../../../src/pipeline/compose.ts';
import { Tracked } from '../../../src/pipeline/tracked.ts';
import { viewAsset } from '../../../src/pipeline/views.ts';
import { compileModel } from '../../../src/rules/model.ts';
import type { CompiledRule, RuleView } from '../../../src/rules/rule.ts';
import { sampleTicket } from '../../support/ticket.ts';
import { makeModel, makeRule, T0 } from '../rules/history.ts';

const ASSET: RegisteredAsset = {
  id: 'pump-1',
  modelId: 'model',
  siteId: 'site',
  tier: 'standard',
  criticality: 'medium',
  registeredBy: 'file',
  components: {},
};

const days = (p10: number, p50: number, p90: number, basis?: Forecast['basis']): Forecast => ({
  ...(basis && { basis }),
  p10: T0 + p10 * DAY,
  p50: T0 + p50 * DAY,
  p90: T0 + p90 * DAY,
});

type Said = readonly [failureModeId: string, view: RuleView];

/** An asset one of whose components has rules that say just this, by failure mode. */
function saying(...views: readonly Said[]): Tracked {
  const rules = views.map(([failureModeId], at) =>
    makeRule('silence', { after: '1h' }, { id: `rule-${at}`, componentId: 'bearing', failureModeId }),
  );
  const name = { en: 'Bearing', zh: '轴承' };
  const model: AssetModel = {
    ...makeModel([{ id: 'x', kind: 'number' }], rules),
    components: [{ id: 'bearing', name, failureModes: [INSTALLATION_UNKNOWN] }],
  };
  const compiled = compileModel(model);
  const saying = compiled.rules.map((rule, at): CompiledRule => ({ ...rule, view: () => views[at]![1] }));
  const tracked = new Tracked(ASSET, { ...compiled, rules: saying }, 0);
  tracked.state.time = T0;
  return tracked;
}

function component(...views: readonly Said[]) {
  return viewAsset(saying(...views)).components[0]!;
}

describe('a component with several rules', () => {
  it('has the worst of their healths', () => {
    expect(component(['a', { level: 0 }], ['a', { level: 2 }], ['b', { level: 1 }]).health).toBe('warning');
    expect(component(['a', { level: 0 }]).health).toBe('good');
  });

  it('has one forecast, of rules without a life as well', () => {
    const { forecast } = component(
      ['a', { level: 0, wear: 0.5, forecast: days(200, 300, 400, 'usage') }],
      ['a', { level: 2, forecast: days(80, 100, 120) }],
      ['b', { level: 0, forecast: days(80, 100, 120) }],
    );
    expect((forecast!.p50! - T0) / DAY).toBeCloseTo(91.49, 1);
    expect(component(['a', { level: 0 }]).forecast).toBeUndefined();
  });
});

describe('a ticket that a second rule adds to', () => {
  const usage = days(10, 20, 30, 'usage');
  const condition = days(15, 40, 90);
  const part = { number: 'P-1', leadTimeMs: 5 * DAY };
  const finding = (forecast: Forecast | undefined): Finding => ({
    key: 'key',
    assetId: ASSET.id,
    componentId: 'bearing',
    failureModeId: 'worn',
    ruleId: 'rule',
    ruleVersion: '1',
    change: 'updated',
    severity: 'warning',
    start: T0,
    time: T0 + DAY,
    window: { from: T0, to: T0 + DAY },
    evidence: { kind: 'silence', lastHeard: T0, silentFor: DAY },
    ...(forecast && { forecast }),
  });
  const ticket = (forecast: Forecast | undefined): Ticket => sampleTicket({ part, ...(forecast && { forecast }) });
  const added = (before: Forecast | undefined, newer: Forecast | undefined) =>
    evidenceChange(saying(), ticket(before), finding(newer));

  it('keeps what it knows from the condition, and is due by that', () => {
    expect(added(condition, usage)).toMatchObject({ forecast: condition, doBy: T0 + 10 * DAY });
    expect(added(usage, condition)).toMatchObject({ forecast: condition, doBy: T0 + 10 * DAY });
    expect(added(usage, days(5, 10, 15, 'usage'))).toMatchObject({ doBy: T0 + DAY });
    expect(added(condition, undefined)).toMatchObject({ forecast: condition });
  });

  it('goes by what is left once the condition is clear', () => {
    const left = [finding(usage), finding(undefined)];
    expect(forecastLeft(ticket(condition), finding(condition), left)).toEqual({
      forecast: usage,
      doBy: T0 + 5 * DAY,
    });
    expect(forecastLeft(ticket(condition), finding(usage), left)).toBeUndefined();
    expect(forecastLeft(ticket(condition), finding(undefined), left)).toBeUndefined();
    expect(forecastLeft(ticket(condition), finding(condition), [finding(undefined)])).toEqual({
      forecast: undefined,
      doBy: undefined,
    });
  });
});
