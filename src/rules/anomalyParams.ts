import Type, { type Static } from 'typebox';
import { learningParams, PROFILES } from './baseline.ts';
import { conditionParams } from './conditionParams.ts';
import { DutyParams } from './duty.ts';
import { DurationText, SeverityName } from './params.ts';
import { PeersParams } from './peers.ts';

export const AnomalyParams = Type.Object(
  {
    metric: Type.Optional(Type.String({ description: 'Metric or indicator of the model to watch by itself.' })),
    metrics: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 2,
        maxItems: 12,
        description:
          'Metrics or indicators to watch together: what is unusual is how they go with each other. Instead of metric.',
      }),
    ),
    levels: Type.Array(
      Type.Object(
        {
          limit: Type.Number({
            exclusiveMinimum: 0,
            description:
              'metric: in deviations of the baseline (with cusum: accumulated), with peers in their spread. metrics: in multiples of the control limit.',
          }),
          severity: SeverityName,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 3, description: 'From the mildest to the worst.' },
    ),
    deadband: Type.Number({ minimum: 0, default: 0, description: 'How far back behind a limit counts as clear.' }),
    direction: Type.Enum(['above', 'below', 'both'], {
      default: 'both',
      description: 'metric: which side of the baseline is bad.',
    }),
    smooth: DurationText(
      'Time constant of an exponentially weighted mean; what is judged and learned is that mean. It steadies noise.',
      '0s',
    ),
    holds: Type.Optional(
      DurationText(
        'smooth: how long one sample stands for at most, such as the usual time between two; the whole gap before it when absent. With it the mean is as steady with gaps, and samples that come late change it little.',
      ),
    ),
    cusum: Type.Optional(
      Type.Object(
        {
          slack: Type.Number({
            exclusiveMinimum: 0,
            default: 0.5,
            description: 'Deviations that count as usual; half of the shift to find.',
          }),
        },
        {
          additionalProperties: false,
          description: 'metric: judges accumulated deviations, which finds small shifts that last.',
        },
      ),
    ),
    duty: Type.Optional(DutyParams),
    peers: Type.Optional(PeersParams),
    ...learningParams,
    expected: Type.Optional(
      Type.Object(
        {
          mean: Type.Number({ description: 'In the unit of the metric.' }),
          deviation: Type.Number({
            exclusiveMinimum: 0,
            description: 'Standard deviation, in the unit of the metric.',
          }),
        },
        { additionalProperties: false, description: 'metric: a baseline that is known. Nothing is learned then.' },
      ),
    ),
    profile: Type.Optional(
      Type.Enum([...PROFILES], { description: 'metric: learns a level for each hour, where these differ by habit.' }),
    ),
    adapt: Type.Optional(
      DurationText(
        'metric: time constant with which the baseline goes on following what is not unusual, as with seasons. Absent: never; a fault that comes slowly would be learned.',
      ),
    ),
    leastDeviation: Type.Number({
      minimum: 0,
      default: 0,
      description:
        'metric: least deviation that counts, in its unit, where it was very quiet while learning or peers are much alike.',
    }),
    leastShare: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Least deviation that counts, as a share of the learned mean or the median of the peers.',
    }),
    confidence: Type.Number({
      minimum: 0.5,
      exclusiveMaximum: 1,
      default: 0.999,
      description: 'metrics: confidence of the control limits.',
    }),
    explained: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.9,
      description: 'metrics: share of the variance that the principal components must explain.',
    }),
    ...conditionParams,
  },
  { additionalProperties: false },
);
export type AnomalyParams = Static<typeof AnomalyParams>;
