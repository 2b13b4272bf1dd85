import { type Static, Type } from 'typebox';
import {
  ENTRY_KINDS,
  TICKET_STATUSES,
  TICKET_TRANSITIONS,
  type Ticket,
  type TicketEntry,
} from '../../domain/ticket.ts';
import type { Rating } from '../../ports/outcomes.ts';
import { formatTime } from '../times.ts';
import { LocalTextSchema, oneOf, ref, Time } from './common.ts';
import { FindingSchema } from './finding.ts';
import { ScoreSchema } from './score.ts';
import { TicketSchema } from './ticket.ts';
import { BACKGROUND_FIELDS } from './ticketBackground.ts';

export const TicketEntrySchema = Type.Object(
  {
    id: Type.String(),
    ticketId: Type.String(),
    at: Time,
    by: Type.String(),
    kind: oneOf(ENTRY_KINDS),
    text: Type.String(),
    from: Type.Optional(oneOf(TICKET_STATUSES)),
    to: Type.Optional(oneOf(TICKET_STATUSES)),
    changes: Type.Optional(
      Type.Array(
        Type.Object({ field: Type.String(), from: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }),
        { description: 'What else changed with it, as text: `from` is absent where it was empty, `to` where it is' },
      ),
    ),
  },
  { $id: 'TicketEntry', description: 'One line of the history of a ticket' },
);

export function presentEntry(entry: TicketEntry): Static<typeof TicketEntrySchema> {
  const { changes, ...line } = entry;
  return { ...line, at: formatTime(entry.at), changes: changes && [...changes] };
}

const RatingSchema = Type.Object(
  {
    score: Type.Integer({ minimum: 1, maximum: 5, description: '5 is best' }),
    comment: Type.Optional(Type.String()),
    at: Time,
    taskId: Type.Optional(Type.String({ description: 'The ticket that a low rating led to' })),
  },
  { description: 'What the customer thinks of how it was dealt with' },
);

export function presentRating({ ticketId: _, ...rating }: Rating): Static<typeof RatingSchema> {
  return { ...rating, at: formatTime(rating.at) };
}

export const TicketDetailSchema = Type.Object(
  {
    ...TicketSchema.properties,
    transitions: Type.Array(oneOf(TICKET_STATUSES), {
      description:
        'The statuses it may take from here: `scheduled`, `deferred` and `closed` through `schedule`, `defer` and `close`; ' +
        'out of `proposed` through `release` and `void`; the others through `transition`. That it awaits its outcome is ' +
        'what a desk says that closes without one',
    }),
    body: Type.Object(LocalTextSchema.properties, {
      description: 'All that it has to say, in plain text: what desks and e-mails are given',
    }),
    links: Type.Object(
      {
        ticket: Type.String(),
        asset: Type.String(),
        chart: Type.Optional(Type.String({ description: 'A picture of its evidence, where that was measured' })),
        dashboard: Type.Optional(
          Type.String({ description: 'The asset in Grafana at the time of the evidence, where there is one' }),
        ),
      },
      { description: 'Addresses to go on from it' },
    ),
    ...BACKGROUND_FIELDS,
    visit: Type.Optional(
      Type.Object(
        {
          others: Type.Integer({ description: 'Tickets to do at the asset, and what will be due within 30 days' }),
          text: LocalTextSchema,
          url: Type.String({ description: 'What they are' }),
        },
        { description: 'What else could be done in one visit; absent where nothing is, or the ticket is done' },
      ),
    ),
    score: Type.Optional(ref(ScoreSchema)),
    rating: Type.Optional(RatingSchema),
    entries: Type.Array(ref(TicketEntrySchema)),
    findings: Type.Array(ref(FindingSchema), { description: 'The newest; all are in the list of findings' }),
  },
  { $id: 'TicketDetail', description: 'A service ticket with its history and its findings' },
);

/** The statuses a ticket may take by hand. */
export function transitionsOf(ticket: Ticket): Static<typeof TicketDetailSchema>['transitions'] {
  return TICKET_TRANSITIONS[ticket.status].filter((status) => status !== 'awaiting-outcome');
}
