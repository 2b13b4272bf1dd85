import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import { quantileAge, weibullOf } from '../prognostics/weibull.ts';
import { type ConditionState, conditionRule } from './condition.ts';
import { conditionFrame } from './conditionParams.ts';
import { compileIndicator } from './indicator.ts';
import { landmarksOf } from './landmarkParams.ts';
import { duration, metricIndex } from './params.ts';
import { riskOptions } from './risk.ts';
import type { RuleKind } from './rule.ts';
import type { TrendOptions } from './trendForecast.ts';
import { type TrendJudgeOptions, type TrendState, trendJudge } from './trendJudge.ts';
import { checkTrend, TrendParams } from './trendParams.ts';
import { coursesOf } from './usualUseParams.ts';

/** Forecast of an indicator to its limit, raised by the risk that it is passed before a planned visit. */
export const trend: RuleKind<typeof TrendParams, ConditionState<TrendState>> = {
  kind: 'trend',
  summary:
    'Forecasts an indicator to its limit, and raises by risk. When to use: wear shows as a number that moves one way over weeks, and the limit is known. It is no good for faults that come at once, nor for an indicator that follows load or weather more than wear: name those under `regime`, or judge only `while` they are alike.',
  params: TrendParams,
  check: checkTrend,
  compile(params, model, rule) {
    const risk = riskOptions(params.risk, model, rule);
    const judge = trendJudge({ ...bind(params, model), risk });
    return conditionRule(conditionFrame(params, risk.severities, model, rule), judge);
  },
};

function bind(params: TrendParams, model: AssetModel): Omit<TrendJudgeOptions, 'risk'> {
  const { metric, direction, limit, over, regime, baseline } = params;
  const subject = compileIndicator(model, metric);
  const worst = params.risk.levels.at(-1)!.severity;
  const trend = trendOptions(params);
  const learn = params.life?.learn
    ? ratedLife(trend, over === undefined ? undefined : model.metrics[metricIndex(model, over)]!)
    : undefined;
  return {
    subject,
    direction,
    limit,
    ...(over !== undefined && { over: { metric: metricIndex(model, over), id: over } }),
    ...(regime && { regime: { metric: metricIndex(model, regime.metric), step: regime.step } }),
    ...(baseline !== undefined && { baseline: duration(baseline) }),
    updateEvery: duration(params.updateEvery),
    trend,
    ...(learn && { learn }),
    limits:
      baseline === undefined && subject.metric !== undefined
        ? [{ metric: subject.metric, direction, limit, severity: worst }]
        : [],
  };
}

/** The usual life by what wear goes on with: use, where a counter of it is named. */
function ratedLife({ lifeInUse, lifeInTime }: TrendOptions, counter: MetricDefinition | undefined) {
  const lives = counter ? lifeInUse : lifeInTime;
  return lives && { unit: counter ? (counter.unit ?? counter.id) : 'ms', life: quantileAge(lives, 0.5), lives };
}

function trendOptions(params: TrendParams): TrendOptions {
  const { direction, limit, model, base, path, landmarks, usualUse, life, useSpread, evidence } = params;
  const sign = direction === 'above' ? 1 : -1;
  const from = base ?? (direction === 'above' ? 0 : undefined);
  const time = life?.time && { median: duration(life.time.median), spread: life.time.spread };
  const { use } = life ?? {};
  return {
    model,
    limit: sign * limit,
    ...(from !== undefined && (limit - from) * sign > 0 && { base: sign * from }),
    ...(path && {
      path: {
        shares: path.points.map(([share]) => share),
        values: path.points.map(([, value]) => sign * value),
        deviation: path.deviation,
      },
    }),
    ...(landmarks && { landmarks: landmarksOf(landmarks, sign) }),
    ...(usualUse && { courses: coursesOf(usualUse) }),
    ...(time && { lifeInTime: weibullOf(time.median, time.spread) }),
    ...(use && { lifeInUse: weibullOf(use.median, use.spread) }),
    ...(time && use && { usual: { use: use.median, time: time.median } }),
    useSpread,
    evidence: { points: evidence.points, span: duration(evidence.span), confidence: evidence.confidence },
  };
}
