import { sql } from 'kysely';
import type { Change, ChangeRepository, Changes } from '../../../ports/changes.ts';
import type { Db } from './schema.ts';

/**
 * A place is the snapshot (`pg_current_snapshot`) of a reading: whose transactions were over then, their changes have been
 * read, however late one ends that began earlier. After a single change of a reading the place is `from;to;position`: the
 * snapshots of the reading before and of that one, and how far it was gone through.
 */
export function changeRepository(db: Db): ChangeRepository {
  return {
    async place() {
      const { rows } = await sql<{ place: string }>`SELECT pg_current_snapshot()::text AS place`.execute(db);
      return rows[0]!.place;
    },

    async since(place, limit, until) {
      const start = readPlace(place);
      if (!start) return undefined;
      const rest = start.half && (await read(db, start.from, limit, start.half));
      if (start.half && !rest) return undefined;
      const next = await read(db, start.half?.to ?? start.from, limit, { to: until });
      if (!next || (rest?.changes.length ?? 0) + next.changes.length > limit) return undefined;
      return { place: next.place, changes: [...(rest?.changes ?? []), ...next.changes] };
    },

    async prune(before) {
      await sql`
        WITH old AS (DELETE FROM fettle.changes WHERE at < ${before} RETURNING transaction)
        INSERT INTO fettle.changes_pruned AS known (transaction)
        SELECT transaction FROM old ORDER BY transaction DESC LIMIT 1
        ON CONFLICT (one) DO UPDATE SET transaction = greatest(known.transaction, excluded.transaction)`.execute(db);
    },
  };
}

interface Found {
  readonly reached: string;
  /** Something since the place was pruned, or the place is none of this server. */
  readonly gone: boolean;
}
type Logged = Pick<Change, 'kind' | 'id' | 'assetId' | 'body'> & { readonly position: string };

/** What became visible between two snapshots; undefined where that is more than `limit`, or not known any more. */
async function read(
  db: Db,
  from: string,
  limit: number,
  { to, position = 0 }: { readonly to: string | undefined; readonly position?: number },
): Promise<Changes | undefined> {
  // One row at least, without a change where there was none.
  const { rows } = await sql<Found & (Logged | { readonly id: null })>`
    WITH asked AS (
      SELECT ${from}::pg_snapshot AS start, coalesce(${to ?? null}::pg_snapshot, pg_current_snapshot()) AS reached
    )
    SELECT asked.reached::text AS reached, found.*,
      greatest(pg_snapshot_xmax(asked.start), pg_snapshot_xmax(asked.reached)) > pg_snapshot_xmax(pg_current_snapshot())
        OR EXISTS (SELECT FROM fettle.changes_pruned WHERE transaction >= pg_snapshot_xmin(asked.start)) AS gone
    FROM asked LEFT JOIN LATERAL (
      SELECT * FROM (
        SELECT DISTINCT ON (kind, id) kind, id, asset_id, body, position::text AS position, position AS at
        FROM fettle.changes
        WHERE transaction >= pg_snapshot_xmin(asked.start) AND NOT pg_visible_in_snapshot(transaction, asked.start)
          AND pg_visible_in_snapshot(transaction, asked.reached) AND changes.position > ${position}
        ORDER BY kind, id, changes.position DESC
      ) AS last ORDER BY at LIMIT ${limit + 1}
    ) AS found ON true ORDER BY found.at`.execute(db);
  const { reached, gone } = rows[0]!;
  if (gone || rows.length > limit) return undefined;
  const changes = rows
    .filter((row): row is Found & Logged => row.id !== null)
    .map(({ kind, id, assetId, body, position }) => {
      return { kind, id, assetId, body, place: `${from};${reached};${position}` };
    });
  return { place: reached, changes };
}

interface Start {
  readonly from: string;
  /** How far the reading from there was gone through, where that is not the end of it. */
  readonly half?: { readonly to: string; readonly position: number };
}

const SNAPSHOT = /^\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?$/;

/** Undefined where it is none that was given out. */
function readPlace(place: string): Start | undefined {
  const [from = '', to, position = '', ...more] = place.split(';');
  if (!isSnapshot(from)) return undefined;
  if (to === undefined) return { from };
  if (more.length > 0 || !isSnapshot(to) || !/^\d{1,15}$/.test(position)) return undefined;
  return { from, half: { to, position: Number(position) } };
}

/** Whether the server reads it as one: what was under way lies between its bounds, in order. */
function isSnapshot(text: string): boolean {
  if (!SNAPSHOT.test(text)) return false;
  const [least, most, list] = text.split(':') as [string, string, string];
  const underWay = list === '' ? [] : list.split(',').map(BigInt);
  const [first, end] = [BigInt(least), BigInt(most)];
  return first > 0n && first <= end && underWay.every((id, at) => id < end && id >= (underWay[at - 1] ?? first));
}
