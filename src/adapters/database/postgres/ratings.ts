import { sql } from 'kysely';
import type { Rating, RatingRepository } from '../../../ports/outcomes.ts';
import type { Db } from './schema.ts';
import { clean, fromRow, json } from './values.ts';

const SECRET = 'rating-secret';

export function ratingRepository(db: Db): RatingRepository {
  return {
    async save({ ticketId, score, comment, at, taskId = null }) {
      const values = { score, comment: comment === undefined ? null : clean(comment), at };
      await db
        .insertInto('ratings')
        .values({ ticketId, ...values, taskId })
        .onConflict((conflict) =>
          conflict.column('ticketId').doUpdateSet({
            ...values,
            taskId: sql<string | null>`coalesce(excluded.task_id, ratings.task_id)`,
          }),
        )
        .execute();
    },

    async get(ticketId) {
      const row = await db.selectFrom('ratings').selectAll().where('ticketId', '=', ticketId).executeTakeFirst();
      return row && fromRow<Rating>(row);
    },

    async secret(fresh) {
      await db
        .insertInto('settings')
        .values({ name: SECRET, value: json(fresh) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await db.selectFrom('settings').select('value').where('name', '=', SECRET).executeTakeFirstOrThrow();
      return row.value as string;
    },
  };
}
