import { expect, it } from 'vitest';
import { parseModel } from '../../../src/config/parseModel.ts';
import type { Asset } from '../../../src/domain/asset.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import { explainRules } from '../../../src/pipeline/explainRules.ts';
import { Fold } from '../../../src/rules/fold.ts';
import { compileModel } from '../../../src/rules/model.ts';
import { initState } from '../../../src/rules/state.ts';
import { rigModel } from '../../support/rig.ts';

const T0 = Date.UTC(2026, 2, 1);
const NORMAL = {
  id: 'normal',
  kind: 'anomaly',
  failureMode: 'overheated',
  mode: 'live',
  metric: 'temperature',
  levels: [{ limit: 5, severity: 'warning' }],
  learning: '2h',
  learningSamples: 10,
};

function rig() {
  const written = rigModel();
  written.components[0]!.rules.push(NORMAL as never);
  const read = parseModel(JSON.stringify(written), 'rig.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const compiled = compileModel(read.model);
  const state = initState(compiled);
  const fault = (_: unknown, error: unknown) => {
    throw error;
  };
  const fold = new Fold('rig-1', compiled, state, { finding: () => undefined, usage: () => undefined, fault });
  const metrics = read.model.metrics.map(({ id }) => id);
  const asset: Asset = {
    id: 'rig-1',
    modelId: 'rig',
    siteId: 'plant',
    tier: 'standard',
    criticality: 'medium',
    registeredBy: 'file',
    components: {},
  };
  return {
    fold,
    send: (metric: string, at: Timestamp, value: number) => fold.sample(metrics.indexOf(metric), at, value, 0, at),
    /** What the rule says shortly after the newest sample. */
    of: (ruleId: string, { now = state.time + MINUTE, siteId = 'plant', tripped = [] as string[] } = {}) => {
      const all = explainRules({ asset: { ...asset, siteId }, compiled, state }, new Set(tripped), now);
      const { text, standing, severity } = all.find((rule) => rule.ruleId === ruleId)!;
      return [standing, severity, text.en, text.zh];
    },
  };
}

it('no data: never, or not any more', () => {
  const { of, send } = rig();
  expect(of('temperature-high', { now: T0 })).toEqual(['no-data', undefined, 'no data yet', '尚无数据']);
  send('temperature', T0, 60);
  expect(of('temperature-high', { now: T0 + 2 * DAY })[2]).toBe('no data since 2026-03-01 00:00 UTC');
});

it('quiet: how far it is from the mildest limit', () => {
  const { of, send } = rig();
  send('temperature', T0, 66.5);
  expect(of('temperature-high')).toEqual([
    'quiet',
    undefined,
    'quiet; Temperature 66.5 °C, 13.5 below the warning limit of 80 °C',
    '正常；温度 66.5 °C，低于警告限值 80 °C 13.5',
  ]);
});

it('waiting: how much of the on-delay has passed; then firing, then clearing', () => {
  const { of, send } = rig();
  send('temperature', T0, 85);
  send('temperature', T0 + MINUTE, 85);
  expect(of('temperature-high')).toEqual([
    'waiting',
    undefined,
    'waiting: the condition has held for 1 m of 2 m (on-delay); Temperature 85 °C, 5 above the warning limit of 80 °C',
    expect.stringContaining('1 分钟（共需 2 分钟）'),
  ]);
  send('temperature', T0 + 2 * MINUTE, 85);
  expect(of('temperature-high').slice(0, 3)).toEqual([
    'firing',
    'warning',
    'firing: warning since 2026-03-01 00:00 UTC; Temperature 85 °C, 5 above the warning limit of 80 °C',
  ]);
  send('temperature', T0 + 3 * MINUTE, 60);
  send('temperature', T0 + 5 * MINUTE, 60);
  expect(of('temperature-high').slice(0, 3)).toEqual([
    'clearing',
    'warning',
    'clearing: warning, clear again for 2 m of 5 m (off-delay); Temperature 60 °C, 20 below the warning limit of 80 °C',
  ]);
});

it('paused: what its gate waits for', () => {
  const { of, send } = rig();
  send('running', T0, 0);
  send('pressure', T0, 12);
  send('running', T0 + MINUTE, 0);
  send('pressure', T0 + MINUTE, 12);
  send('pressure', T0 + 2 * MINUTE, 12);
  expect(of('pressure-high').slice(0, 3)).toEqual([
    'paused',
    undefined,
    'paused: it judges only while running > 0; Pressure 12 bar, 2 above the warning limit of 10 bar',
  ]);
});

it('learning: how far it has come', () => {
  const { of, send } = rig();
  for (let at = 0; at < 7; at++) send('temperature', T0 + at * 10 * MINUTE, 60 + (at % 2));
  expect(of('normal').slice(0, 3)).toEqual([
    'learning',
    undefined,
    'learning what is normal: for 1 h of 2 h; 7 of 10 samples',
  ]);
  for (let at = 7; at < 20; at++) send('temperature', T0 + at * 10 * MINUTE, 60 + (at % 2));
  expect(of('normal')[0]).toBe('quiet');
});

it('muted: by maintenance, until it is over', () => {
  const { fold, of, send } = rig();
  send('temperature', T0, 60);
  fold.event({
    id: 'E1',
    type: 'maintenance',
    assetId: 'rig-1',
    at: T0 + MINUTE,
    until: T0 + 2 * HOUR,
    recordedAt: T0,
    by: 'ann',
  });
  expect(of('temperature-high').slice(0, 3)).toEqual([
    'muted',
    undefined,
    'muted: maintenance until 2026-03-01 02:00 UTC',
  ]);
  expect(of('temperature-high', { now: T0 + 3 * HOUR })[0]).toBe('quiet');
});

it('muted by maintenance without an end: until somebody ends it', () => {
  const { fold, of, send } = rig();
  send('temperature', T0, 60);
  const event = {
    id: 'E1',
    type: 'maintenance',
    assetId: 'rig-1',
    at: T0 + MINUTE,
    recordedAt: T0,
    by: 'ann',
  } as const;
  fold.event(event);
  expect(of('temperature-high')[2]).toBe('muted: maintenance until somebody ends it');
});

it('life: how much is used, or that it is not known', () => {
  const { fold, of, send } = rig();
  send('hours', T0, 400);
  expect(of('filter-life')[2]).toBe('firing: info; how much of its life is used is not known');
  fold.event({
    id: 'E2',
    type: 'component-replaced',
    assetId: 'rig-1',
    componentId: 'filter',
    at: T0 + MINUTE,
    reading: 400,
    recordedAt: T0,
    by: 'ann',
  });
  send('hours', T0 + 40 * HOUR, 440);
  expect(of('filter-life')[2]).toContain('quiet; 4 % of life used (40 of 1,000 h)');
});

it('says what becomes of a finding where that is no ticket at once', () => {
  const { of, send } = rig();
  send('temperature', T0, 60);
  expect(of('temperature-high', { siteId: 'lab' })[2]).toMatch(/80 °C\. It only observes: it opens no tickets\.$/);
  expect(of('temperature-high', { siteId: 'hall' })[2]).toMatch(/It proposes: a person releases its tickets\.$/);
  expect(of('temperature-high', { tripped: ['temperature-high'] })[2]).toMatch(/only proposes until it is reset\.$/);
});
