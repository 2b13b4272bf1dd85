import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import type { LifeDistribution } from '../../../src/prognostics/lifeDistribution.ts';
import { checkRisk, RiskParams, riskOptions, riskVerdict } from '../../../src/rules/risk.ts';
import { makeModel, makeRule } from './history.ts';

const RULE = makeRule('threshold', { metric: 'm', direction: 'above', levels: [{ limit: 1, severity: 'info' }] });
const name = { en: 'part', zh: 'part' };

function params(raw: object = {}): RiskParams {
  return Value.Default(RiskParams, raw) as RiskParams;
}

function modelWith(leadTime?: number): AssetModel {
  const part = leadTime === undefined ? {} : { part: { number: '1', leadTime } };
  return { ...makeModel([], []), components: [{ id: RULE.componentId, name, failureModes: [], ...part }] };
}

/** Ends at any time within `longest` with the same probability, and for certain then. */
function uniform(longest: number): LifeDistribution {
  return { within: (left) => Math.min(1, Math.max(0, left / longest)), quantile: (p) => p * longest };
}

/** The verdict on an end that comes within ten days with the given probability. */
function verdictAt(probability: number, raw: object = {}) {
  const verdict = { reached: -1, held: -1 };
  const options = riskOptions(params({ planningMargin: '10d', ...raw }), modelWith(), RULE);
  const evidence = riskVerdict(uniform((10 * DAY) / probability), options, verdict);
  expect(evidence.horizon).toBe(10 * DAY);
  expect(evidence.probability).toBeCloseTo(probability, 12);
  return [verdict.reached, verdict.held];
}

describe('the risk', () => {
  it('is that of the end within lead time and planning margin', () => {
    expect(riskOptions(params(), modelWith(3 * DAY), RULE).horizon).toBe(10 * DAY);
    expect(riskOptions(params({ planningMargin: '12h' }), modelWith(3 * DAY), RULE).horizon).toBe(3.5 * DAY);
    expect(riskOptions(params({ planningMargin: '12h' }), modelWith(), RULE).horizon).toBe(12 * HOUR);
    expect(riskOptions(params(), makeModel([], []), RULE).horizon).toBe(7 * DAY);
  });

  it('has severities by level', () => {
    expect(riskOptions(params(), modelWith(), RULE).severities).toEqual(['warning', 'critical']);
  });

  it('reaches a level at its probability and holds it within the deadband', () => {
    expect(verdictAt(0.39)).toEqual([0, 0]);
    expect(verdictAt(0.41)).toEqual([0, 1]);
    expect(verdictAt(0.5)).toEqual([1, 1]);
    expect(verdictAt(0.79)).toEqual([1, 1]);
    expect(verdictAt(0.81)).toEqual([1, 2]);
    expect(verdictAt(0.95)).toEqual([2, 2]);
  });

  it('reaches certainty only where the end is certain', () => {
    const raw = { levels: [{ probability: 1, severity: 'info' }], deadband: 0 };
    expect(verdictAt(0.999, raw)).toEqual([0, 0]);
    expect(verdictAt(1, raw)).toEqual([1, 1]);
  });
});

describe('its parameters', () => {
  it.each([
    [{}, []],
    [{ deadband: 0.5 }, ['risk.deadband: must be lower than the mildest level (0.5), or the finding never clears']],
    [
      {
        levels: [
          { probability: 0.5, severity: 'info' },
          { probability: 0.5, severity: 'warning' },
        ],
      },
      ['risk.levels.1.probability: must be higher than the level before (0.5)'],
    ],
  ])('%j is checked: %j', (raw, problems) => {
    expect(checkRisk(params(raw), 'risk').map(({ path, message }) => `${path}: ${message}`)).toEqual(problems);
  });
});
