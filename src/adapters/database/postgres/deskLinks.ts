import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Ticket, TicketStatus } from '../../../domain/ticket.ts';
import type { DeskLink, DeskLinkRepository } from '../../../ports/deskLinks.ts';
import type { Db, Tables } from './schema.ts';
import { fromRow, json } from './values.ts';

const ENDED: TicketStatus[] = ['closed', 'cancelled'];

export function deskLinkRepository(db: Db): DeskLinkRepository {
  const ongoing = () => db.selectFrom('tickets').selectAll('tickets').where('tickets.status', 'not in', ENDED);

  return {
    async get(ticketId) {
      const row = await db.selectFrom('deskLinks').selectAll().where('ticketId', '=', ticketId).executeTakeFirst();
      return row && toLink(row);
    },

    async lock(ticketId) {
      await db
        .insertInto('deskLinks')
        .values({ ticketId, readAt: 0, comments: json([]) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const query = db.selectFrom('deskLinks').selectAll().where('ticketId', '=', ticketId).forUpdate();
      return toLink(await query.executeTakeFirstOrThrow());
    },

    async save({ ticketId, readAt, changedAt = null, state = null, comments }) {
      const values = { readAt, changedAt, state, comments: json(comments) };
      await db
        .insertInto('deskLinks')
        .values({ ticketId, ...values })
        .onConflict((conflict) => conflict.column('ticketId').doUpdateSet(values))
        .execute();
    },

    async ticketsOf(externalId) {
      const query = db.selectFrom('tickets').selectAll().where('externalId', '=', externalId).orderBy('number');
      return (await query.execute()).map((row) => fromRow<Ticket>(row));
    },

    async unread(before, limit) {
      const rows = await ongoing()
        .leftJoin('deskLinks', 'deskLinks.ticketId', 'tickets.id')
        .where('externalId', 'is not', null)
        .where((eb) => eb.or([eb('deskLinks.readAt', 'is', null), eb('deskLinks.readAt', '<', before)]))
        .orderBy(sql`coalesce(desk_links.read_at, 0)`)
        .orderBy('tickets.number')
        .limit(limit)
        .execute();
      return rows.map((row) => fromRow<Ticket>(row));
    },

    async unlinked(limit) {
      const rows = await ongoing()
        .where('status', '<>', 'proposed')
        .where('externalId', 'is', null)
        .where(({ exists, selectFrom }) =>
          exists(selectFrom('outbox').select('outbox.id').whereRef('outbox.ticketId', '=', 'tickets.id')),
        )
        .orderBy('openedAt')
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map((row) => fromRow<Ticket>(row));
    },

    async known(externalIds) {
      const rows = await db
        .selectFrom('tickets')
        .select('externalId')
        .distinct()
        .where(sql<boolean>`external_id = ANY(${externalIds}::text[])`)
        .execute();
      return rows.map(({ externalId }) => externalId!);
    },
  };
}

function toLink(row: Selectable<Tables['deskLinks']>): DeskLink {
  return fromRow<DeskLink>(row);
}
