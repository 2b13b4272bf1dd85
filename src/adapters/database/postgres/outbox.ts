import { type Selectable, sql } from 'kysely';
import { MINUTE } from '../../../domain/time.ts';
import type { OutboxRepository, OutboxRow, OutboxStatus } from '../../../ports/outbox.ts';
import { SERVER_TIME } from './nodes.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function outboxRepository(db: Db): OutboxRepository {
  return {
    async add(row) {
      await db
        .insertInto('outbox')
        .values(({ selectFrom }) => ({
          id: row.id,
          ticketId: row.ticketId,
          event: row.event,
          createdAt: row.createdAt,
          key: selectFrom('outbox')
            .select(sql<string>`${row.key}::text || coalesce(':' || (nullif(count(*), 0) + 1), '')`.as('key'))
            .where('ticketId', '=', row.ticketId)
            .where(({ or, eb }) => or([eb('key', '=', row.key), sql<boolean>`starts_with(key, ${row.key} || ':')`])),
        }))
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toOutboxRow(row);
    },

    async pending(limit) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('status', '=', 'pending')
        .orderBy('createdAt')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => toOutboxRow(row));
    },

    async nextOf(ticketId) {
      const row = await db
        .selectFrom('outbox')
        .select('id')
        .where('ticketId', '=', ticketId)
        .where('status', '=', 'pending')
        .orderBy(({ eb }) => eb('event', '<>', 'ticket.opened'))
        .orderBy('createdAt')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      return row?.id;
    },

    async claim(id, lease) {
      const row = await db
        .updateTable('outbox')
        .set({ claimedUntil: sql<number>`${SERVER_TIME} + ${lease}::double precision` })
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .where((eb) =>
          eb.or([
            eb('claimedUntil', 'is', null),
            eb('claimedUntil', '<', SERVER_TIME),
            // Claimed for longer than anybody does: the server's clock was put back since.
            eb('claimedUntil', '>', sql<number>`${SERVER_TIME} + ${lease + MINUTE}::double precision`),
          ]),
        )
        .returningAll()
        .executeTakeFirst();
      return row && { ...toOutboxRow(row), claimedUntil: row.claimedUntil! };
    },

    async release({ id, claimedUntil }) {
      await db
        .updateTable('outbox')
        .set({ claimedUntil: null })
        .where('id', '=', id)
        .where('claimedUntil', '=', claimedUntil)
        .execute();
    },

    async delivered(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('outbox')
        .set((eb) => ({ status: 'delivered', deliveredAt: at, attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        .where('status', '<>', 'delivered')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async attemptFailed({ id, claimedUntil }, error, final, hold) {
      const { numUpdatedRows } = await db
        .updateTable('outbox')
        .set((eb) => ({
          lastError: clean(error),
          attempts: eb('attempts', '+', 1),
          claimedUntil: hold === undefined ? null : sql<number>`${SERVER_TIME} + ${hold}::double precision`,
          ...(final ? { status: 'failed' as const } : {}),
        }))
        .where('id', '=', id)
        .where('claimedUntil', '=', claimedUntil)
        // A second worker on a stalled job may fail where the first has delivered.
        .where('status', '<>', 'delivered')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async retry(id) {
      const { numUpdatedRows } = await db
        .updateTable('outbox')
        .set({ status: 'pending' })
        .where('id', '=', id)
        .where('status', '=', 'failed')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    list(filter, page) {
      let query = db.selectFrom('outbox').selectAll();
      if (filter.status !== undefined) query = query.where('status', '=', filter.status);
      if (filter.ticketId !== undefined) query = query.where('ticketId', '=', filter.ticketId);
      return fetchPage(
        query,
        {
          name: 'outbox',
          direction: 'desc',
          id: sql.ref('id'),
          key: sql.ref('createdAt'),
          keyOf: (row) => row.createdAt,
        },
        page,
        (row) => toOutboxRow(row),
      );
    },

    async counts() {
      const rows = await db
        .selectFrom('outbox')
        .select(['status', sql<number>`count(*)::integer`.as('count')])
        .groupBy('status')
        .execute();
      const counts: Record<OutboxStatus, number> = { pending: 0, delivered: 0, failed: 0 };
      for (const { status, count } of rows) counts[status] = count;
      return counts;
    },
  };
}

function toOutboxRow({ claimedUntil: _, ...row }: Selectable<Tables['outbox']>): OutboxRow {
  return fromRow<OutboxRow>(row);
}
