import type { AssetModel } from '../domain/model.ts';
import { initMoments, type Moments, observeMoments } from '../prognostics/covariance.ts';
import { learnMonitor, type MonitorScore, type ProcessMonitor, scoreVector } from '../prognostics/processMonitor.ts';
import type { AnomalyParams } from './anomaly.ts';
import { initLearning, type Learning, learnedSpan, learningOptions, learningStep } from './baseline.ts';
import type { Judge } from './condition.ts';
import { compileIndicator } from './indicator.ts';
import { compileLimits } from './limitLevels.ts';
import { duration } from './params.ts';
import { initSmoothed, type Smoothed, smoother } from './smoothed.ts';

interface State {
  indicators: unknown[];
  /** By metric: newest value, smoothed, and when. */
  smoothed: Smoothed[];
  learning: Learning;
  /** What is being learned; null when that is done. */
  moments: Moments | null;
  learned: ProcessMonitor | null;
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
  const smooth = smoother(duration(params.smooth), maxGap);
  const learning = learningOptions(params);
  const options = {
    explained: params.explained,
    confidence: params.confidence,
    leastDeviation: params.leastShare,
  };
  const limits = compileLimits({ direction: 'above', levels: params.levels, deadband: params.deadband });
  const scoreOf = ({ score }: State) => Math.max(score.t2, score.spe);

  const init = (open: boolean): State => ({
    indicators: indicators.map((indicator) => indicator.init()),
    smoothed: ids.map(initSmoothed),
    learning: initLearning(open),
    moments: initMoments(ids.length),
    learned: null,
    vector: [],
    score: NOTHING,
    worst: 0,
  });

  return {
    inputs: [...new Set(indicators.flatMap(({ inputs }) => inputs))],
    init: () => init(learning.fromStart),
    judge(state, time, latest, verdict) {
      indicators.forEach((indicator, at) => {
        if (!indicator.inputs.some((input) => latest.times[input] === time)) return;
        const value = indicator.step(state.indicators[at], time, latest);
        if (value !== undefined && !Number.isNaN(value))
          smooth(state.smoothed[at]!, time, value, state.learned?.mean[at]);
      });
      if (state.smoothed.some((one) => one.time === null || time - one.time > maxGap)) return false;
      const vector = state.smoothed.map(({ value }) => value!);
      const step = learningStep(state.learning, learning, time);
      if (step === 'learn' || step === 'conclude') observeMoments(state.moments!, vector);
      if (step === 'conclude') {
        state.learned = learnMonitor(state.moments!, options) ?? null;
        // Where nothing varied, or less than enough was seen, there is nothing to judge by: anew.
        state.moments = state.learned ? null : initMoments(ids.length);
        if (!state.learned) state.learning = initLearning(true);
      }
      if (step !== 'judge' || !state.learned) return false;
      state.vector = vector;
      state.score = scoreVector(state.learned, vector);
      limits.judge(scoreOf(state), verdict);
      return true;
    },
    gather(state, began) {
      state.worst = began ? scoreOf(state) : Math.max(state.worst, scoreOf(state));
    },
    evidence(state, level) {
      const metrics = contributors(state, ids, (at) => indicators[at]!.unit);
      return {
        kind: 'anomaly',
        metricId: metrics[0]!.metricId,
        statistic: state.score.spe > state.score.t2 ? 'spe' : 't2',
        score: scoreOf(state),
        worst: state.worst,
        limit: params.levels[level - 1]!.limit,
        metrics,
        learned: learnedSpan(state.learning, learning),
      };
    },
    renew(state) {
      Object.assign(state, init(true));
    },
  };
}

/** Metrics named in evidence. */
const NAMED = 5;

/** What adds most to the score, the largest first. */
function contributors(
  { score, vector, learned }: State,
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
      expected: learned!.mean[at]!,
      share: total > 0 ? positive[at]! / total : 0,
    }))
    .sort((a, b) => b.share - a.share)
    .slice(0, NAMED);
}
