import { type Selectable, sql } from 'kysely';
import type { Timer, TimerRepository } from '../../../ports/timers.ts';
import type { Db, Tables } from './schema.ts';

export function timerRepository(db: Db): TimerRepository {
  const waiting = () => db.selectFrom('timers').selectAll().where('firedAt', 'is', null);

  return {
    async set(ticketId, timers, now) {
      const kinds = timers.map(({ kind }) => kind);
      await db
        .deleteFrom('timers')
        .where('ticketId', '=', ticketId)
        .where('firedAt', 'is', null)
        .where(sql<boolean>`kind <> ALL(${kinds})`)
        .execute();
      if (timers.length === 0) return [];
      const rows = await db
        .insertInto('timers')
        .values(timers.map(({ id, kind, dueAt }) => ({ id, ticketId, kind, dueAt })))
        .onConflict((conflict) =>
          conflict
            .columns(['ticketId', 'kind'])
            .doUpdateSet(({ ref }) => ({ id: ref('excluded.id'), dueAt: ref('excluded.dueAt'), firedAt: null }))
            .whereRef('timers.dueAt', '<>', 'excluded.dueAt')
            .where(({ or, eb, ref }) => or([eb('timers.firedAt', 'is', null), eb(ref('excluded.dueAt'), '>', now)])),
        )
        .returningAll()
        .execute();
      return rows.map(toTimer);
    },

    async of(ticketId) {
      const rows = await waiting().where('ticketId', '=', ticketId).orderBy('dueAt').orderBy('kind').execute();
      return rows.map(toTimer);
    },

    async due(until, limit) {
      const rows = await waiting().where('dueAt', '<=', until).orderBy('dueAt').orderBy('id').limit(limit).execute();
      return rows.map(toTimer);
    },

    async get(id) {
      const row = await waiting().where('id', '=', id).executeTakeFirst();
      return row && toTimer(row);
    },

    async fire(id, now) {
      const { numUpdatedRows } = await db
        .updateTable('timers')
        .set({ firedAt: now })
        .where('id', '=', id)
        .where('firedAt', 'is', null)
        .where('dueAt', '<=', now)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

function toTimer({ id, ticketId, kind, dueAt }: Selectable<Tables['timers']>): Timer {
  return { id, ticketId, kind, dueAt };
}
