import Type from 'typebox';
import { CONTRACT_KINDS } from '../domain/asset.ts';
import { Id, OneOf, Span, Switch, Text } from './fields.ts';
import { section } from './section.ts';

const target = (priority: string) =>
  section(`Of reactive tickets with priority ${priority}.`, {
    response: Span('From the report until somebody has taken note of it.', '24h', 1),
    solution: Span('From the report until it is solved.', '48h', 1),
  });

const ownTarget = Type.Optional(
  Type.Object(
    {
      response: Type.Optional(Span('In place of that of sla.targets.', undefined, 1)),
      solution: Type.Optional(Span('In place of that of sla.targets.', undefined, 1)),
    },
    { additionalProperties: false, description: 'Of reactive tickets with this priority.' },
  ),
);

const list = (description: string) => Type.Optional(Type.Array(Id(''), { minItems: 1, description }));

const Policy = Type.Object(
  {
    id: Id('Names the policy.'),
    sites: list('Sites whose tickets are meant. Without it all.'),
    customers: list('Customers whose tickets are meant. Without it all.'),
    contracts: Type.Optional(
      Type.Array(OneOf('', CONTRACT_KINDS), {
        minItems: 1,
        description: 'Kinds of contract whose tickets are meant. Without it all.',
      }),
    ),
    calendar: Type.Optional(Text('Calendar by which time counts. Without it: sla.calendar.')),
    targets: Type.Optional(
      Type.Object(
        { P1: ownTarget, P2: ownTarget, P3: ownTarget, P4: ownTarget },
        { additionalProperties: false, description: 'What is promised; the rest is that of sla.targets.' },
      ),
    ),
  },
  { additionalProperties: false, description: 'What is promised for some tickets.' },
);

export const Sla = section('What is promised to customers, in working time.', {
  calendar: Type.Optional(Text('Calendar by which time counts, one of calendars. Without it every hour does.')),
  targets: section('Of reactive tickets: something failed, or a person reported it.', {
    P1: target('P1'),
    P2: target('P2'),
    P3: target('P3'),
    P4: target('P4'),
  }),
  planned: section('Of planned tickets: they come from a forecast, and nothing has failed.', {
    response: Span('Until somebody has taken note of it.', '24h', 1),
    margin: Span('How long before P10 of its forecast it is to be done.', '0h'),
  }),
  warnAt: Type.Number({
    description: 'Share of the time after which a warning is given.',
    minimum: 0.01,
    maximum: 0.99,
    default: 0.75,
  }),
  escalation: section('What follows from a promise that was not kept.', {
    raisePriority: Switch('Whether the ticket gets the next higher priority, for good.', false),
    team: Type.Optional(Text('Team that is notified beside the one whose ticket it is.')),
  }),
  policies: Type.Array(Policy, {
    default: [],
    description: 'What differs for sites, customers and contracts; the first that fits a ticket counts.',
  }),
});
