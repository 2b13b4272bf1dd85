import { type Static, Type } from 'typebox';
import {
  LEAST_OUTCOMES,
  type LimitTrial,
  type RuleTrial,
  type Suggestion,
  TRIAL_STATUSES,
} from '../../domain/suggestion.ts';
import { SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { defined, LocalTextSchema, oneOf, presentText, Time, time } from './common.ts';

const Count = (description: string) => Type.Integer({ minimum: 0, description });

const LimitTrialSchema = Type.Object({
  limits: Type.Array(Type.Number(), {
    description: 'Of the levels of the rule, from the mildest to the worst, in the unit of its parameters',
  }),
  hits: Count(
    'Failures, and faults found before they were failures, that had a ticket in time (of `hit`, `late`, `missed`)',
  ),
  misses: Count('Those that had none'),
  falses: Count('Predictions that were `false` or `early` and have a ticket all the same'),
  unverifiable: Count('Tickets of which nobody knows what they would have come to'),
  warningLostSeconds: Type.Optional(
    Type.Object(
      { median: Type.Number(), most: Type.Number() },
      {
        description:
          "How much later than under today's limits tickets for the same faults open; negative: sooner. Absent of today's limits",
      },
    ),
  ),
});

const RuleTrialSchema = Type.Object({
  ruleVersion: Type.String({ description: 'Of the rule that was tried' }),
  status: oneOf(TRIAL_STATUSES, { description: '`waiting` and `running` become `done` or `failed`' }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  askedAt: Time,
  by: Type.String(),
  endedAt: Type.Optional(time('When it was done, or failed')),
  error: Type.Optional(Type.String({ description: 'Why it failed' })),
  known: Type.Optional(Count('Outcomes that were known when it was done')),
  shown: Type.Optional(
    Count("Those that the stored history shows again under today's limits: the figures count these only"),
  ),
  today: Type.Optional(LimitTrialSchema),
  tried: Type.Optional(Type.Array(LimitTrialSchema)),
});

export const SuggestionSchema = Type.Object(
  {
    modelId: Type.String(),
    ruleId: Type.String(),
    outcomes: Count(
      'Of the last 200 scores of the rule those that tell whether its limits are well chosen (`hit`, `late`, `early`, `false`, `missed`)',
    ),
    needed: Count('Outcomes that it takes for a suggestion'),
    reason: Type.Unsafe<Static<typeof LocalTextSchema>>({
      ...LocalTextSchema,
      description: 'Why to move the limits, with what that would have done, or why there is no suggestion',
    }),
    suggested: Type.Optional({
      ...LimitTrialSchema,
      description:
        'The limits to move to: no hit is lost, and there are fewer false tickets or more hits. Absent where there are none, and where the rule has changed since',
    }),
    trial: Type.Optional({ ...RuleTrialSchema, description: 'The last one of the rule' }),
  },
  { $id: 'Suggestion', description: 'Whether the limits of a rule should be moved, and why' },
);

export function presentSuggestion(suggestion: Suggestion): Static<typeof SuggestionSchema> {
  const { modelId, ruleId, outcomes, reason, suggested, trial } = suggestion;
  return {
    modelId,
    ruleId,
    outcomes,
    needed: LEAST_OUTCOMES,
    reason: presentText(reason),
    ...(suggested && { suggested: presentLimits(suggested) }),
    ...(trial && { trial: presentTrial(trial) }),
  };
}

function presentTrial({ askedAt, endedAt, result, ...trial }: RuleTrial): Static<typeof RuleTrialSchema> {
  return {
    ...trial,
    askedAt: formatTime(askedAt),
    ...defined({ endedAt: formatIfAny(endedAt) }),
    ...(result && { known: result.known, shown: result.shown, tried: result.tried.map(presentLimits) }),
    ...(result?.today && { today: presentLimits(result.today) }),
  };
}

function presentLimits({ limits, figures, warningLost }: LimitTrial): Static<typeof LimitTrialSchema> {
  return {
    limits: [...limits],
    ...figures,
    ...(warningLost && {
      warningLostSeconds: { median: warningLost.median / SECOND, most: warningLost.most / SECOND },
    }),
  };
}
