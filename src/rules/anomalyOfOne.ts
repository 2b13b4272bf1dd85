import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { AnomalyParams } from './anomaly.ts';
import {
  type Baseline,
  conclude,
  initBaseline,
  initLearning,
  type Learning,
  learnedSpan,
  learningOptions,
  learningStep,
  observeBaseline,
  profileHour,
  profileHours,
} from './baseline.ts';
import type { Judge } from './condition.ts';
import { compileIndicator } from './indicator.ts';
import { compileLimits } from './limitLevels.ts';
import { duration } from './params.ts';
import { initSmoothed, type Smoothed, smoother } from './smoothed.ts';

interface State {
  indicator: unknown;
  smoothed: Smoothed;
  learning: Learning;
  /** What is being learned; null when there is nothing to learn any more. */
  baseline: Baseline | null;
  /** What was learned; by hour of the profile its usual level, null where that was never seen. */
  learned: { mean: number; deviation: number; hours: (number | null)[] } | null;
  /** Accumulated deviations above and below. */
  cusum: [above: number, below: number];
  /** Time of the newest instant, for adapting. */
  time: Timestamp | null;
  value: number;
  expected: number;
  score: number;
  /** The worst score since the condition began. */
  worst: number;
}

/** Accumulated deviations are bounded at as many times the worst limit, so that what has ended also clears. */
const CUSUM_CAP = 2;

/** One sample adds as much of the mildest limit at most, so that no single one raises. */
const CUSUM_STEP = 0.5;

/** What adapts follows a value no further than as many deviations. */
const ADAPT_WITHIN = 3;

/**
 * One metric or indicator against its own baseline: robust location and spread, by the deviation at the moment, of an
 * exponentially weighted mean (Roberts, Technometrics 1(3), 1959) or accumulated (Page's CUSUM, Biometrika 41, 1954).
 */
export function judgeOne(params: AnomalyParams, id: string, model: AssetModel): Judge<State> {
  const indicator = compileIndicator(model, id);
  const smooth = smoother(duration(params.smooth), duration(params.maxGap));
  const learning = learningOptions(params);
  const { profile, direction, expected: given, cusum, levels } = params;
  const hours = profile ? profileHours(profile) : 0;
  const adapt = params.adapt === undefined ? undefined : duration(params.adapt);
  const limits = compileLimits({ direction: 'above', levels, deadband: params.deadband });
  const cap = CUSUM_CAP * levels.at(-1)!.limit;
  const most = CUSUM_STEP * levels[0]!.limit;

  const leastDeviation = (mean: number) => Math.max(params.leastDeviation, params.leastShare * Math.abs(mean));

  function learn(state: State, time: Timestamp, value: number, done: boolean): void {
    const { baseline } = state;
    if (!baseline) return;
    observeBaseline(baseline, profile && profileHour(profile, time), value);
    if (!done) return;
    const { mean, deviation } = conclude(baseline);
    const usual = baseline.hours.map(([n, level]) => (n > 0 ? level : null));
    state.learned = { mean, deviation, hours: usual };
    state.baseline = null;
  }

  /** What the value should be now; undefined at an hour of which nothing is known. */
  function expectedAt(state: State, time: Timestamp): number | undefined {
    if (!state.learned) return undefined;
    if (!profile) return state.learned.mean;
    const usual = state.learned.hours[profileHour(profile, time)];
    return usual === null || usual === undefined ? undefined : usual + state.learned.mean;
  }

  function scoreOf(state: State, z: number): number {
    const above = direction === 'below' ? 0 : z;
    const below = direction === 'above' ? 0 : -z;
    if (!cusum) return Math.max(above, below);
    const { slack } = cusum;
    state.cusum[0] = Math.min(cap, Math.max(0, state.cusum[0] + Math.min(most, above - slack)));
    state.cusum[1] = Math.min(cap, Math.max(0, state.cusum[1] + Math.min(most, below - slack)));
    return Math.max(state.cusum[0], state.cusum[1]);
  }

  function follow(state: State, passed: number, off: number, deviation: number): void {
    if (adapt === undefined || !state.learned || state.score > levels[0]!.limit) return;
    const bound = ADAPT_WITHIN * deviation;
    state.learned.mean += (1 - Math.exp(-passed / adapt)) * Math.min(bound, Math.max(-bound, off));
  }

  const init = (open: boolean): State => ({
    indicator: indicator.init(),
    smoothed: initSmoothed(),
    learning: initLearning(open),
    baseline: given ? null : initBaseline(hours),
    learned: given ? { ...given, hours: [] } : null,
    cusum: [0, 0],
    time: null,
    value: 0,
    expected: 0,
    score: 0,
    worst: 0,
  });

  return {
    inputs: indicator.inputs,
    init: () => init(learning.fromStart),
    judge(state, time, latest, verdict) {
      const raw = indicator.step(state.indicator, time, latest);
      if (raw === undefined) return false;
      const value = smooth(state.smoothed, time, raw, expectedAt(state, time));
      const step = given ? 'judge' : learningStep(state.learning, learning, time);
      if (step !== 'judge') {
        if (step !== 'leave') learn(state, time, value, step === 'conclude');
        return false;
      }
      const expected = expectedAt(state, time);
      if (expected === undefined) return false;
      const deviation = Math.max(state.learned!.deviation, leastDeviation(expected));
      const off = value - expected;
      const z = deviation > 0 ? off / deviation : Math.sign(off) * cap;
      const passed = state.time === null ? 0 : Math.min(time - state.time, duration(params.maxGap));
      Object.assign(state, { time, value, expected, score: scoreOf(state, z) });
      follow(state, passed, off, deviation);
      limits.judge(state.score, verdict);
      return true;
    },
    gather(state, began) {
      state.worst = began ? state.score : Math.max(state.worst, state.score);
    },
    evidence: (state, level) => ({
      kind: 'anomaly',
      metricId: id,
      statistic: cusum ? 'cusum' : 'deviation',
      score: state.score,
      worst: state.worst,
      limit: levels[level - 1]!.limit,
      metrics: [{ metricId: id, unit: indicator.unit, value: state.value, expected: state.expected, share: 1 }],
      learned: given ? null : learnedSpan(state.learning, learning),
    }),
    renew(state) {
      Object.assign(state, init(true));
    },
  };
}
