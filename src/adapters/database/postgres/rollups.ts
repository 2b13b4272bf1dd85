import { sql } from 'kysely';
import type { RollupRepository } from '../../../ports/rollups.ts';
import type { Db } from './schema.ts';

export function rollupRepository(db: Db): RollupRepository {
  return {
    async mark(days, at) {
      if (days.length === 0) return;
      await sql`
        INSERT INTO fettle.rollup_due AS known (asset_id, day, marked_at)
        SELECT DISTINCT asset_id, day, ${at}::double precision
        FROM unnest(${days.map(({ assetId }) => assetId)}::text[], ${days.map(({ day }) => day)}::double precision[])
          AS marked (asset_id, day)
        ORDER BY asset_id, day
        ON CONFLICT (asset_id, day) DO UPDATE SET
          marked_at = greatest(known.marked_at, excluded.marked_at), revision = excluded.revision
      `.execute(db);
    },

    due: (quietSince, limit) =>
      db
        .selectFrom('rollupDue')
        .select(['assetId', 'day', 'revision'])
        .where('markedAt', '<=', quietSince)
        .orderBy('day')
        .orderBy('assetId')
        .limit(limit)
        .execute(),

    async done(days) {
      if (days.length === 0) return;
      await sql`
        DELETE FROM fettle.rollup_due AS due
        USING unnest(${days.map(({ assetId }) => assetId)}::text[], ${days.map(({ day }) => day)}::double precision[],
          ${days.map(({ revision }) => revision)}::double precision[]) AS done (asset_id, day, revision)
        WHERE due.asset_id = done.asset_id AND due.day = done.day AND due.revision = done.revision
      `.execute(db);
    },

    async stateOf(assetId) {
      const { rows } = await sql<{ rolledTo: number | null; due: number[] }>`
        SELECT (SELECT rolled_to FROM fettle.rollup_progress) AS rolled_to,
          ARRAY(SELECT day FROM fettle.rollup_due WHERE asset_id = ${assetId} ORDER BY day) AS due
      `.execute(db);
      const { rolledTo, due } = rows[0]!;
      return { due, ...(rolledTo !== null && { rolledTo }) };
    },

    async progress() {
      const { rows } = await sql<{ rolledTo: number | null; daysDue: string }>`
        SELECT (SELECT rolled_to FROM fettle.rollup_progress) AS rolled_to, count(*) AS days_due FROM fettle.rollup_due
      `.execute(db);
      const { rolledTo, daysDue } = rows[0]!;
      return { daysDue: Number(daysDue), ...(rolledTo !== null && { rolledTo }) };
    },

    async claim(holder, lease) {
      const { rows } = await sql<{ rolledTo: number | null }>`
        INSERT INTO fettle.rollup_progress AS known (holder, held_until)
        VALUES (${holder}, clock_timestamp() + ${lease}::double precision * interval '1 ms')
        ON CONFLICT (single) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
        WHERE known.holder IS NULL OR known.holder = excluded.holder OR known.held_until < clock_timestamp()
          -- Held for longer than anybody does: the clock was put back since.
          OR known.held_until > excluded.held_until + interval '1 minute'
        RETURNING rolled_to
      `.execute(db);
      const row = rows[0];
      return row && { ...(row.rolledTo !== null && { rolledTo: row.rolledTo }) };
    },

    async renew(holder, lease) {
      const renewed = await db
        .updateTable('rollupProgress')
        .set({ heldUntil: sql<Date>`clock_timestamp() + ${lease}::double precision * interval '1 ms'` })
        .where('holder', '=', holder)
        .executeTakeFirst();
      return renewed.numUpdatedRows === 1n;
    },

    async moveTo(holder, rolledTo) {
      const moved = await db
        .updateTable('rollupProgress')
        .set({ rolledTo })
        .where('holder', '=', holder)
        .executeTakeFirst();
      return moved.numUpdatedRows === 1n;
    },

    async release(holder) {
      await db
        .updateTable('rollupProgress')
        .set({ holder: null, heldUntil: null })
        .where('holder', '=', holder)
        .execute();
    },
  };
}
