import Type, { type Static } from 'typebox';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { type AssetModel, type RuleDefinition, type Severity, severityRank } from '../domain/model.ts';
import type { Duration } from '../domain/time.ts';
import { remainingLife, type Weibull, weibullOf } from '../prognostics/weibull.ts';
import { type CalendarLife, type CalendarState, calendarRule, type Plan, type Step } from './calendarRule.ts';
import { checkLifeLevels, LifeLevels, lifeLevels } from './lifeLevels.ts';
import { DurationText, duration } from './params.ts';
import { checkRisk, RiskParams, riskOptions } from './risk.ts';
import type { CompiledRule, RuleKind, RuleProblem } from './rule.ts';
import { checkSchedule, compileSchedule, ScheduleParams } from './schedule.ts';

export const CalendarParams = Type.Object(
  {
    life: Type.Optional(DurationText('Life by the calendar, from the installation of the component.')),
    spread: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          'How much the lives of such parts differ: their standard deviation as a share of their mean; half of them outlive the life given. Default: it is the end of each, by definition.',
      }),
    ),
    levels: Type.Optional(LifeLevels),
    risk: Type.Optional(
      Type.Object(
        { planningMargin: RiskParams.properties.planningMargin, levels: RiskParams.properties.levels },
        {
          additionalProperties: false,
          description: "Raise by the risk that life ends within the part's lead time and the planning margin.",
        },
      ),
    ),
    inspection: Type.Optional(
      Type.Object(
        {
          first: DurationText('From the installation of the component to the first inspection.'),
          every: Type.Optional(DurationText('From one inspection to the next. Default: only one.')),
          counted: Type.Enum(['fixed', 'done'], {
            default: 'fixed',
            description:
              'fixed: on dates that follow from the installation. done: so long after the ticket of the last one was closed.',
          }),
          lead: DurationText('How long before it is due the finding is raised.', '0s'),
          past: Type.Enum(['due', 'done'], {
            default: 'due',
            description:
              'Dates from before the installation was entered or the rule came to count: due at once, or done.',
          }),
          of: Type.Enum(['inspection', 'service'], { default: 'inspection', description: 'What tickets call it.' }),
          severity: Type.Enum(['info', 'warning', 'critical'], {
            default: 'info',
            description: 'Severity of the finding.',
          }),
        },
        {
          additionalProperties: false,
          description: 'Instead of a life: inspections that fall due. Closing the ticket is what settles one.',
        },
      ),
    ),
    onDelay: DurationText('How long after what is due the finding is raised.', '0s'),
    deadband: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'When the life is extended: the share of it by which the age must lie below the mildest level to clear the finding. Default: any extension clears it.',
      }),
    ),
    offDelay: DurationText('How long after the life was extended the finding is cleared.', '0s'),
    schedule: Type.Optional(
      Type.Object(ScheduleParams.properties, {
        additionalProperties: false,
        description:
          'It is raised and cleared within these hours of the week only: what comes due at others waits for them. Summer time is minded.',
      }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof CalendarParams>;

/** Life and inspections by the calendar alone: what is due follows from the installation, whenever somebody looks. */
export const calendar: RuleKind<typeof CalendarParams, CalendarState> = {
  kind: 'calendar',
  summary:
    'A component ages, or is to be inspected, by the calendar. When to use: rubber, oil, batteries, seals and duties of law, which come due however little the machine runs; not for what wears by use, and only where the date of installation is known.',
  params: CalendarParams,
  check,
  compile,
};

function check(params: Params, _model: AssetModel, rule: RuleDefinition): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (rule.componentId === WHOLE_ASSET && !params.inspection) {
    problems.push({ path: 'kind', message: 'a life by the calendar needs a component: only these have one' });
  }
  if ((params.life === undefined) === (params.inspection === undefined)) {
    problems.push({ path: 'life', message: 'give exactly one of life, inspection' });
  }
  if (params.inspection) {
    for (const path of ['spread', 'levels', 'risk', 'deadband'] as const) {
      if (params[path] !== undefined) problems.push({ path, message: 'belongs to a life; leave it out' });
    }
    const { every, lead } = params.inspection;
    if (every !== undefined && duration(every) <= duration(lead)) {
      problems.push({ path: 'inspection.every', message: `must be longer than the lead (${lead})` });
    }
  }
  if (params.risk) problems.push(...checkRisk({ ...params.risk, deadband: 0 }, 'risk'));
  return [...problems, ...checkLifeLevels(params.levels), ...checkSchedule(params.schedule, 'schedule')];
}

function compile(params: Params, model: AssetModel, rule: RuleDefinition): CompiledRule<CalendarState> {
  const plan = params.inspection ? inspections(params.inspection) : lifeOf(params, model, rule);
  return calendarRule(rule, plan, {
    onDelay: duration(params.onDelay),
    offDelay: duration(params.offDelay),
    deadband: params.deadband,
    schedule: params.schedule && compileSchedule(params.schedule),
  });
}

function inspections(params: NonNullable<Params['inspection']>): Plan {
  const { first, every, severity, counted, past, lead, of } = params;
  return {
    of,
    counted,
    past,
    lead: duration(lead),
    kind: 'inspections',
    first: duration(first),
    every: every === undefined ? undefined : duration(every),
    severity: severity as Severity,
  };
}

/** Lives that parts were given, kept at hand: to find when risks come due takes long. */
const KEPT_LIVES = 200;

function lifeOf(params: Params, model: AssetModel, rule: RuleDefinition): Plan {
  const levels = lifeLevels(params);
  const made = (life: Duration): CalendarLife => {
    const lives = params.spread === undefined ? undefined : weibullOf(life, params.spread);
    const byWear = levels.map(({ wear, severity }): Step => ({ age: wear * life, severity }));
    return { life, lives, steps: rising([...byWear, ...risks(params, life, lives, model, rule)]) };
  };
  const kept = new Map<Duration, CalendarLife>();
  const extended = (life: Duration): CalendarLife => {
    const known = kept.get(life) ?? made(life);
    if (kept.size >= KEPT_LIVES) kept.clear();
    kept.set(life, known);
    return known;
  };
  return { kind: 'life', ...made(duration(params.life!)), extended };
}

function risks(
  { risk }: Params,
  life: Duration,
  lives: Weibull | undefined,
  model: AssetModel,
  rule: RuleDefinition,
): Step[] {
  if (!risk) return [];
  const { horizon, probabilities, severities } = riskOptions({ ...risk, deadband: 0 }, model, rule);
  return probabilities.map((probability, at) => ({
    age: lives ? ageAtRisk(lives, horizon, probability) : Math.max(0, life - horizon),
    severity: severities[at]!,
  }));
}

/** The age from which on a part ends within the horizon with this probability: that only rises, where parts wear. */
function ageAtRisk(lives: Weibull, horizon: Duration, probability: number): Duration {
  let [low, high] = [0, 4 * lives.scale];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (remainingLife(lives, middle).within(horizon) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/** By age, without those that are no worse than one before. */
function rising(steps: readonly Step[]): Step[] {
  const inOrder = [...steps].sort((a, b) => a.age - b.age || severityRank(b.severity) - severityRank(a.severity));
  const worse: Step[] = [];
  for (const step of inOrder) {
    const before = worse.at(-1);
    if (!before || severityRank(step.severity) > severityRank(before.severity)) worse.push(step);
  }
  return worse;
}
