import { describe, expect, it } from 'vitest';
import { briefReason } from '../../../src/domain/evidence/index.ts';
import type { Evidence, Forecast } from '../../../src/domain/finding.ts';
import { type TicketFacts, ticketSummary, ticketTitle } from '../../../src/domain/ticketText.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';

const T = Date.UTC(2026, 10, 20, 14, 5);
const component = { en: 'Compressor oil', zh: '空压机油' };
const failureMode = { en: 'Oil aged', zh: '油品老化' };
const usage: Evidence = {
  kind: 'usage',
  metricId: 'hours',
  unit: 'h',
  used: 3600,
  life: 4000,
  wear: 0.9,
  ratePerDay: 8.42,
};
const threshold: Evidence = {
  kind: 'threshold',
  metricId: 'oil-temperature',
  unit: '°C',
  direction: 'above',
  limit: 95,
  value: 96.5,
  extreme: 101.25,
  samples: 7,
};
const part = { number: 'OIL-46', name: { en: 'Oil 46', zh: '机油46号' }, leadTimeMs: 3 * DAY };
const facts = (change: Partial<TicketFacts>): TicketFacts => ({
  assetName: 'Compressor 1',
  component,
  failureMode,
  since: T,
  evidence: usage,
  ...change,
});
const forecast = (p10: number | null, p50: number | null, p90: number | null): Forecast => ({ p10, p50, p90 });

describe('the title', () => {
  it('names asset, component and failure mode', () => {
    expect(ticketTitle(facts({}))).toEqual({
      en: 'Compressor 1: Compressor oil, oil aged',
      zh: 'Compressor 1：空压机油，油品老化',
    });
  });

  it('names no component where the asset as a whole is meant', () => {
    expect(ticketTitle(facts({ component: undefined })).en).toBe('Compressor 1: oil aged');
  });
});

describe('the summary', () => {
  it('says what codes mean and what to check, where the model says it', () => {
    const evidence: Evidence = {
      kind: 'event',
      metricId: 'fault',
      codes: ['E1', 'E2', '7'],
      count: 3,
      limit: 2,
      within: DAY,
      last: T,
    };
    const codeTexts = {
      E1: { en: 'Motor overload', zh: '电机过载', check: { en: 'Current of all phases', zh: '各相电流' } },
      E2: { en: 'Phase missing', zh: '缺相' },
    };
    expect(ticketSummary(facts({ evidence, codeTexts }))).toEqual({
      en: 'fault: E1 (Motor overload), E2 (Phase missing), 7, 3 times within 1 d, last at 2026-11-20 14:05 UTC. Check: Current of all phases.',
      zh: 'fault：E1（电机过载）、E2（缺相）、7，1 天内 3 次，最近一次 2026-11-20 14:05 UTC。请检查：各相电流。',
    });
    expect(ticketSummary(facts({ evidence })).en).toContain('fault: E1, E2, 7, 3 times');
  });

  it('says how far a life is used, when it ends and how sure that is, and what to bring', () => {
    const sure = forecast(T + 10 * DAY, T + 20 * DAY, T + 40 * DAY);
    expect(ticketSummary(facts({ forecast: sure, part, doBy: T + 7 * DAY }))).toEqual({
      en: '90 % of life used (3,600 of 4,000 h, 8.42 h a day). End of life expected about 2026-12-10 (8 in 10 chance: between 2026-11-30 and 2026-12-30). Bring: Oil 46 (OIL-46, lead time 3 d). Act by 2026-11-27.',
      zh: '已使用寿命的 90 %（3,600 / 4,000 h，8.42 h/天）。预计寿命终点约为 2026-12-10（八成可能在 2026-11-30 至 2026-12-30 之间）。请携带：机油46号（OIL-46，到货时间 3 天）。请在 2026-11-27 前处理。',
    });
  });

  it('says what passed its limit, since when and how far', () => {
    const metricName = { en: 'Oil temperature', zh: '油温' };
    expect(ticketSummary(facts({ evidence: threshold, metricName }))).toEqual({
      en: 'Oil temperature above 95 °C since 2026-11-20 14:05 UTC (worst 101.3 °C, now 96.5 °C).',
      zh: '油温自 2026-11-20 14:05 UTC 起高于 95 °C（最差 101.3 °C，当前 96.5 °C）。',
    });
  });

  it.each([
    ['never', forecast(null, null, null), 'No end of life within ten years at the recent rate.'],
    ['on a known day', forecast(T, T, T), 'End of life: 2026-11-20.'],
    ['perhaps never', forecast(T, T + DAY, null), 'between 2026-11-20 and beyond ten years)'],
  ])('says when life ends %s', (_, end, words) => {
    expect(ticketSummary(facts({ forecast: end })).en).toContain(words);
  });

  it('leaves the counter out where the calendar decides', () => {
    expect(ticketSummary(facts({ evidence: { ...usage, wear: 0.95, calendarWear: 0.95 } })).en).toBe(
      '95 % of life used.',
    );
  });

  it('says since when an asset is silent, and which data are missing', () => {
    const silence: Evidence = { kind: 'silence', lastHeard: T, silentFor: 26 * HOUR };
    expect(ticketSummary(facts({ evidence: silence }))).toEqual({
      en: 'Nothing heard since 2026-11-20 14:05 UTC (1 d 2 h).',
      zh: '自 2026-11-20 14:05 UTC 起未收到任何数据（1 天 2 小时）。',
    });
    const missing: Evidence = { kind: 'installation-unknown', componentIds: ['oil', 'fan'] };
    expect(ticketSummary(facts({ evidence: missing })).en).toContain('oil, fan. Please enter it.');
  });
});

it('says the reason in a few words', () => {
  expect(briefReason(usage)).toBe('90 % of life used');
  expect(briefReason(threshold, 'Oil temperature')).toBe('oil temperature 101.3 °C, limit 95 °C');
});

describe('by risk and by the calendar', () => {
  const day = Date.UTC(2026, 0, 1);

  it('says how probable the end of a life by use is, until it is over', () => {
    const risk = { probability: 0.64, horizon: 9 * 24 * HOUR };
    expect(ticketSummary(facts({ evidence: { ...usage, risk } }))).toEqual({
      en: '90 % of life used (3,600 of 4,000 h, 8.42 h a day); 64 % probable that it ends within 9 d.',
      zh: '已使用寿命的 90 %（3,600 / 4,000 h，8.42 h/天）；9 天内到寿命终点的概率为 64 %。',
    });
    expect(ticketSummary(facts({ evidence: { ...usage, wear: 1.01, risk } })).en).not.toContain('probable');
  });

  it('says what a life rests on that the fleet has taught', () => {
    const learnedFrom = { failures: 12, parts: 40 };
    expect(ticketSummary(facts({ evidence: { ...usage, learnedFrom } }))).toEqual({
      en: '90 % of life used (3,600 of 4,000 h, 8.42 h a day); how long such parts last was learned from 12 failures among 40.',
      zh: '已使用寿命的 90 %（3,600 / 4,000 h，8.42 h/天）；此类部件的寿命由 40 个部件中的 12 次故障得出。',
    });
    const ofBatch = ticketSummary(facts({ evidence: { ...usage, learnedFrom: { ...learnedFrom, batch: 'B7' } } }));
    expect(ofBatch.en).toMatch(/12 failures among 40 of batch B7\.$/);
    expect(ofBatch.zh).toContain('由批次 B7 的 40 个部件');
  });

  it('says what falls due', () => {
    const life: Evidence = { kind: 'calendar', of: 'life', installedAt: day, due: day + 365 * 24 * HOUR };
    expect(ticketSummary(facts({ evidence: life }))).toEqual({
      en: 'Installed 2026-01-01; its life by the calendar ends 2027-01-01.',
      zh: '安装于 2026-01-01，日历寿命于 2027-01-01 到期。',
    });
    expect(ticketSummary(facts({ evidence: { ...life, of: 'inspection' } })).en).toBe(
      'Inspection due 2027-01-01; installed 2026-01-01.',
    );
    expect(briefReason(life)).toBe('life ends 2027-01-01');
  });
});
