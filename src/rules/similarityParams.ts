import Type, { type Static } from 'typebox';
import type { Histories } from '../domain/histories.ts';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { checkCondition, conditionParams } from './conditionParams.ts';
import { checkMetric, DurationText } from './params.ts';
import { checkRisk, RiskParams } from './risk.ts';
import type { RuleProblem } from './rule.ts';

export const SimilarityParams = Type.Object(
  {
    library: Type.String({
      minLength: 1,
      description:
        "File of earlier run-to-failure histories, relative to the model's: CSV, also gzipped (.gz), with the header unit,time,<metric…>; the last row of a unit is its failure.",
    }),
    timeUnit: DurationText("What one unit of the library's column time stands for.", '1h'),
    metrics: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 2,
        description: 'Metrics that may show wear. Default: all of the library but those of duty.',
      }),
    ),
    duty: Type.Array(Type.String(), {
      maxItems: 8,
      default: [],
      description:
        'Metrics that say how hard the machine works, such as load, speed or setpoint: their regimes are learned from the library and taken out of the others.',
    }),
    reach: DurationText(
      'Remaining lives longer than this are not told apart: before wear shows, machines look alike. About half of a usual life.',
    ),
    begins: Type.Enum(['installed', 'first-sample'], {
      default: 'installed',
      description:
        'When the life of the component began. installed: only judged once its installation was entered; first-sample: with the first sample ever seen, for machines connected when new.',
    }),
    minRows: Type.Integer({
      minimum: 2,
      maximum: 10_000,
      default: 10,
      description: 'Samples of all its metrics together before anything is said.',
    }),
    assessEvery: Type.Optional(
      DurationText(
        "How often the library is asked, in event time. Default: the usual time between the library's rows.",
      ),
    ),
    risk: RiskParams,
    ...conditionParams,
  },
  { additionalProperties: false },
);
export type SimilarityParams = Static<typeof SimilarityParams>;

/** Fewer runs than this can't be split to see how well the others foretell them. */
const LEAST_RUNS = 5;

/** The metrics that may show wear, in the order of the library. */
export function wearMetrics({ metrics, duty }: SimilarityParams, library: Histories): string[] {
  return library.metrics.filter((id) => (metrics ? metrics.includes(id) : !duty.includes(id)));
}

export function checkSimilarity(params: SimilarityParams, model: AssetModel, rule: RuleDefinition): RuleProblem[] {
  const { histories } = rule;
  return [
    ...checkCondition(params, model),
    ...checkRisk(params.risk, 'risk'),
    ...(params.metrics ?? []).flatMap((id, at) => checkColumn(id, `metrics.${at}`, model, histories)),
    ...params.duty.flatMap((id, at) => checkColumn(id, `duty.${at}`, model, histories)),
    ...duplicateRoles(params),
    ...(histories ? checkLibrary(params, model, histories) : []),
  ];
}

function checkColumn(id: string, path: string, model: AssetModel, library: Histories | undefined): RuleProblem[] {
  const metric = checkMetric(model, id, path);
  if ('message' in metric) return [metric];
  if (metric.kind !== 'number') return [{ path, message: `${id} is a metric of kind ${metric.kind}; give a number` }];
  if (!library || library.metrics.includes(id)) return [];
  return [{ path, message: `the library has no column '${id}'; it has ${library.metrics.join(', ')}` }];
}

function duplicateRoles({ metrics = [], duty }: SimilarityParams): RuleProblem[] {
  return metrics.flatMap((id, at) =>
    duty.includes(id) ? [{ path: `metrics.${at}`, message: `${id} is named as duty already; it can't show wear` }] : [],
  );
}

function checkLibrary(params: SimilarityParams, model: AssetModel, library: Histories): RuleProblem[] {
  const problem = (message: string): RuleProblem => ({ path: 'library', message });
  const unknown = library.metrics.filter((id) => !model.metrics.some((metric) => metric.id === id));
  const longEnough = library.runs.filter(({ times }) => times.length > 2 * params.minRows);
  return [
    ...(params.metrics === undefined && unknown.length > 0
      ? [problem(`has columns that are no metrics of the model: ${unknown.join(', ')}`)]
      : []),
    ...(wearMetrics(params, library).length < 2 ? [problem('has fewer than two metrics that may show wear')] : []),
    ...(longEnough.length < LEAST_RUNS
      ? [
          problem(
            `has ${longEnough.length} histories of more than ${2 * params.minRows} rows; at least ${LEAST_RUNS} are needed`,
          ),
        ]
      : []),
  ];
}
