import { sql } from 'kysely';
import { type Duration, SECOND } from '../../../domain/time.ts';
import type { Claimant, NotedAsset, ShardClaim, ShardRepository } from '../../../ports/shards.ts';
import type { Db } from './schema.ts';
import { fromRow, NOW } from './values.ts';

/** A node that says nothing for so long within a claim is cut off or stands still: the server takes the claim back. */
const SILENT_FOR: Duration = 30 * SECOND;

export function shardRepository(db: Db): ShardRepository {
  return {
    claim: (by) => claim(db, by),

    async beat() {
      await sql`SELECT 1`.execute(db);
    },

    noted: (shard, limit, without) => noted(db, shard, limit, without),

    async withSamples(shard) {
      const notes = db.selectFrom('refoldNotes').select('assetId').distinct();
      const rows = await notes.where('shard', '=', shard).where('latest', 'is not', null).execute();
      return rows.map(({ assetId }) => assetId);
    },

    async ticked(shard, every) {
      await sql`UPDATE fettle.shards SET tick_due = ${NOW} + ${every} WHERE shard = ${shard}`.execute(db);
    },

    // A claimed shard is left to the next time: its row is locked.
    async pullIn(span) {
      await sql`
        UPDATE fettle.shards SET tick_due = ${NOW} WHERE shard IN (
          SELECT shard FROM fettle.shards WHERE tick_due > ${NOW} + ${span}::double precision FOR UPDATE SKIP LOCKED
        )
      `.execute(db);
      await sql`
        UPDATE fettle.refold_notes SET due_at = ${NOW} WHERE due_at > ${NOW} + ${span}::double precision
      `.execute(db);
    },

    async outstanding(span) {
      const { rows } = await sql<{ notes: number }>`
        SELECT count(*)::integer AS notes FROM fettle.refold_notes WHERE due_at <= ${NOW} + ${span}
      `.execute(db);
      return rows[0]!.notes;
    },

    async lags() {
      const { rows } = await sql<{ lag: Duration }>`
        SELECT greatest(0, ${NOW} - coalesce(min(due_at), 'Infinity')) AS lag
        FROM fettle.shards LEFT JOIN fettle.refold_notes USING (shard)
        GROUP BY shard ORDER BY shard
      `.execute(db);
      return rows.map(({ lag }) => lag);
    },

    async byNode() {
      const { rows } = await sql<{ node: string; shards: number; lag: Duration }>`
        SELECT node, count(DISTINCT shard)::integer AS shards,
          greatest(0, ${NOW} - coalesce(min(due_at), 'Infinity')) AS lag
        FROM fettle.shards LEFT JOIN fettle.refold_notes USING (shard)
        WHERE node IS NOT NULL GROUP BY node
      `.execute(db);
      return new Map(rows.map(({ node, shards, lag }) => [node, { shards, lag }]));
    },
  };
}

/**
 * Locks the row of the shard that has been due longest. Rows that others have locked are passed over; one that changed
 * hands a moment ago is looked at again as it is now.
 */
async function claim(db: Db, { node, session, patience, without, resting }: Claimant): Promise<ShardClaim | undefined> {
  const { rows } = await sql<{ shard: number; session: string | null; tickDue: boolean }>`
    SELECT shards.shard, shards.session, shards.tick_due <= clock.now AS tick_due,
      set_config('idle_in_transaction_session_timeout', ${String(SILENT_FOR)}, true)
    FROM fettle.shards
    CROSS JOIN (SELECT ${NOW} AS now) AS clock
    CROSS JOIN LATERAL (
      SELECT min(due_at) AS due_at FROM fettle.refold_notes AS note
      WHERE note.shard = shards.shard AND note.asset_id <> ALL(${without}::text[])
    ) AS notes
    WHERE least(notes.due_at, shards.tick_due) <= clock.now -
      CASE WHEN shards.session IS NULL OR shards.session = ${session} THEN 0 ELSE ${patience}::double precision END
      AND shards.shard <> ALL(${resting}::smallint[])
    ORDER BY least(notes.due_at, shards.tick_due)
    LIMIT 1
    FOR UPDATE OF shards SKIP LOCKED
  `.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  const kept = row.session === session;
  if (!kept) await db.updateTable('shards').set({ node, session }).where('shard', '=', row.shard).execute();
  return { shard: row.shard, kept, tickDue: row.tickDue };
}

async function noted(db: Db, shard: number, limit: number, without: readonly string[]): Promise<NotedAsset[]> {
  const { rows } = await sql<{
    assetId: string;
    refoldFrom: number | null;
    earliest: number | null;
    latest: number | null;
    revisions: number[];
  }>`
    SELECT asset_id, min(earliest) FILTER (WHERE latest IS NULL) AS refold_from,
      min(earliest) FILTER (WHERE latest IS NOT NULL) AS earliest, max(latest) AS latest,
      array_agg(revision) AS revisions
    FROM fettle.refold_notes
    WHERE shard = ${shard} AND due_at <= ${NOW} AND asset_id <> ALL(${without}::text[])
    GROUP BY asset_id ORDER BY min(due_at), asset_id LIMIT ${limit}
  `.execute(db);
  return rows.map((row) => fromRow<NotedAsset>(row));
}
