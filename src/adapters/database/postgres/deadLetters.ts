import { sql } from 'kysely';
import type { RejectionReason } from '../../../domain/sample.ts';
import type { DeadLetter, DeadLetterGroup, DeadLetterRepository } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db, Row } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function deadLetterRepository(db: Db): DeadLetterRepository {
  return {
    add: (rows) => add(db, rows),

    async get(id) {
      const row = await db.selectFrom('deadLetters').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toDeadLetter(row);
    },

    async getAll(ids) {
      if (ids.length === 0) return [];
      const rows = await db.selectFrom('deadLetters').selectAll().where('id', 'in', ids).execute();
      return rows.map(toDeadLetter);
    },

    groups: (reason, newest, samples) => groups(db, reason, newest, samples),

    list(filter, page) {
      let query = db.selectFrom('deadLetters').selectAll();
      if (filter.reason !== undefined) query = query.where('reason', '=', filter.reason as RejectionReason);
      if (filter.assetId !== undefined) query = query.where('assetId', '=', filter.assetId);
      if (filter.topic !== undefined) query = query.where('topic', '=', clean(filter.topic));
      return fetchPage(
        query,
        { name: 'dead letters', direction: 'desc', id: sql.ref('id'), key: sql.ref('at'), keyOf: (row) => row.at },
        page,
        toDeadLetter,
      );
    },

    async discard(id) {
      const { numDeletedRows } = await db.deleteFrom('deadLetters').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async countByReason() {
      const rows = await db
        .selectFrom('deadLetters')
        .select(['reason', sql<number>`count(*)::integer`.as('count')])
        .groupBy('reason')
        .execute();
      return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
    },

    async prune(keep) {
      const { numAffectedRows } = await sql`
        DELETE FROM fettle.dead_letters WHERE (at, id) <= (
          SELECT at, id FROM fettle.dead_letters ORDER BY at DESC, id DESC OFFSET ${keep} LIMIT 1
        )
      `.execute(db);
      return Number(numAffectedRows ?? 0n);
    },
  };
}

type GroupRow = Row<Omit<DeadLetterGroup, 'newest'>> & {
  readonly ids: readonly string[];
  readonly times: readonly number[];
};

async function groups(db: Db, reason: RejectionReason, newest: number, samples: number): Promise<DeadLetterGroup[]> {
  const { rows } = await sql<GroupRow>`
    WITH newest AS (
      SELECT id, at, source_id, topic, asset_id, metric FROM fettle.dead_letters
      WHERE reason = ${reason} ORDER BY at DESC, id DESC LIMIT ${newest}
    )
    SELECT source_id, topic, asset_id, metric, count(*)::integer AS count, min(at) AS first_at, max(at) AS last_at,
      (array_agg(id ORDER BY at DESC, id DESC))[1:${samples}::integer] AS ids,
      (array_agg(at ORDER BY at DESC, id DESC))[1:${samples}::integer] AS times
    FROM newest GROUP BY source_id, topic, asset_id, metric
    ORDER BY count DESC, topic, asset_id, metric, source_id
  `.execute(db);
  return rows.map(({ ids, times, ...group }) => ({
    ...fromRow<Omit<DeadLetterGroup, 'newest'>>(group),
    newest: ids.map((id, at) => ({ id, at: times[at]! })),
  }));
}

function toDeadLetter(row: Row<DeadLetter>): DeadLetter {
  const { buffer, byteOffset, byteLength } = row.payload;
  // The driver gives a Buffer; the port says plain bytes.
  return { ...fromRow<DeadLetter>(row), payload: new Uint8Array(buffer, byteOffset, byteLength) };
}

async function add(db: Db, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  const texts = (textOf: (letter: DeadLetter) => string | undefined) =>
    letters.map((letter) => {
      const text = textOf(letter);
      return text === undefined ? null : clean(text);
    });
  await sql`
    INSERT INTO fettle.dead_letters
      (id, at, source_id, topic, reason, detail, asset_id, metric, payload, payload_bytes)
    SELECT * FROM unnest(
      ${letters.map(({ id }) => id)}::text[],
      ${letters.map(({ at }) => at)}::double precision[],
      ${texts(({ sourceId }) => sourceId)}::text[],
      ${texts(({ topic }) => topic)}::text[],
      ${letters.map(({ reason }) => reason)}::text[],
      ${texts(({ detail }) => detail)}::text[],
      ${texts(({ assetId }) => assetId)}::text[],
      ${texts(({ metric }) => metric)}::text[],
      ${letters.map(({ payload }) => Buffer.from(payload))}::bytea[],
      ${letters.map(({ payloadBytes }) => payloadBytes)}::integer[]
    )
    ON CONFLICT (id) DO NOTHING
  `.execute(db);
}
