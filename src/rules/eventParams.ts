import Type, { type Static } from 'typebox';
import type { AssetModel, MetricDefinition } from '../domain/model.ts';
import { delayParams } from './conditionParams.ts';
import { checkGate, GateParams } from './gate.ts';
import { checkMetric, DurationText, SeverityName } from './params.ts';
import type { RuleProblem } from './rule.ts';
import { checkSchedule, ScheduleParams } from './schedule.ts';

const Codes = (description: string) =>
  Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1, maxItems: 100, description });

export const EventParams = Type.Object(
  {
    metric: Type.String({ description: 'Metric of kind event or state: fault codes, device alarms.' }),
    codes: Type.Optional(
      Codes('Codes that count, as symbols of the metric or numbers. Default: every code other than 0.'),
    ),
    within: DurationText('The window, in event time. The finding clears when nothing was counted for as long.'),
    deadband: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 99,
        description:
          'Clear already when the window has fewer than the count of a level less this; 0: as soon as it is below. Default: not before the window is empty.',
      }),
    ),
    onDelay: DurationText('How long the window must have as many, in event time, before the finding is raised.', '0s'),
    offDelay: delayParams.offDelay,
    levels: Type.Array(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 100, description: 'As many within the window.' }),
          codes: Type.Optional(Codes('Only these of the codes count for this level.')),
          severity: SeverityName,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' },
    ),
    counted: Type.Enum(['each', 'change'], {
      default: 'each',
      description: 'each: every sample. change: for devices that send the present code again and again, its first.',
    }),
    while: Type.Optional(GateParams),
    schedule: Type.Optional(ScheduleParams),
  },
  { additionalProperties: false },
);
export type EventParams = Static<typeof EventParams>;

export function checkEvent(params: EventParams, model: AssetModel): RuleProblem[] {
  const common = [...checkGate(model, params.while, 'while'), ...checkSchedule(params.schedule, 'schedule')];
  const metric = checkMetric(model, params.metric, 'metric');
  if ('message' in metric) return [metric, ...common];
  if (metric.kind === 'number') {
    const message = `'${metric.id}' is a number; events are counted of a metric of kind event or state`;
    return [{ path: 'metric', message }, ...common];
  }
  return [
    ...checkCodes(metric, params.codes, 'codes'),
    ...params.levels.flatMap(({ codes }, at) => [
      ...checkCodes(metric, codes, `levels.${at}.codes`),
      ...checkSubset(metric, params.codes, codes, `levels.${at}.codes`),
    ]),
    ...checkOrder(params),
    ...common,
  ];
}

function checkCodes(metric: MetricDefinition, codes: EventParams['codes'], path: string): RuleProblem[] {
  return (codes ?? []).flatMap((code, at) => {
    if (typeof code === 'number' || metric.codes?.[code] !== undefined) return [];
    const known = Object.keys(metric.codes ?? {}).join(', ') || 'none';
    return [{ path: `${path}.${at}`, message: `'${code}' is no code of ${metric.id}; its codes are: ${known}` }];
  });
}

function checkSubset(
  metric: MetricDefinition,
  all: EventParams['codes'],
  some: EventParams['codes'],
  path: string,
): RuleProblem[] {
  if (!all || !some) return [];
  const counted = numbersOf(metric, all);
  return some.flatMap((code, at) =>
    counted.includes(numbersOf(metric, [code])[0]!)
      ? []
      : [{ path: `${path}.${at}`, message: `'${code}' does not count, since it is not among the rule's codes` }],
  );
}

/** A worse level with the same codes must take more, or the milder would never show. */
function checkOrder({ levels }: EventParams): RuleProblem[] {
  return levels.flatMap((level, at) => {
    const before = levels[at - 1];
    if (!before || JSON.stringify(before.codes) !== JSON.stringify(level.codes) || level.count > before.count)
      return [];
    return [{ path: `levels.${at}.count`, message: `must be higher than the level before (${before.count})` }];
  });
}

export function numbersOf({ codes = {} }: MetricDefinition, wanted: readonly (string | number)[]): number[] {
  return wanted.map((code) => (typeof code === 'number' ? code : codes[code]!));
}
