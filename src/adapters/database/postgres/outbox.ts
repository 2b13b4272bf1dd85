import { sql } from 'kysely';
import type { OutboxRepository, OutboxRow, OutboxStatus } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function outboxRepository(db: Db): OutboxRepository {
  return {
    async add(row) {
      await db
        .insertInto('outbox')
        .values({ id: row.id, ticketId: row.ticketId, event: row.event, createdAt: row.createdAt })
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow<OutboxRow>(row);
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
      return rows.map((row) => fromRow<OutboxRow>(row));
    },

    async delivered(id, at) {
      await db
        .updateTable('outbox')
        .set((eb) => ({ status: 'delivered', deliveredAt: at, attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        .where('status', '<>', 'delivered')
        .execute();
    },

    async attemptFailed(id, error, final) {
      await db
        .updateTable('outbox')
        .set((eb) => ({
          lastError: clean(error),
          attempts: eb('attempts', '+', 1),
          ...(final ? { status: 'failed' as const } : {}),
        }))
        .where('id', '=', id)
        // A second worker on a stalled job may fail where the first has delivered.
        .where('status', '<>', 'delivered')
        .execute();
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
        (row) => fromRow<OutboxRow>(row),
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
