import Type, { type StaticDecode } from 'typebox';
import { RULE_MODES, SEVERITIES } from '../domain/model.ts';
import { DurationText } from '../rules/params.ts';
import { Id, OneOf, Text } from './fields.ts';

const closed = { additionalProperties: false } as const;

const Names = (description: string) =>
  Type.Object({ en: Text('In English.'), zh: Text('In Chinese.') }, { ...closed, description });

const PlanPart = Type.Object(
  {
    number: Text('Stock code.'),
    name: Type.Optional(Names('What people read on tickets.')),
    quantity: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'How many.' }),
  },
  { ...closed, description: 'A part to bring.' },
);

/** Service that is due by the calendar, by use or by whichever comes first. */
export const ServicePlanSchema = Type.Object(
  {
    id: Id('Names the plan; never changes; no rule of the model and no failure mode of the component has it.'),
    title: Names('What is to be done, as in "Oil change"; the title of its tickets.'),
    component: Type.Optional(
      Type.String({
        description:
          'Component that is serviced, from its installation on. Default: the asset, from its commissioning on.',
      }),
    ),
    first: Type.Optional(
      DurationText('From commissioning or installation to the first service. Default: as to the next.'),
    ),
    every: Type.Optional(DurationText('From one service to the next. Without it and without counter: once.')),
    counter: Type.Optional(
      Type.String({
        description: 'Metric that counts use; the service is due by use, or by every where that is sooner.',
      }),
    ),
    form: OneOf('With counter: what it is, as in a rule of kind usage.', ['rising', 'running'], 'rising'),
    use: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "From one service to the next, in the counter's unit." }),
    ),
    counted: OneOf(
      'done: the next is due so long after the ticket of the last was closed. fixed: on dates that follow from the first.',
      ['done', 'fixed'],
      'done',
    ),
    lead: DurationText('How long before it is due its ticket opens.', '14d'),
    severity: OneOf('Severity of its ticket, which its priority follows from.', SEVERITIES, 'info'),
    mode: OneOf('What it becomes when it is due.', RULE_MODES, 'live'),
    team: Type.Optional(Text('Team whose ticket it is.')),
    checklist: Type.Array(Names('A step.'), { maxItems: 100, default: [], description: 'What is to be done.' }),
    parts: Type.Array(PlanPart, { maxItems: 50, default: [], description: 'What to bring.' }),
  },
  { ...closed, description: 'A service that comes due again and again, or once after commissioning.' },
);
export type RawServicePlan = StaticDecode<typeof ServicePlanSchema>;
