import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { initMoments, type Moments, observeMoments } from '../prognostics/covariance.ts';
import { learnMonitor, type MonitorScore, type ProcessMonitor, scoreVector } from '../prognostics/processMonitor.ts';
import type { AnomalyParams } from './anomalyParams.ts';
import {
  initLearning,
  type Learning,
  learnedSpan,
  learningOptions,
  learningProgress,
  learningStep,
} from './baseline.ts';
import type { Judge } from './condition.ts';
import { compileDuty, type DutyState } from './duty.ts';
import { compileIndicator } from './indicator.ts';
import { compileLimits } from './limitLevels.ts';
import { duration, durationIfAny } from './params.ts';
import type { Latest } from './rule.ts';
import { initSmoothed, type Smoothed, smoother } from './smoothed.ts';

/** What is normal in one band of duty. */
interface Band {
  learning: Learning;
  /** What is being learned; null when that is done. */
  moments: Moments | null;
  learned: ProcessMonitor | null;
  /** Where the smoothed means stood when the band was left. */
  left: (number | null)[];
}

interface State {
  indicators: unknown[];
  duty: DutyState | null;
  /** By metric: newest value, smoothed, and when. */
  smoothed: Smoothed[];
  /** May learn: from the start, or since the component was renewed; and the first instant since. */
  open: boolean;
  first: Timestamp | null;
  /** By band of duty, null where that was never seen; the band of the newest sample, and that of the newest judged. */
  bands: (Band | null)[];
  at: number | null;
  judged: number | null;
  vector: number[];
  score: MonitorScore;
  worst: number;
}

const NOTHING: MonitorScore = { t2: 0, spe: 0, contributions: [] };

/**
 * Several metrics or indicators together: Hotelling's T² and the squared prediction error of their principal
 * components, learned while the asset was well. The score is the larger of both, in multiples of its control limit.
 */
export function judgeMany(params: AnomalyParams, ids: readonly string[], model: AssetModel): Judge<State> {
  const indicators = ids.map((id) => compileIndicator(model, id));
  const maxGap = duration(params.maxGap);
  const duty = compileDuty(params.duty, model, maxGap);
  const smooth = smoother(duration(params.smooth), maxGap, durationIfAny(params.holds));
  const learning = learningOptions(params);
  const options = {
    explained: params.explained,
    confidence: params.confidence,
    leastDeviation: params.leastShare,
  };
  const limits = compileLimits({ direction: 'above', levels: params.levels, deadband: params.deadband });
  const scoreOf = ({ score }: State) => Math.max(score.t2, score.spe);

  const initBand = (open: boolean): Band => ({
    learning: initLearning(open),
    moments: initMoments(ids.length),
    learned: null,
    left: ids.map(() => null),
  });

  const init = (open: boolean): State => ({
    indicators: indicators.map((indicator) => indicator.init()),
    duty: duty.init(),
    smoothed: ids.map(initSmoothed),
    open,
    first: null,
    bands: Array.from({ length: duty.bands }, () => null),
    at: null,
    judged: null,
    vector: [],
    score: NOTHING,
    worst: 0,
  });

  /** Takes the samples of this instant into the smoothed means, of which in no known band only the time passes; whether there were any. */
  function observe(state: State, band: Band | undefined, time: Timestamp, latest: Latest): boolean {
    let any = false;
    indicators.forEach((indicator, at) => {
      if (!indicator.inputs.some((input) => latest.times[input] === time)) return;
      const value = indicator.step(state.indicators[at], time, latest);
      if (value === undefined || Number.isNaN(value)) return;
      if (band) smooth(state.smoothed[at]!, time, value, band.learned?.mean[at]);
      else state.smoothed[at]!.time = time;
      any = true;
    });
    return any;
  }

  function learn(band: Band, vector: readonly number[], done: boolean): void {
    observeMoments(band.moments!, vector);
    if (!done) return;
    band.learned = learnMonitor(band.moments!, options) ?? null;
    // Where nothing varied, or less than enough was seen, there is nothing to judge by: anew.
    band.moments = band.learned ? null : initMoments(ids.length);
    if (!band.learned) band.learning = initLearning(true);
  }

  /** Takes up the band: each smoothed mean goes on as many deviations off as it was when last judged. */
  function enter(state: State, at: number): Band {
    const band = state.bands[at] ?? initBand(state.open);
    if (at === state.at) return band;
    state.bands[at] = band;
    const before = state.at === null ? null : state.bands[state.at];
    if (before) {
      before.left = state.smoothed.map(({ value }) => value);
      const values = band.learned ? carriedOver(state, band.learned) : band.left;
      values.forEach((value, metric) => {
        state.smoothed[metric]!.value = value;
      });
    }
    state.at = at;
    return band;
  }

  return {
    inputs: [...new Set([...indicators.flatMap(({ inputs }) => inputs), ...duty.inputs])],
    init: () => init(learning.fromStart),
    judge(state, time, latest, verdict) {
      const at = duty.step(state.duty, time, latest);
      const band = at === undefined ? undefined : enter(state, at);
      const sampled = observe(state, band, time, latest);
      if (!sampled || !band || state.smoothed.some((one) => isMissing(one, time - maxGap))) return false;
      const vector = state.smoothed.map(({ value }) => value!);
      if (state.open) state.first ??= time;
      const step = learningStep(band.learning, learning, time, state.first ?? time);
      if (step === 'learn' || step === 'conclude') learn(band, vector, step === 'conclude');
      if (step !== 'judge') return false;
      state.vector = vector;
      state.judged = state.at;
      state.score = scoreVector(band.learned!, vector);
      limits.judge(scoreOf(state), verdict);
      return true;
    },
    gather(state, began) {
      state.worst = began ? scoreOf(state) : Math.max(state.worst, scoreOf(state));
    },
    evidence(state, level) {
      const { learned, learning: span } = state.bands[state.judged!]!;
      const metrics = contributors(state, learned!, ids, (at) => indicators[at]!.unit);
      const band = duty.describe(state.judged!);
      return {
        kind: 'anomaly',
        metricId: metrics[0]!.metricId,
        statistic: state.score.spe > state.score.t2 ? 'spe' : 't2',
        score: scoreOf(state),
        worst: state.worst,
        limit: params.levels[level - 1]!.limit,
        metrics,
        ...(band && { duty: band }),
        learned: learnedSpan(span, learning),
      };
    },
    learning({ bands, at, open }, now) {
      return learningProgress((bands[at ?? 0] ?? initBand(open)).learning, learning, now);
    },
    renew(state) {
      Object.assign(state, init(true), { duty: state.duty });
    },
  };
}

function isMissing({ time, value }: Smoothed, since: Timestamp): boolean {
  return time === null || value === null || time < since;
}

/** Where the metrics would stand by this monitor, each as many deviations off as they were when last judged. */
function carriedOver({ bands, judged, vector }: State, { mean, deviation }: ProcessMonitor): number[] {
  const before = judged === null ? null : bands[judged]!.learned;
  return mean.map((usual, at) => {
    if (!before || before.deviation[at] === 0) return usual;
    return usual + ((vector[at]! - before.mean[at]!) / before.deviation[at]!) * deviation[at]!;
  });
}

/** Metrics named in evidence. */
const NAMED = 5;

/** What adds most to the score, the largest first. */
function contributors(
  { score, vector }: State,
  { mean }: ProcessMonitor,
  ids: readonly string[],
  unit: (at: number) => string | undefined,
) {
  const positive = score.contributions.map((part) => Math.max(0, part));
  const total = positive.reduce((sum, part) => sum + part, 0);
  return ids
    .map((metricId, at) => ({
      metricId,
      unit: unit(at),
      value: vector[at]!,
      expected: mean[at]!,
      share: total > 0 ? positive[at]! / total : 0,
    }))
    .sort((a, b) => b.share - a.share)
    .slice(0, NAMED);
}
