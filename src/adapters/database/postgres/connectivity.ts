import { sql } from 'kysely';
import { afterReport, type Connectivity } from '../../../domain/connectivity.ts';
import type { ConnectivityRepository } from '../../../ports/connectivity.ts';
import type { Db } from './schema.ts';
import { atomically, NOW } from './values.ts';

const COLUMNS = ['assetId', 'state', 'since', 'by', 'retained', 'asOf'] as const;

export function connectivityRepository(db: Db): ConnectivityRepository {
  return {
    report: (reports) => atomically(db, (tx) => report(tx, reports)),

    of: (assetIds) =>
      db
        .selectFrom('connectivity')
        .select(COLUMNS)
        .where(sql<boolean>`asset_id = ANY(${assetIds}::text[])`)
        .orderBy('assetId')
        .execute(),

    async changedSince(from) {
      const { rows } = await sql<{ now: number }>`SELECT ${NOW} AS now`.execute(db);
      const changed = await db.selectFrom('connectivity').select(COLUMNS).where('updatedAt', '>=', from).execute();
      return { now: rows[0]!.now, rows: changed };
    },
  };
}

/** Rows are made before they are locked, so that of two nodes that speak of a new asset one waits for the other. */
async function report(tx: Db, reports: Parameters<ConnectivityRepository['report']>[0]): Promise<void> {
  const first = new Map<string, Connectivity>();
  for (const one of reports) if (!first.has(one.assetId)) first.set(one.assetId, afterReport(undefined, one));
  if (first.size === 0) return;
  const ids = [...first.keys()].sort();
  await sql`
    INSERT INTO fettle.connectivity (asset_id, state, since, by, retained, as_of)
    SELECT * FROM ${unnest(ids.map((id) => first.get(id)!))} ON CONFLICT DO NOTHING
  `.execute(tx);
  const before = await tx
    .selectFrom('connectivity')
    .select(COLUMNS)
    .where(sql<boolean>`asset_id = ANY(${ids}::text[])`)
    .orderBy('assetId')
    .forUpdate()
    .execute();
  const known = new Map<string, Connectivity>(before.map((row) => [row.assetId, row]));
  for (const one of reports) known.set(one.assetId, afterReport(known.get(one.assetId), one));
  await sql`
    UPDATE fettle.connectivity AS known
    SET state = said.state, since = said.since, by = said.by, retained = said.retained, as_of = said.as_of,
      updated_at = ${NOW}
    FROM ${unnest(ids.map((id) => known.get(id)!))} AS said (asset_id, state, since, by, retained, as_of)
    WHERE known.asset_id = said.asset_id
  `.execute(tx);
}

function unnest(rows: readonly Connectivity[]) {
  const column = <K extends keyof Connectivity>(name: K) => rows.map((row) => row[name]);
  return sql`unnest(${column('assetId')}::text[], ${column('state')}::text[], ${column('since')}::double precision[],
    ${column('by')}::text[], ${column('retained')}::boolean[], ${column('asOf')}::double precision[])`;
}
