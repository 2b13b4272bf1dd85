import Type, { type Static } from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { DAY, type Duration, HOUR, type Timestamp } from '../domain/time.ts';
import { theilSen } from '../prognostics/theilSen.ts';
import { type ConditionState, conditionRule } from './condition.ts';
import { checkCondition, conditionFrame, conditionParams } from './conditionParams.ts';
import { compileIndicator, type Indicator } from './indicator.ts';
import { checkSubject } from './indicatorChecks.ts';
import { checkLimits, limitParams } from './limitLevels.ts';
import { DurationText, duration } from './params.ts';
import type { RuleKind, RuleProblem } from './rule.ts';
import { type Excess, limitJudge } from './threshold.ts';

export const RateOfChangeParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric or indicator of the model whose rate is watched.' }),
    per: Type.Enum(['h', 'd'], { default: 'h', description: 'Unit of time of the limits: per hour or per day.' }),
    window: DurationText('How much event time the rate is taken over; judged anew each twelfth of it.', '1d'),
    ...limitParams,
    ...conditionParams,
  },
  { additionalProperties: false },
);
type Params = Static<typeof RateOfChangeParams>;

/** Stretches that the window is made of; with fewer than MIN_STRETCHES that have samples nothing is said. */
const STRETCHES = 12;
const MIN_STRETCHES = 4;

/** How fast a number changes: the robust slope of Theil (1950) and Sen (1968) against limits. */
export const rateOfChange: RuleKind<typeof RateOfChangeParams, ConditionState<Excess>> = {
  kind: 'rate-of-change',
  summary:
    'A metric rises or falls too fast over a window. When to use: the level says little, since it differs between machines or seasons, but a fast change means something; for slow wear towards a limit take trend.',
  params: RateOfChangeParams,
  check: (params, model) => {
    const subject = checkSubject(model, params.metric, 'metric');
    return [
      ...('message' in subject ? [subject] : []),
      ...checkWindow(params),
      ...checkLimits(params),
      ...checkCondition(params, model),
    ];
  },
  compile: (params, model, rule) => {
    const severities = params.levels.map(({ severity }) => severity);
    return conditionRule(conditionFrame(params, severities, model, rule), limitJudge(slopeOf(params, model), params));
  },
};

function checkWindow({ window }: Params): RuleProblem[] {
  return duration(window) >= STRETCHES ? [] : [{ path: 'window', message: `must be at least ${STRETCHES}ms` }];
}

/** Sums of the samples of one stretch; time since its begin. */
interface Stretch {
  readonly at: number;
  count: number;
  time: Duration;
  value: number;
}

interface SlopeState {
  source: unknown;
  stretches: Stretch[];
}

/** The slope through the means of the stretches that are over, whenever one of them has just ended. */
function slopeOf({ metric, per, window }: Params, model: AssetModel): Indicator<SlopeState> {
  const { metric: _, ...source } = compileIndicator(model, metric);
  const width = duration(window) / STRETCHES;
  const unitTime = per === 'h' ? HOUR : DAY;
  return {
    ...source,
    unit: `${source.unit ?? ''}/${per}`,
    init: () => ({ source: source.init(), stretches: [] }),
    step(state, time, latest) {
      const value = source.step(state.source, time, latest);
      if (value === undefined) return undefined;
      const { stretches } = state;
      const at = Math.floor(time / width);
      const begins = stretches.at(-1)?.at !== at;
      const slope = begins ? slopeThrough(recent(stretches, at), width) : undefined;
      if (begins) stretches.push({ at, count: 0, time: 0, value: 0 });
      add(stretches.at(-1)!, time - at * width, value);
      return slope === undefined ? undefined : slope * unitTime;
    },
  };
}

/** Drops the stretches that lie before the window. */
function recent(stretches: Stretch[], at: number): readonly Stretch[] {
  while (stretches.length > 0 && stretches[0]!.at < at - STRETCHES) stretches.shift();
  return stretches;
}

function add(stretch: Stretch, offset: Timestamp, value: number): void {
  stretch.count++;
  stretch.time += offset;
  stretch.value += value;
}

/** Per millisecond; undefined with too few stretches. */
function slopeThrough(stretches: readonly Stretch[], width: Duration): number | undefined {
  if (stretches.length < MIN_STRETCHES) return undefined;
  const first = stretches[0]!.at;
  const times = stretches.map(({ at, count, time }) => (at - first) * width + time / count);
  return theilSen(
    times,
    stretches.map(({ count, value }) => value / count),
  )?.slope;
}
