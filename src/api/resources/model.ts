import { type Static, Type } from 'typebox';
import {
  type AssetModel,
  type ComponentDefinition,
  type FailureModeDefinition,
  METRIC_KINDS,
  type MetricDefinition,
  RULE_MODES,
  WINDOW_TAKES,
} from '../../domain/model.ts';
import { SECOND } from '../../domain/time.ts';
import { LocalTextSchema, oneOf, Time } from './common.ts';
import { presentService, ServiceSchema } from './ticket.ts';

const MetricSchema = Type.Object({
  id: Type.String(),
  name: Type.Optional(LocalTextSchema),
  kind: oneOf(METRIC_KINDS),
  unit: Type.Optional(Type.String()),
  range: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'Both ends included' })),
  codes: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: 'Integer code by symbol' })),
  texts: Type.Optional(
    Type.Record(Type.String(), Type.Object({ ...LocalTextSchema.properties, check: Type.Optional(LocalTextSchema) }), {
      description: 'What codes mean, by symbol, and what to look at first',
    }),
  ),
});
const IndicatorSchema = Type.Object({
  id: Type.String(),
  name: Type.Optional(LocalTextSchema),
  unit: Type.Optional(Type.String()),
  of: Type.Optional(Type.String({ description: 'The metric or indicator that it is made of' })),
  expression: Type.Optional(Type.String({ description: 'In CEL' })),
  while: Type.Optional(Type.Unknown({ description: 'A comparison of one metric, or a CEL expression' })),
  window: Type.Optional(Type.Object({ last: Type.String(), take: oneOf(WINDOW_TAKES), minSamples: Type.Integer() })),
});
const FailureModeSchema = Type.Object({
  id: Type.String(),
  name: LocalTextSchema,
  iso14224: Type.Optional(
    Type.Object({
      mode: Type.Optional(Type.String()),
      mechanism: Type.Optional(Type.String()),
      cause: Type.Optional(Type.String()),
    }),
  ),
  reopenWithinSeconds: Type.Optional(
    Type.Number({ description: 'What is found so soon after a closing reopens that ticket; later it is a new one' }),
  ),
  safety: Type.Optional(LocalTextSchema),
  solutions: Type.Optional(Type.Array(LocalTextSchema, { description: 'What is known to help' })),
  stormable: Type.Optional(Type.Boolean({ description: 'Has a cause outside the asset that others may share' })),
});
const ComponentSchema = Type.Object({
  id: Type.String(),
  name: LocalTextSchema,
  part: Type.Optional(
    Type.Object({ number: Type.String(), name: Type.Optional(LocalTextSchema), leadTimeSeconds: Type.Number() }),
  ),
  safety: Type.Optional(LocalTextSchema),
  failureModes: Type.Array(FailureModeSchema),
});
const RuleSchema = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  componentId: Type.String({ description: '`asset` for the asset as a whole' }),
  failureModeId: Type.String(),
  mode: Type.Record(Type.String(), oneOf(RULE_MODES), { description: 'By site id; `default` for the others' }),
  maxTicketsPerHour: Type.Number({ description: 'More than this trip the rule to propose' }),
  params: Type.Record(Type.String(), Type.Unknown(), { description: 'As the kind of rule has them; durations in ms' }),
  version: Type.String(),
});

const ServicePlanSchema = Type.Object({
  id: Type.String(),
  title: LocalTextSchema,
  componentId: Type.String({ description: '`asset` for the asset as a whole' }),
  team: Type.Optional(Type.String()),
  ...ServiceSchema.properties,
});

export const ModelSchema = Type.Object(
  {
    id: Type.String(),
    name: LocalTextSchema,
    metrics: Type.Array(MetricSchema),
    indicators: Type.Array(IndicatorSchema, { description: 'Numbers derived from metrics' }),
    components: Type.Array(ComponentSchema),
    failureModes: Type.Array(FailureModeSchema, { description: 'Of the asset as a whole' }),
    rules: Type.Array(RuleSchema),
    servicePlans: Type.Optional(
      Type.Array(ServicePlanSchema, { description: 'What the rule of the same id says of the work' }),
    ),
    version: Type.String(),
  },
  { $id: 'Model', description: 'An asset model: what its assets measure, what they are made of, what is watched' },
);

export function presentModel(model: AssetModel): Static<typeof ModelSchema> {
  const { servicePlans } = model;
  return {
    ...model,
    servicePlans: servicePlans?.map((plan) => ({ ...plan, ...presentService(plan) })),
    metrics: model.metrics.map(presentMetric),
    indicators: [...model.indicators],
    components: model.components.map(presentComponent),
    failureModes: model.failureModes.map(presentFailureMode),
    rules: model.rules.map(({ histories: _, ...rule }) => ({
      ...rule,
      mode: { ...rule.mode },
      params: { ...rule.params },
    })),
  };
}

function presentMetric(metric: MetricDefinition): Static<typeof MetricSchema> {
  const { range, codes, texts } = metric;
  return { ...metric, range: range && [...range], codes: codes && { ...codes }, texts: texts && { ...texts } };
}

function presentComponent(component: ComponentDefinition): Static<typeof ComponentSchema> {
  const { part } = component;
  return {
    ...component,
    part: part && { number: part.number, name: part.name, leadTimeSeconds: part.leadTime / SECOND },
    failureModes: component.failureModes.map(presentFailureMode),
  };
}

function presentFailureMode(mode: FailureModeDefinition): Static<typeof FailureModeSchema> {
  const { reopenWithin, solutions, ...rest } = mode;
  return {
    ...rest,
    ...(solutions && { solutions: [...solutions] }),
    ...(reopenWithin !== undefined && { reopenWithinSeconds: reopenWithin / SECOND }),
  };
}

export const TrippedRuleSchema = Type.Object(
  { modelId: Type.String(), ruleId: Type.String(), at: Time },
  { $id: 'TrippedRule', description: 'A rule that opened more tickets than its cap and now only proposes' },
);
