import { describe, expect, it } from 'vitest';
import { briefReason, reason } from '../../../src/domain/evidence/index.ts';
import type { EvidenceOf } from '../../../src/domain/finding.ts';
import { DAY } from '../../../src/domain/time.ts';

const T = Date.UTC(2026, 10, 20, 14, 5);
const facts = { since: T, metricName: { en: 'Oil temperature', zh: '油温' } };
const unusual: EvidenceOf<'anomaly'> = {
  kind: 'anomaly',
  metricId: 'oil-temperature',
  statistic: 'deviation',
  score: 6.5,
  worst: 7.25,
  limit: 6,
  metrics: [{ metricId: 'oil-temperature', unit: '°C', value: 88.5, expected: 75, share: 1 }],
  learned: [T - 30 * DAY, T - 16 * DAY],
};
const load = { metricId: 'load', unit: '%' };

describe('what is unusual', () => {
  it('is held against what was learned, and when', () => {
    expect(reason(unusual, facts)).toEqual({
      en: 'Oil temperature is unusual since 2026-11-20 14:05 UTC: 88.5 °C where 75 °C is usual (worst 7.25 deviations, limit 6). It was learned from 2026-10-21 to 2026-11-04.',
      zh: '油温自 2026-11-20 14:05 UTC 起异常：88.5 °C，通常为 75 °C（最差 7.25 倍标准差，限值 6）。基线学习于 2026-10-21 至 2026-11-04。',
    });
    expect(briefReason(unusual, 'Oil temperature')).toBe('oil temperature unusual, 7.25 deviations, limit 6');
  });

  it.each([
    [null, 30, 'below 30 %', '低于 30 %'],
    [30, 60, '30 to 60 %', '30 至 60 %'],
    [60, null, 'from 60 %', '不低于 60 %'],
  ])('is so at the duty from %s to %s', (from, to, en, zh) => {
    const words = reason({ ...unusual, duty: { ...load, from, to } }, facts);
    expect(words.en).toContain(`88.5 °C where 75 °C is usual at load ${en} (worst`);
    expect(words.zh).toContain(`88.5 °C，在 load ${zh} 工况下通常为 75 °C（`);
  });

  it('is so among its peers', () => {
    const peers = { ...unusual, peers: { count: 7, spread: 2.05 }, learned: null };
    expect(reason({ ...peers, duty: { ...load, from: 60, to: null } }, facts)).toEqual({
      en: 'Oil temperature is unusual since 2026-11-20 14:05 UTC: 88.5 °C where 75 °C is usual among 7 peers at load from 60 % (their spread 2.05 °C, worst 7.25 deviations, limit 6).',
      zh: '油温自 2026-11-20 14:05 UTC 起异常：88.5 °C，在 load 不低于 60 % 工况下，7 台同型设备通常为 75 °C（离散度 2.05 °C，最差 7.25 倍标准差，限值 6）。',
    });
    expect(reason(peers, facts).zh).toContain('88.5 °C，7 台同型设备通常为 75 °C（');
  });

  it('is how several go together at that duty', () => {
    const metrics = [...unusual.metrics.map((one) => ({ ...one, share: 0.8 }))];
    const words = reason({ ...unusual, statistic: 'spe', metrics, duty: { ...load, from: 30, to: 60 } }, facts);
    expect(words.en).toContain('Metrics do not go together as usual at load 30 to 60 % since 2026-11-20 14:05 UTC (');
    expect(words.zh).toContain('起，在 load 30 至 60 % 工况下多个指标之间的关系异常');
  });
});
