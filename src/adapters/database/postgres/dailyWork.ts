import { sql } from 'kysely';
import type { DailyWorkRepository } from '../../../ports/dailyWork.ts';
import type { Db } from './schema.ts';

export function dailyWorkRepository(db: Db): DailyWorkRepository {
  const end = (work: string, holder: string, doneDay?: number) =>
    db
      .updateTable('dailyWork')
      .set({ holder: null, heldUntil: null, ...(doneDay !== undefined && { doneDay }) })
      .where('work', '=', work)
      .where('holder', '=', holder)
      .execute();

  return {
    async claim(work, day, holder, lease) {
      const { rows } = await sql`
        INSERT INTO fettle.daily_work AS known (work, holder, held_until)
        VALUES (${work}, ${holder}, clock_timestamp() + ${lease}::double precision * interval '1 ms')
        ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
        WHERE known.done_day IS DISTINCT FROM ${day}::double precision
          AND (known.holder IS NULL OR known.holder = excluded.holder OR known.held_until < clock_timestamp()
            -- Held for longer than anybody does: the clock was put back since.
            OR known.held_until > excluded.held_until + interval '1 minute')
        RETURNING work
      `.execute(db);
      return rows.length === 1;
    },

    async renew(work, holder, lease) {
      const renewed = await db
        .updateTable('dailyWork')
        .set({ heldUntil: sql<Date>`clock_timestamp() + ${lease}::double precision * interval '1 ms'` })
        .where('work', '=', work)
        .where('holder', '=', holder)
        .executeTakeFirst();
      return renewed.numUpdatedRows === 1n;
    },

    async done(work, day, holder) {
      await end(work, holder, day);
    },

    async release(work, holder) {
      await end(work, holder);
    },
  };
}
