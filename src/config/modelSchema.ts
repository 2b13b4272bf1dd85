import Type, { type TObject, type TSchemaOptions } from 'typebox';
import { RULE_MODES, type RuleMode } from '../domain/model.ts';
import { indicatorFields } from '../rules/indicatorParams.ts';
import type { RuleKind } from '../rules/rule.ts';
import { Id, OneOf, Span, Text, Whole } from './fields.ts';
import { ServicePlanSchema } from './servicePlanSchema.ts';

const closed = { additionalProperties: false } as const;

const Names = (description: string) =>
  Type.Object({ en: Text('In English.'), zh: Text('In Chinese.') }, { ...closed, description });

export const NamesSchema = Names('What people read.');

const metricFields = {
  id: Id('Names the metric; never changes. Payloads use it unless the source maps another name to it.'),
  name: Type.Optional(NamesSchema),
};

const Codes = Type.Record(Type.String(), Type.Integer(), {
  minProperties: 1,
  description: 'Whole-number code by symbol, as in { stopped: 0, running: 1 }; payloads may hold either.',
});

const CodeTexts = Type.Record(
  Type.String(),
  Type.Object(
    {
      en: Text('In English.'),
      zh: Text('In Chinese.'),
      check: Type.Optional(Names('What to look at first.')),
    },
    { ...closed, description: 'What a code means.' },
  ),
  { description: 'What codes mean, by symbol, as tickets tell it.' },
);

const NumberMetric = Type.Object(
  {
    ...metricFields,
    kind: Type.Literal('number', { description: 'A measured number.' }),
    unit: Type.Optional(Text('Unit of the stored values, such as °C, bar, h.')),
    range: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], {
        description: 'Lowest and highest valid value; what lies outside is refused.',
        form: 'two numbers, as in [0, 100]',
      }),
    ),
  },
  { ...closed, description: 'A measured number.' },
);

const StateMetric = Type.Object(
  {
    ...metricFields,
    kind: Type.Literal('state', { description: 'A state that holds until the next.' }),
    codes: Codes,
    texts: Type.Optional(CodeTexts),
  },
  { ...closed, description: 'A state that holds until the next.' },
);

const EventMetric = Type.Object(
  {
    ...metricFields,
    kind: Type.Literal('event', { description: 'An event, such as a fault code.' }),
    codes: Codes,
    texts: Type.Optional(CodeTexts),
  },
  { ...closed, description: 'An event that happens at an instant, such as a fault code.' },
);

export const MetricSchema = Type.Union([NumberMetric, StateMetric, EventMetric], {
  description: 'A measured quantity.',
});

export const IndicatorSchema = Type.Object(
  {
    id: Id('Names the indicator; never changes; no metric has it. Rules name it where they name a metric.'),
    name: Type.Optional(NamesSchema),
    ...indicatorFields,
  },
  { ...closed, description: 'A number derived from metrics, for rules to judge.' },
);

export const FailureModeSchema = Type.Object(
  {
    id: Id('Names the failure mode; never changes.'),
    name: Names('What people read on tickets.'),
    iso14224: Type.Optional(
      Type.Object(
        {
          mode: Type.Optional(Text('Failure mode code.')),
          mechanism: Type.Optional(Text('Failure mechanism code, in quotes.')),
          cause: Type.Optional(Text('Failure cause code, in quotes.')),
        },
        { ...closed, description: 'Codes of ISO 14224, where it covers the equipment.' },
      ),
    ),
    reopenWithin: Span(
      'What is found again so soon after its ticket was closed reopens that ticket; later it is a new one, linked as a recurrence. 0s: always a new one.',
      '7d',
    ),
    safety: Type.Optional(Names('How whoever works on it stays unhurt: the first that tickets say.')),
    solutions: Type.Optional(
      Type.Array(Names('One of them.'), {
        minItems: 1,
        maxItems: 10,
        description: 'What is known to help. Tickets show it, beside what closed tickets say.',
      }),
    ),
    stormable: Type.Optional(
      Type.Boolean({
        description:
          'Its cause is outside the asset and may be shared, such as a loss of power: where many assets have it at once, they are one ticket. Silence always counts so.',
      }),
    ),
  },
  { ...closed, description: 'A way to fail.' },
);

const PartSchema = Type.Object(
  {
    number: Text('Stock code.'),
    name: Type.Optional(Names('What people read on tickets.')),
    leadTime: Span('How long the part takes to come.'),
  },
  { ...closed, description: 'The part to bring.' },
);

const failureModes = Type.Array(FailureModeSchema, { default: [], description: 'How it fails.' });

/** A component without its rules. */
export const componentFields = {
  id: Id('Names the component; never changes.'),
  name: NamesSchema,
  part: Type.Optional(PartSchema),
  safety: Type.Optional(
    Names('How whoever works on it stays unhurt, whatever is wrong with it: the first that tickets say.'),
  ),
  failureModes,
};

const Mode = Type.Union(
  [
    Type.Enum([...RULE_MODES]),
    Type.Object(
      {
        default: OneOf('Mode at all other sites.', RULE_MODES),
        sites: Type.Record(Type.String(), Type.Enum([...RULE_MODES]), { default: {}, description: 'Mode by site id.' }),
      },
      closed,
    ),
  ],
  {
    description:
      'What a finding becomes: observe (a finding only), propose (a ticket that a person releases), live (a ticket at once). Per site as { default: propose, sites: { plant-1: live } }.',
    form: 'observe, propose or live, or { default: …, sites: { … } }',
  },
);

const ruleFields = {
  id: Id('Names the rule; never changes; unique in the model.'),
  failureMode: Type.String({ description: 'Failure mode of the component that the rule looks for.' }),
  mode: Mode,
  maxTicketsPerHour: Whole('More tickets than this within an hour trip the rule to propose.', 20, 1),
};

/** A rule as written: what all kinds share, and the parameters of its kind. */
export interface RawRule {
  readonly id: string;
  readonly kind: string;
  readonly failureMode: string;
  readonly mode: RuleMode | { readonly default: RuleMode; readonly sites: Readonly<Record<string, RuleMode>> };
  readonly maxTicketsPerHour: number;
  readonly [param: string]: unknown;
}

/** The parts of a {@link RawRule} that do not belong to its kind. */
export const SHARED_RULE_FIELDS: readonly string[] = ['kind', ...Object.keys(ruleFields)];

/** Rules of every kind in the registry, told apart by `kind`. */
export function ruleSchema(kinds: ReadonlyMap<string, RuleKind>) {
  const options: TSchemaOptions = { description: 'A rule: its kind says which parameters it has.' };
  return Type.Union([...kinds.values()].map(oneRule), options);
}

function oneRule({ kind, summary, params }: RuleKind): TObject {
  const taken = Object.keys(params.properties).find((name) => SHARED_RULE_FIELDS.includes(name));
  if (taken !== undefined) throw new Error(`rule kind ${kind} has a parameter '${taken}', a name that all rules use`);
  const literal = Type.Literal(kind, { description: summary });
  return Type.Object({ ...ruleFields, kind: literal, ...params.properties }, { ...closed, description: summary });
}

/** An asset model, as in models/*.yaml. */
export function modelSchema(kinds: ReadonlyMap<string, RuleKind>) {
  const rules = Type.Array(ruleSchema(kinds), { default: [], description: 'What is watched.' });
  const component = Type.Object({ ...componentFields, rules }, { ...closed, description: 'A maintainable item.' });
  return Type.Object(
    {
      id: Id('Names the model; never changes.'),
      name: NamesSchema,
      metrics: Type.Array(MetricSchema, { minItems: 1, description: 'What assets of this model measure.' }),
      indicators: Type.Array(IndicatorSchema, {
        default: [],
        description: 'Numbers derived from metrics, each from metrics and those before it.',
      }),
      servicePlans: Type.Array(ServicePlanSchema, {
        default: [],
        description: 'Services that come due by use, by the calendar or after commissioning.',
      }),
      components: Type.Array(component, { default: [], description: 'What assets of this model are made of.' }),
      asset: Type.Object(
        { failureModes, rules },
        {
          ...closed,
          default: {},
          description: 'The asset as a whole: failure modes and rules of no single component.',
        },
      ),
    },
    { ...closed, title: 'Fettle asset model' },
  );
}
