import { type Static, Type } from 'typebox';
import { TICKET_STATUSES } from '../../domain/ticket.ts';
import { SECOND } from '../../domain/time.ts';
import type { Visit, VisitItem, VisitPart } from '../../domain/visit.ts';
import { formatIfAny } from '../times.ts';
import { defined, LocalTextSchema, oneOf, PrioritySchema, presentText, time } from './common.ts';
import { ForecastSchema, forecastIfAny } from './finding.ts';

const PartSchema = Type.Object({
  number: Type.String(),
  name: Type.Optional(LocalTextSchema),
  quantity: Type.Number(),
  leadTimeSeconds: Type.Optional(Type.Number({ description: 'How long it takes to come' })),
});

const ItemSchema = Type.Object({
  assetId: Type.String(),
  assetName: Type.String(),
  componentId: Type.String({ description: '`asset` for the asset as a whole' }),
  title: LocalTextSchema,
  ticket: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        number: Type.Integer(),
        status: oneOf(TICKET_STATUSES),
        priority: PrioritySchema,
      },
      { description: 'Absent of what is only nearly due' },
    ),
  ),
  dueBy: Type.Optional(
    time('Of a ticket the earlier of `doBy` and `solveBy`; else P10 of the forecast, before which nine in ten last'),
  ),
  forecast: Type.Optional(ForecastSchema),
  wear: Type.Optional(Type.Number({ description: 'Share of life used' })),
  parts: Type.Array(PartSchema),
  team: Type.Optional(Type.String()),
});

export const VisitSchema = Type.Object(
  {
    items: Type.Array(ItemSchema, {
      description: 'Tickets by priority, then what is nearly due and has no ticket yet; each by its date',
    }),
    parts: Type.Array(PartSchema, { description: 'All that is to be brought' }),
    teams: Type.Array(Type.String(), { description: 'Of the tickets' }),
  },
  { $id: 'Visit', description: 'What can be done in one visit' },
);

export function presentVisit({ items, parts, teams }: Visit): Static<typeof VisitSchema> {
  return { items: items.map(presentItem), parts: parts.map(presentPart), teams: [...teams] };
}

function presentItem({ ticket, title, dueBy, forecast, parts, ...item }: VisitItem) {
  return {
    ...item,
    title: presentText(title),
    ...(ticket && {
      ticket: { id: ticket.id, number: ticket.number, status: ticket.status, priority: ticket.priority },
    }),
    dueBy: formatIfAny(dueBy),
    forecast: forecastIfAny(forecast),
    parts: parts.map(presentPart),
  };
}

function presentPart({ number, name, quantity, leadTimeMs }: VisitPart) {
  const leadTimeSeconds = leadTimeMs === undefined ? undefined : leadTimeMs / SECOND;
  return { number, quantity, ...defined({ name: name && presentText(name), leadTimeSeconds }) };
}
