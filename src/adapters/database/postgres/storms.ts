import { type Selectable, sql } from 'kysely';
import type { Shutdown, StormScope } from '../../../domain/storm.ts';
import type { FindingRow } from '../../../ports/database.ts';
import type { Cleared, HeldFinding, RecentTicket, StormMember, StormRepository } from '../../../ports/storms.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function stormRepository(db: Db): StormRepository {
  return {
    async hold({ finding: { id, assetId, ruleId, start }, alike, heldAt, dueAt, parentId = null }) {
      const member = await db
        .updateTable('stormMembers')
        .set({ backAt: null })
        .where('findingId', '=', id)
        .where('leftAt', 'is', null)
        .executeTakeFirst();
      if (member.numUpdatedRows > 0n) return;
      await db
        .insertInto('heldFindings')
        .values({ findingId: id, assetId, ruleId, start, alike, heldAt, dueAt, parentId, backAt: null })
        .onConflict((conflict) => conflict.column('findingId').doUpdateSet({ backAt: null }))
        .execute();
    },

    async back(statement, at) {
      await heldOf(db, statement).set({ backAt: at }).where('backAt', 'is', null).execute();
      await membersOf(db, statement).set({ backAt: at }).where('backAt', 'is', null).execute();
    },

    async outAgain(statement, at) {
      const held = await heldOf(db, statement).set({ backAt: null }).executeTakeFirst();
      const members = await membersOf(db, statement).set({ backAt: null }).executeTakeFirst();
      if (held.numUpdatedRows + members.numUpdatedRows > 0n) return;
      const { assetId, ruleId, start } = statement;
      await sql`
        INSERT INTO fettle.held_findings (finding_id, asset_id, rule_id, start, alike, held_at, due_at)
        SELECT id, asset_id, rule_id, start, true, ${at}::double precision, ${at}::double precision FROM fettle.findings
        WHERE asset_id = ${assetId} AND rule_id = ${ruleId} AND start = ${start}::double precision
          AND change IN ('raised', 'escalated') AND retracted_at IS NULL AND dormant IS NULL
          AND (ticket_id IS NULL OR ticket_id IN (SELECT ticket_id FROM fettle.storms WHERE ended_at IS NOT NULL))
        ON CONFLICT (finding_id) DO NOTHING
      `.execute(db);
    },

    async retracted(findingId, at) {
      await db.deleteFrom('heldFindings').where('findingId', '=', findingId).execute();
      await db
        .updateTable('stormMembers')
        .set({ backAt: at })
        .where('findingId', '=', findingId)
        .where('leftAt', 'is', null)
        .where('backAt', 'is', null)
        .execute();
    },

    async lock() {
      await sql`SELECT pg_advisory_xact_lock(hashtext('fettle.storms'))`.execute(db);
    },

    async held() {
      const rows = await db.selectFrom('heldFindings').selectAll().orderBy('heldAt').orderBy('findingId').execute();
      return withFindings(
        db,
        rows,
        ({ alike, heldAt, dueAt, parentId, backAt }): Omit<HeldFinding, 'finding'> => ({
          ...fromRow<Pick<HeldFinding, 'parentId' | 'backAt'>>({ parentId, backAt }),
          alike,
          heldAt,
          dueAt,
        }),
      );
    },

    async release(findingId) {
      const gone = await db
        .deleteFrom('heldFindings')
        .where('findingId', '=', findingId)
        .where('backAt', 'is', null)
        .executeTakeFirst();
      return gone.numDeletedRows > 0n;
    },

    async heardThrough(brokers) {
      await sql`
        INSERT INTO fettle.asset_brokers (asset_id, broker_id)
        SELECT * FROM unnest(${[...brokers.keys()]}::text[], ${[...brokers.values()]}::text[]) ORDER BY 1
        ON CONFLICT (asset_id) DO UPDATE SET broker_id = excluded.broker_id
        WHERE asset_brokers.broker_id <> excluded.broker_id
      `.execute(db);
    },

    async brokers() {
      const rows = await db.selectFrom('assetBrokers').selectAll().execute();
      return new Map(rows.map(({ assetId, brokerId }) => [assetId, brokerId]));
    },

    async forget(findingIds) {
      await db
        .deleteFrom('heldFindings')
        .where('findingId', '=', anyOf(findingIds))
        .where('backAt', 'is not', null)
        .execute();
    },

    async ongoing() {
      const rows = await db.selectFrom('storms').selectAll().where('endedAt', 'is', null).orderBy('ticketId').execute();
      return rows.map(({ ticketId, scopeKind, scopeId }) => ({ ticketId, scope: { kind: scopeKind, id: scopeId } }));
    },

    async begin({ ticketId, scope }) {
      const same = await db
        .selectFrom('storms')
        .select('ticketId')
        .where('scopeKind', '=', scope.kind)
        .where('scopeId', '=', scope.id)
        .where('endedAt', 'is', null)
        .executeTakeFirst();
      if (same) return false;
      await db
        .insertInto('storms')
        .values({ ticketId, ...scopeColumns(scope), endedAt: null })
        .onConflict((conflict) => conflict.column('ticketId').doUpdateSet({ ...scopeColumns(scope), endedAt: null }))
        .execute();
      return true;
    },

    async sizeOf(ticketId) {
      const { rows } = await sql<{ assets: number; out: number }>`
        SELECT count(DISTINCT asset_id)::integer AS assets,
          (count(DISTINCT asset_id) FILTER (WHERE back_at IS NULL))::integer AS out
        FROM fettle.storm_members WHERE ticket_id = ${ticketId}
      `.execute(db);
      return rows[0]!;
    },

    async widen(ticketId, scope) {
      await db.updateTable('storms').set(scopeColumns(scope)).where('ticketId', '=', ticketId).execute();
    },

    async join(ticketId, findingIds, at) {
      await sql`
        WITH gone AS (
          DELETE FROM fettle.held_findings WHERE finding_id = ANY(${findingIds}::text[])
          RETURNING finding_id, asset_id, rule_id, start, back_at
        ), joined AS (
          INSERT INTO fettle.storm_members AS known (ticket_id, finding_id, asset_id, rule_id, start, joined_at, back_at)
          SELECT ${ticketId}, finding_id, asset_id, rule_id, start, ${at}::double precision, back_at FROM gone
          ON CONFLICT (ticket_id, finding_id) DO UPDATE SET back_at = excluded.back_at, left_at = NULL
        )
        UPDATE fettle.findings SET ticket_id = ${ticketId} WHERE id IN (SELECT finding_id FROM gone)
      `.execute(db);
    },

    async members(ticketId) {
      const rows = await db
        .selectFrom('stormMembers')
        .selectAll()
        .where('ticketId', '=', ticketId)
        .orderBy('joinedAt')
        .orderBy('findingId')
        .execute();
      return withFindings(
        db,
        rows,
        ({ joinedAt, backAt, leftAt }): Omit<StormMember, 'finding'> => ({
          ...fromRow<Pick<StormMember, 'backAt' | 'leftAt'>>({ backAt, leftAt }),
          joinedAt,
        }),
      );
    },

    async end(ticketId, at) {
      await db.updateTable('storms').set({ endedAt: at }).where('ticketId', '=', ticketId).execute();
      await db
        .updateTable('stormMembers')
        .set({ leftAt: at })
        .where('ticketId', '=', ticketId)
        .where('leftAt', 'is', null)
        .execute();
    },

    async ticketsSince(since) {
      const { rows } = await sql<RecentTicket>`
        SELECT id, asset_id AS "assetId", component_id AS "componentId", failure_mode_id AS "failureModeId",
          coalesce(evidence ->> 'kind' = 'silence', false) AS "isSilence"
        FROM fettle.tickets
        WHERE opened_at >= ${since}::double precision AND status NOT IN ('closed', 'cancelled') AND storm IS NULL
      `.execute(db);
      return rows;
    },

    async inMaintenance(at) {
      const { rows } = await sql<{ assetId: string }>`
        SELECT DISTINCT asset_id AS "assetId" FROM fettle.asset_events AS e
        WHERE event ->> 'type' = 'maintenance' AND at <= ${at}::double precision
          AND CASE WHEN event ->> 'until' IS NOT NULL THEN (event ->> 'until')::double precision > ${at}::double precision
            -- Only an open one is ended by the next.
            ELSE NOT EXISTS (
              SELECT 1 FROM fettle.asset_events AS later
              WHERE later.asset_id = e.asset_id AND later.event ->> 'type' = 'maintenance'
                AND (later.at, later.id) > (e.at, e.id) AND later.at <= ${at}::double precision
            ) END
      `.execute(db);
      return rows.map(({ assetId }) => assetId);
    },

    async addShutdown({ id, siteId, from, to, note, by, recordedAt }) {
      const text = note === undefined ? null : clean(note);
      const row = { id, siteId, startsAt: from, endsAt: to, note: text, by, recordedAt };
      await db.insertInto('siteShutdowns').values(row).execute();
    },

    async endShutdown(id, at) {
      const removed = await db
        .deleteFrom('siteShutdowns')
        .where('id', '=', id)
        .where('startsAt', '>=', at)
        .executeTakeFirst();
      const ended = await db
        .updateTable('siteShutdowns')
        .set({ endsAt: at })
        .where('id', '=', id)
        .where('endsAt', '>', at)
        .executeTakeFirst();
      return removed.numDeletedRows + ended.numUpdatedRows > 0n;
    },

    async shutdownsSince(since) {
      const rows = await db
        .selectFrom('siteShutdowns')
        .selectAll()
        .where('endsAt', '>', since)
        .orderBy('startsAt')
        .orderBy('id')
        .execute();
      return rows.map(toShutdown);
    },

    shutdowns(siteId, page) {
      const query = db.selectFrom('siteShutdowns').selectAll().where('siteId', '=', siteId);
      const order = {
        name: 'shutdowns',
        direction: 'desc',
        id: sql.ref<string>('id'),
        key: sql.ref('startsAt'),
        keyOf: ({ startsAt }: Selectable<Tables['siteShutdowns']>) => startsAt,
      } as const;
      return fetchPage(query, order, page, toShutdown);
    },
  };
}

function heldOf(db: Db, { assetId, ruleId, start }: Cleared) {
  return db
    .updateTable('heldFindings')
    .where('assetId', '=', assetId)
    .where('ruleId', '=', ruleId)
    .where('start', '=', start);
}

function membersOf(db: Db, { assetId, ruleId, start }: Cleared) {
  return db
    .updateTable('stormMembers')
    .where('assetId', '=', assetId)
    .where('ruleId', '=', ruleId)
    .where('start', '=', start)
    .where('leftAt', 'is', null);
}

function scopeColumns({ kind, id }: StormScope) {
  return { scopeKind: kind, scopeId: id };
}

function anyOf(ids: readonly string[]) {
  return sql<string>`ANY(${ids}::text[])`;
}

async function withFindings<R extends { findingId: string }, T>(db: Db, rows: readonly R[], of: (row: R) => T) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ findingId }) => findingId);
  const found = await db.selectFrom('findings').selectAll().where('id', '=', anyOf(ids)).execute();
  const byId = new Map(found.map((row) => [row.id, fromRow<FindingRow>(row)]));
  return rows.map((row) => ({ ...of(row), finding: byId.get(row.findingId)! }));
}

function toShutdown({ startsAt, endsAt, note, ...row }: Selectable<Tables['siteShutdowns']>): Shutdown {
  return { ...row, from: startsAt, to: endsAt, ...(note !== null && { note }) };
}
