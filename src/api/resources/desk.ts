import { type Static, Type } from 'typebox';
import { OUTCOMES } from '../../domain/ticket.ts';
import { WORK_ORDER_STATUSES } from '../../domain/workOrder.ts';
import type { DeskNews, Reconciliation } from '../services.ts';
import { formatTime, timeOf } from '../times.ts';
import { oneOf, Time } from './common.ts';
import { DELIVERY_STATUSES } from './delivery.ts';

const short = Type.String({ minLength: 1, maxLength: 256 });

/** What a desk tells that can not be read; further fields are a desk's own. */
const NewsSchema = Type.Object({
  externalId: short,
  externalUrl: Type.Optional(Type.String({ maxLength: 2048 })),
  status: Type.Optional(oneOf(WORK_ORDER_STATUSES)),
  statusText: Type.Optional(Type.String({ maxLength: 256, description: "The desk's own word" })),
  outcome: Type.Optional(oneOf(OUTCOMES)),
  note: Type.Optional(Type.String({ maxLength: 20_000 })),
  comments: Type.Optional(
    Type.Array(
      Type.Object({
        id: short,
        text: Type.String({ minLength: 1, maxLength: 20_000 }),
        author: Type.Optional(Type.String({ maxLength: 256 })),
        at: Type.Optional(Time),
      }),
      { maxItems: 200, description: 'Those whose id is known already change nothing' },
    ),
  ),
  deleted: Type.Optional(Type.Boolean()),
});

export const DeskEventBody = Type.Object(
  { ...NewsSchema.properties, externalId: Type.Optional(short) },
  {
    additionalProperties: true,
    description:
      'Where the work order can be read, only which one it is: `externalId`, or where the preset of the desk says its own ' +
      'webhooks have it. Else what has changed of it',
    examples: [
      {
        externalId: 'WO-17',
        status: 'closed',
        outcome: 'worn-as-expected',
        comments: [{ id: 'c-3', author: 'Anna', text: 'Filter replaced' }],
      },
    ],
  },
);

export function readNews(body: Static<typeof DeskEventBody>): DeskNews | undefined {
  const { externalId, externalUrl, status, statusText, outcome, note, comments, deleted } = body;
  if (externalId === undefined) return undefined;
  const given = { externalUrl, status, statusText, outcome, note, deleted };
  const told = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const lines = comments?.map(({ at, ...line }) => ({ ...line, ...(at !== undefined && { at: timeOf(at) }) }));
  return { externalId, ...told, ...(lines && { comments: lines }) };
}

export const ReconciliationSchema = Type.Object(
  {
    desk: Type.String(),
    withoutWorkOrder: Type.Array(
      Type.Object({
        ticketId: Type.String(),
        number: Type.Integer(),
        openedAt: Time,
        delivery: Type.Optional(
          Type.Object(
            {
              id: Type.String(),
              status: oneOf(DELIVERY_STATUSES),
              attempts: Type.Integer(),
              lastError: Type.Optional(Type.String()),
            },
            { description: 'What telling the desk of it came to' },
          ),
        ),
      }),
      { description: 'Tickets that were released, go on and have no work order as far as is known' },
    ),
    withoutTicket: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Ids of open work orders of Fettle that belong to no ticket; absent where the desk can not list them',
      }),
    ),
  },
  { description: 'What desk and tickets do not agree on' },
);

export function presentReconciliation(report: Reconciliation): Static<typeof ReconciliationSchema> {
  return {
    desk: report.desk,
    withoutWorkOrder: report.withoutWorkOrder.map(({ ticket, delivery }) => ({
      ticketId: ticket.id,
      number: ticket.number,
      openedAt: formatTime(ticket.openedAt),
      ...(delivery && {
        delivery: {
          id: delivery.id,
          status: delivery.status,
          attempts: delivery.attempts,
          ...(delivery.lastError !== undefined && { lastError: delivery.lastError }),
        },
      }),
    })),
    ...(report.withoutTicket && { withoutTicket: [...report.withoutTicket] }),
  };
}
