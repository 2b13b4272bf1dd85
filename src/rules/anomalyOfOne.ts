import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { AnomalyParams } from './anomalyParams.ts';
import {
  type Baseline,
  conclude,
  initBaseline,
  initLearning,
  type Learning,
  learnedSpan,
  learningOptions,
  learningProgress,
  learningStep,
  observeBaseline,
  profileHour,
  profileHours,
} from './baseline.ts';
import type { Judge } from './condition.ts';
import { compileDuty, type DutyState } from './duty.ts';
import { compileIndicator } from './indicator.ts';
import { compileLimits } from './limitLevels.ts';
import { duration, durationIfAny } from './params.ts';
import { initSmoothed, type Smoothed, smoother } from './smoothed.ts';

/** What is normal in one band of duty. */
interface Band {
  learning: Learning;
  /** What is being learned; null when there is nothing to learn any more. */
  baseline: Baseline | null;
  /** What was learned; by hour of the profile its usual level, null where that was never seen. */
  learned: { mean: number; deviation: number; hours: (number | null)[] } | null;
  /** Where the smoothed mean stood when the band was left. */
  left: number | null;
}

interface State {
  indicator: unknown;
  duty: DutyState | null;
  smoothed: Smoothed;
  /** May learn: from the start, or since the component was renewed; and the first sample since. */
  open: boolean;
  first: Timestamp | null;
  /** By band of duty, null where that was never seen; and the band of the newest sample. */
  bands: (Band | null)[];
  at: number | null;
  /** Accumulated deviations above and below. */
  cusum: [above: number, below: number];
  /** Time of the newest instant judged in this band, for adapting. */
  time: Timestamp | null;
  value: number;
  expected: number;
  /** By how many deviations the newest value judged was off, and in which band; null before any was. */
  off: number | null;
  judged: number | null;
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
 * With bands of duty there is a baseline for each; what is accumulated and smoothed goes on from band to band in
 * deviations, so that a change of duty by itself makes no step.
 */
export function judgeOne(params: AnomalyParams, id: string, model: AssetModel): Judge<State> {
  const indicator = compileIndicator(model, id);
  const maxGap = duration(params.maxGap);
  const duty = compileDuty(params.duty, model, maxGap);
  const smooth = smoother(duration(params.smooth), maxGap, durationIfAny(params.holds));
  const learning = learningOptions(params);
  const { profile, direction, expected: given, cusum, levels } = params;
  const hours = profile ? profileHours(profile) : 0;
  const adapt = durationIfAny(params.adapt);
  const limits = compileLimits({ direction: 'above', levels, deadband: params.deadband });
  const cap = CUSUM_CAP * levels.at(-1)!.limit;
  const most = CUSUM_STEP * levels[0]!.limit;

  const deviationOf = ({ learned }: Band, mean: number) =>
    Math.max(learned!.deviation, params.leastDeviation, params.leastShare * Math.abs(mean));

  /** What the value should be now; undefined while that is not known, be it of this hour alone. */
  function expectedAt({ learned }: Band, time: Timestamp): number | undefined {
    if (!learned) return undefined;
    if (!profile) return learned.mean;
    const usual = learned.hours[profileHour(profile, time)];
    return usual === null || usual === undefined ? undefined : usual + learned.mean;
  }

  /** Takes up the band: the smoothed mean goes on as many deviations off as it was in the band before. */
  function enter(state: State, at: number, time: Timestamp): Band {
    const band = state.bands[at] ?? initBand(state.open);
    if (at === state.at) return band;
    state.bands[at] = band;
    const before = state.at === null ? null : state.bands[state.at];
    if (before) {
      before.left = state.smoothed.value;
      const expected = expectedAt(band, time);
      state.smoothed.value =
        expected === undefined ? band.left : expected + (state.off ?? 0) * deviationOf(band, expected);
    }
    state.at = at;
    state.time = null;
    return band;
  }

  function learn(band: Band, time: Timestamp, value: number, done: boolean): void {
    const { baseline } = band;
    if (!baseline) return;
    observeBaseline(baseline, profile && profileHour(profile, time), value);
    if (!done) return;
    const { mean, deviation } = conclude(baseline);
    const usual = baseline.hours.map(([n, level]) => (n > 0 ? level : null));
    band.learned = { mean, deviation, hours: usual };
    band.baseline = null;
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

  function follow(state: State, { learned }: Band, passed: number, off: number, deviation: number): void {
    if (adapt === undefined || !learned || state.score > levels[0]!.limit) return;
    const bound = ADAPT_WITHIN * deviation;
    learned.mean += (1 - Math.exp(-passed / adapt)) * Math.min(bound, Math.max(-bound, off));
  }

  function judge(state: State, band: Band, time: Timestamp, value: number): boolean {
    const expected = expectedAt(band, time);
    if (expected === undefined) return false;
    const deviation = deviationOf(band, expected);
    const off = value - expected;
    const z = deviation > 0 ? off / deviation : Math.sign(off) * cap;
    const passed = state.time === null ? 0 : Math.min(time - state.time, maxGap);
    Object.assign(state, { time, value, expected, off: z, judged: state.at, score: scoreOf(state, z) });
    follow(state, band, passed, off, deviation);
    return true;
  }

  const initBand = (open: boolean): Band => ({
    learning: initLearning(open),
    baseline: given ? null : initBaseline(hours),
    learned: given ? { ...given, hours: [] } : null,
    left: null,
  });

  const init = (open: boolean): State => ({
    indicator: indicator.init(),
    duty: duty.init(),
    smoothed: initSmoothed(),
    open,
    first: null,
    bands: Array.from({ length: duty.bands }, () => null),
    at: null,
    cusum: [0, 0],
    time: null,
    value: 0,
    expected: 0,
    off: null,
    judged: null,
    score: 0,
    worst: 0,
  });

  return {
    inputs: [...new Set([...indicator.inputs, ...duty.inputs])],
    init: () => init(learning.fromStart),
    judge(state, time, latest, verdict) {
      const at = duty.step(state.duty, time, latest);
      const raw = indicator.step(state.indicator, time, latest);
      if (raw === undefined) return false;
      if (at === undefined) {
        state.smoothed.time = time;
        return false;
      }
      const band = enter(state, at, time);
      const value = smooth(state.smoothed, time, raw, expectedAt(band, time));
      if (state.open) state.first ??= time;
      const step = given ? 'judge' : learningStep(band.learning, learning, time, state.first ?? time);
      if (step === 'learn' || step === 'conclude') learn(band, time, value, step === 'conclude');
      if (step !== 'judge' || !judge(state, band, time, value)) return false;
      limits.judge(state.score, verdict);
      return true;
    },
    gather(state, began) {
      state.worst = began ? state.score : Math.max(state.worst, state.score);
    },
    evidence(state, level) {
      const judged = state.judged!;
      const band = duty.describe(judged);
      return {
        kind: 'anomaly',
        metricId: id,
        statistic: cusum ? 'cusum' : 'deviation',
        score: state.score,
        worst: state.worst,
        limit: levels[level - 1]!.limit,
        metrics: [{ metricId: id, unit: indicator.unit, value: state.value, expected: state.expected, share: 1 }],
        ...(band && { duty: band }),
        learned: given ? null : learnedSpan(state.bands[judged]!.learning, learning),
      };
    },
    learning({ bands, at, open }, now) {
      if (given) return undefined;
      return learningProgress((bands[at ?? 0] ?? initBand(open)).learning, learning, now);
    },
    renew(state) {
      Object.assign(state, init(true), { duty: state.duty });
    },
  };
}
