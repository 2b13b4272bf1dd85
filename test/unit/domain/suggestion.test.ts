import { describe, expect, it } from 'vitest';
import {
  betterOf,
  type LimitFigures,
  type LimitTrial,
  type RuleExperience,
  type RuleTrial,
  suggest,
} from '../../../src/domain/suggestion.ts';
import { MINUTE } from '../../../src/domain/time.ts';

const trial = (limit: number, figures: Partial<LimitFigures> = {}): LimitTrial => ({
  limits: [limit],
  figures: { hits: 12, misses: 2, falses: 9, unverifiable: 3, ...figures },
});
const TODAY = trial(80);

describe('better limits', () => {
  it.each([
    ['spare false tickets', trial(83, { falses: 4, unverifiable: 1 })],
    ['catch what was missed, for no more tickets than that', trial(75, { hits: 14, misses: 0, unverifiable: 5 })],
  ])('%s', (_, better) => {
    expect(betterOf(TODAY, [better])).toBe(better);
  });

  it.each([
    ['lose a hit', trial(90, { hits: 11, misses: 3, falses: 0, unverifiable: 0 })],
    ['change nothing', trial(81)],
    ['catch more for many tickets of which nobody knows', trial(70, { hits: 13, misses: 1, unverifiable: 30 })],
    ['catch more for more that are false', trial(75, { hits: 13, misses: 1, falses: 10 })],
  ])('are none that %s', (_, worse) => {
    expect(betterOf(TODAY, [worse])).toBeUndefined();
  });

  it('are those that catch most, then spare most, then move least', () => {
    const [sparing, catching] = [trial(84, { falses: 0 }), trial(78, { hits: 13 })];
    expect(betterOf(TODAY, [sparing, catching])).toBe(catching);
    const [near, far] = [trial(82, { falses: 2 }), trial(85, { falses: 2 })];
    expect(betterOf(TODAY, [far, near, trial(81, { falses: 5 })])).toBe(near);
  });
});

const BETTER: LimitTrial = { ...trial(83, { falses: 2 }), warningLost: { median: 2 * MINUTE, most: 5 * MINUTE } };
const DONE: RuleTrial = {
  ruleVersion: 'v1',
  status: 'done',
  progress: 1,
  askedAt: Date.UTC(2024, 4, 1, 8),
  by: 'ann',
  result: { known: 25, shown: 23, today: TODAY, tried: [BETTER], better: BETTER },
};
const KNOWN: RuleExperience = { kind: 'threshold', version: 'v1', limits: [80], outcomes: 23, trial: DONE };
const said = (changed: Partial<RuleExperience>) => suggest({ ...KNOWN, ...changed });

describe('a suggestion', () => {
  it('names the limit with what it does for hits, falses, misses and warning times, in both languages', () => {
    expect(suggest(KNOWN)).toEqual({
      suggested: BETTER,
      reason: {
        en: 'Move the limit from 80 to 83: for 23 outcomes on stored history false or early 9 → 2, hits 12 → 12, missed 2 → 2. Warnings come 2 m later (median), at most 5 m.',
        zh: '建议将限值从 80 调整为 83：按历史数据中的 23 个结果，误报或过早 9 → 2，命中 12 → 12，漏报 2 → 2。预警推迟 2 分钟（中位数），最多 5 分钟。',
      },
    });
  });

  it.each([
    ['sooner', { median: -3 * MINUTE, most: 0 }, /Warnings come 3 m sooner/, /预警提前 3 分钟/],
    ['no later', { median: 0, most: 0 }, /No warning time is lost/, /不损失预警时间/],
    ['nobody knows when', undefined, /Nothing is known of warning times/, /预警时间的变化未知/],
  ])('says where warnings come %s', (_, warningLost, en, zh) => {
    const better = { ...trial(83, { falses: 2 }), ...(warningLost && { warningLost }) };
    const { reason } = said({ trial: { ...DONE, result: { ...DONE.result!, better } } });
    expect(reason).toEqual({ en: expect.stringMatching(en), zh: expect.stringMatching(zh) });
  });

  const result = (changed: object) => ({ trial: { ...DONE, result: { ...DONE.result!, ...changed } } });
  it.each<[string, Partial<RuleExperience>, RegExp, RegExp]>([
    ['there are no limits', { limits: undefined, kind: 'usage' }, /kind usage has no limits/, /usage 类规则没有/],
    ['too few outcomes are known', { outcomes: 12, trial: undefined }, /^12 of 20 outcomes/, /12 个结果，需要 20 个/],
    ['outcomes were taken back', { outcomes: 19 }, /^19 of 20 outcomes/, /19 个结果/],
    ['nothing was tried', { trial: undefined }, /have not been tried/, /尚未/],
    ['it is being tried', { trial: { ...DONE, status: 'running', progress: 0.25 } }, /being tried.*25 %/, /25 %/],
    ['the rule was changed since', { version: 'v2' }, /changed since.*2024-05-01 08:00/, /规则已更改/],
    [
      'the trial failed',
      { trial: { ruleVersion: 'v1', status: 'failed', progress: 0, askedAt: 0, by: 'ann', error: 'no store' } },
      /could not be tried: no store/,
      /no store/,
    ],
    ['history shows too few of them again', result({ shown: 19 }), /Of 25 outcomes.*19 again.*takes 20/, /19 个/],
    ['there was nothing to try', result({ today: undefined, better: undefined }), /None of 23 outcomes/, /23 个结果/],
    ['nothing serves better', result({ better: undefined }), /None of 1 other limits.*23 outcomes/, /23 个结果/],
  ])('is none where %s', (_, changed, en, zh) => {
    expect(said(changed)).toEqual({ reason: { en: expect.stringMatching(en), zh: expect.stringMatching(zh) } });
  });
});
