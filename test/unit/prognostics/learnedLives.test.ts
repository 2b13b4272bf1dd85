import { describe, expect, it } from 'vitest';
import { learnLives, type PartInUse } from '../../../src/prognostics/learnedLives.ts';
import { quantileAge, weibullOf } from '../../../src/prognostics/weibull.ts';
import { fitWeibull } from '../../../src/prognostics/weibullFit.ts';
import { random } from '../../support/random.ts';

const part = (change: Partial<PartInUse>): PartInUse => ({
  modelId: 'compressor',
  componentId: 'filter',
  installedReading: 0,
  lastReading: 1000,
  end: 'failed',
  ...change,
});
const failures = (ages: readonly number[], change: Partial<PartInUse> = {}) =>
  ages.map((age, at) => part({ installedReading: at * 10_000, lastReading: at * 10_000 + age, ...change }));
const RATED = weibullOf(2000, 0.3);
const AGES = [700, 900, 1000, 1100, 1250];

describe('lives learned from parts', () => {
  it('are fitted to the age of each, whatever its counter stood at', () => {
    const [learned, ...others] = learnLives(failures(AGES), () => RATED);
    expect(others).toEqual([]);
    expect(learned).toMatchObject({ modelId: 'compressor', componentId: 'filter' });
    const fit = fitWeibull(AGES.map((age) => ({ age, failed: true })))!;
    expect(learned!.life.scale).toBeCloseTo(fit.scale, 3);
    expect(learned!.life.shape).toBeCloseTo(fit.shape, 3);
  });

  it('count what was replaced or is in use as survived, and what was met in mid-life from then on', () => {
    const censored = ['replaced', 'in-use'] as const;
    const longer = [...failures(AGES), ...censored.map((end) => part({ lastReading: 1400, end }))];
    const [plain, withSurvivors, metLate] = [
      failures(AGES),
      longer,
      failures(AGES).map((one) => ({ ...one, firstReading: one.installedReading + 600 })),
    ].map((parts) => learnLives(parts, () => undefined)[0]!.life);
    expect(withSurvivors!.scale).toBeGreaterThan(plain!.scale * 1.05);
    expect(metLate!.scale).toBeLessThan(plain!.scale);
  });

  it('are the rated life below a failure, and nothing without one', () => {
    const surviving = AGES.map((lastReading) => part({ lastReading, end: 'in-use' }));
    expect(learnLives(surviving, () => RATED)[0]!.life).toMatchObject(RATED);
    expect(learnLives(surviving, () => undefined)).toEqual([]);
    expect(learnLives(failures(AGES.slice(1)), () => undefined)).toEqual([]);
  });

  it('are kept apart by model and component, and by batch from five failures on', () => {
    const uniform = random(4);
    const draw = (count: number, median: number) =>
      Array.from({ length: count }, () => quantileAge(weibullOf(median, 0.2), uniform()));
    const parts = [
      ...failures(draw(30, 2000), { batch: 'A' }),
      ...failures(draw(8, 1000), { batch: 'B' }),
      ...failures(draw(4, 1000), { batch: 'C' }),
      ...failures(draw(6, 500), { componentId: 'belt' }),
      ...failures(draw(6, 300), { modelId: 'pump' }),
    ];
    const learned = learnLives(parts, () => RATED);
    expect(learned.map(({ modelId, componentId, batch }) => [modelId, componentId, batch])).toEqual([
      ['compressor', 'filter', undefined],
      ['compressor', 'filter', 'A'],
      ['compressor', 'filter', 'B'],
      ['compressor', 'belt', undefined],
      ['pump', 'filter', undefined],
    ]);
    const [all, a, b] = learned.map(({ life }) => quantileAge(life, 0.5));
    expect(a! / 2000).toBeCloseTo(1, 1);
    expect(b! / 1000).toBeCloseTo(1, 0);
    expect(all).toBeGreaterThan(b!);
    expect(all).toBeLessThan(a!);
  });
});
