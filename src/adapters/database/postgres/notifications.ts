import { type Selectable, sql } from 'kysely';
import { MINUTE } from '../../../domain/time.ts';
import type { NotificationRepository, NotificationRow, NotificationStatus } from '../../../ports/notifications.ts';
import { SERVER_TIME } from './nodes.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function notificationRepository(db: Db): NotificationRepository {
  return {
    async add(rows) {
      if (rows.length === 0) return;
      await db
        .insertInto('notifications')
        .values(rows.map((row) => ({ ...row, text: clean(row.text), by: clean(row.by) })))
        .onConflict((conflict) => conflict.columns(['routeId', 'entryId']).doNothing())
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRow(row);
    },

    async due(until, limit) {
      const rows = await db
        .selectFrom('notifications')
        .selectAll()
        .where('status', '=', 'pending')
        .where('dueAt', '<=', until)
        .orderBy('dueAt')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toRow);
    },

    async claim({ id, routeId, held }, now, lease) {
      const rows = await db
        .updateTable('notifications')
        .set({ claimedUntil: sql<number>`${SERVER_TIME} + ${lease}::double precision` })
        .where('status', '=', 'pending')
        .where(({ or, and, eb }) =>
          held
            ? or([eb('id', '=', id), and([eb('routeId', '=', routeId), eb('held', '=', true), eb('dueAt', '<=', now)])])
            : eb('id', '=', id),
        )
        .where(({ or, eb }) =>
          or([
            eb('claimedUntil', 'is', null),
            eb('claimedUntil', '<', SERVER_TIME),
            // Claimed for longer than anybody does: the server's clock was put back since.
            eb('claimedUntil', '>', sql<number>`${SERVER_TIME} + ${lease + MINUTE}::double precision`),
          ]),
        )
        .returningAll()
        .execute();
      return rows.map(toRow).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    },

    async sent(ids, at) {
      await db
        .updateTable('notifications')
        .set((eb) => ({ status: 'sent' as const, sentAt: at, claimedUntil: null, attempts: eb('attempts', '+', 1) }))
        .where(anyOf(ids))
        .where('status', '<>', 'sent')
        .execute();
    },

    async attemptFailed(ids, error, final) {
      await db
        .updateTable('notifications')
        .set((eb) => ({
          lastError: clean(error),
          claimedUntil: null,
          attempts: eb('attempts', '+', 1),
          ...(final && { status: 'failed' as const }),
        }))
        .where(anyOf(ids))
        .where('status', '=', 'pending')
        .execute();
    },

    async postpone(ids, dueAt) {
      await db
        .updateTable('notifications')
        .set({ dueAt, claimedUntil: null })
        .where(anyOf(ids))
        .where('status', '=', 'pending')
        .execute();
    },

    async retry(id, now) {
      const { numUpdatedRows } = await db
        .updateTable('notifications')
        .set({ status: 'pending', dueAt: now })
        .where('id', '=', id)
        .where('status', '=', 'failed')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    list(filter, page) {
      let query = db.selectFrom('notifications').selectAll();
      for (const name of ['status', 'ticketId', 'routeId'] as const) {
        const value = filter[name];
        if (value !== undefined) query = query.where(name, '=', value as NotificationStatus);
      }
      const order = { name: 'notifications', direction: 'desc', id: sql.ref<string>('id') } as const;
      return fetchPage(query, { ...order, key: sql.ref('createdAt'), keyOf: (row) => row.createdAt }, page, toRow);
    },

    async counts() {
      const rows = await db
        .selectFrom('notifications')
        .select(['status', sql<number>`count(*)::integer`.as('count')])
        .groupBy('status')
        .execute();
      const counts: Record<NotificationStatus, number> = { pending: 0, sent: 0, failed: 0 };
      for (const { status, count } of rows) counts[status] = count;
      return counts;
    },
  };
}

function anyOf(ids: readonly string[]) {
  return sql<boolean>`id = ANY(${ids})`;
}

function toRow({ claimedUntil: _, ...row }: Selectable<Tables['notifications']>): NotificationRow {
  return fromRow<NotificationRow>(row);
}
