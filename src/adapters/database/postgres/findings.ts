import { sql } from 'kysely';
import { monotonicFactory } from 'ulid';
import { type Finding, statementKey } from '../../../domain/finding.ts';
import { DAY, type Timestamp } from '../../../domain/time.ts';
import type { FindingRepository, FindingRow } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db } from './schema.ts';
import { fromRow, json, jsonOrNull } from './values.ts';

const newId = monotonicFactory();

export function findingRepository(db: Db): FindingRepository {
  const standing = () =>
    db
      .selectFrom('findings')
      .selectAll()
      .where('change', 'in', ['raised', 'escalated'])
      .where('retractedAt', 'is', null)
      .orderBy('id');
  return {
    record: (finding, at) => record(db, finding, at),

    async attach(id, ticketId) {
      await db.updateTable('findings').set({ ticketId }).where('id', '=', id).execute();
    },

    async activeOf(ticketId) {
      const rows = await standing()
        .where('ticketId', '=', ticketId)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('findings as later')
                .select('later.id')
                .whereRef('later.assetId', '=', 'findings.assetId')
                .whereRef('later.ruleId', '=', 'findings.ruleId')
                .whereRef('later.start', '=', 'findings.start')
                .whereRef('later.time', '>=', 'findings.time')
                .where('later.change', 'in', ['cleared', 'reset'])
                .where('later.retractedAt', 'is', null),
            ),
          ),
        )
        .execute();
      return rows.map((row) => fromRow<FindingRow>(row));
    },

    async recordedAfter(assetId, after) {
      const rows = await db
        .selectFrom('findings')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('time', '>', after)
        .where('change', '!=', 'updated')
        .where('retractedAt', 'is', null)
        .orderBy('id')
        .execute();
      return rows.map((row) => fromRow<FindingRow>(row));
    },

    async beyondStates() {
      const rows = await db
        .selectFrom('assets')
        .innerJoin('findings', 'findings.assetId', 'assets.id')
        .leftJoin('states', 'states.assetId', 'assets.id')
        .selectAll('findings')
        .where('findings.change', '!=', 'updated')
        .where('findings.retractedAt', 'is', null)
        .where(sql<boolean>`findings.time > coalesce(states.time - ${DAY}::double precision, '-Infinity')`)
        .where(
          sql<boolean>`(states.time IS NULL OR findings.time > states.time OR findings.recorded_at >= (
            SELECT updated_at FROM fettle.asset_status WHERE asset_status.asset_id = assets.id))`,
        )
        .orderBy('findings.assetId')
        .orderBy('findings.id')
        .execute();
      return rows.map((row) => fromRow<FindingRow>(row));
    },

    async promote(assetId, ruleId, start) {
      const observed = await db
        .selectFrom('findings')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('ruleId', '=', ruleId)
        .where('start', '=', start)
        .where('change', '=', 'raised')
        .where('dormant', '=', 'observed')
        .forUpdate()
        .executeTakeFirst();
      if (!observed) return undefined;
      const key = statementKey(observed);
      const counting = await db.selectFrom('findings').select('id').where('key', '=', key).executeTakeFirst();
      if (counting) return undefined;
      const row = await db
        .updateTable('findings')
        .set({ key, dormant: null })
        .where('id', '=', observed.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return fromRow<FindingRow>(row);
    },

    async retract(id, at) {
      await db.updateTable('findings').set({ retractedAt: at }).where('id', '=', id).execute();
    },

    list(filter, page) {
      let query = db.selectFrom('findings').selectAll();
      if (filter.assetId !== undefined) query = query.where('assetId', '=', filter.assetId);
      if (filter.componentId !== undefined) query = query.where('componentId', '=', filter.componentId);
      if (filter.ruleId !== undefined) query = query.where('ruleId', '=', filter.ruleId);
      if (filter.ticketId !== undefined) query = query.where('ticketId', '=', filter.ticketId);
      if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity);
      const order = { name: 'findings', direction: 'desc', id: sql.ref<string>('id') } as const;
      return fetchPage(query, order, page, (row) => fromRow<FindingRow>(row));
    },
  };
}

async function record(db: Db, finding: Finding, at: Timestamp): Promise<FindingRow | undefined> {
  const statement = {
    ruleVersion: finding.ruleVersion,
    time: finding.time,
    window: json(finding.window),
    evidence: json(finding.evidence),
    forecast: jsonOrNull(finding.forecast),
    dormant: finding.dormant ?? null,
  };
  const known = await db
    .selectFrom('findings')
    .select(['id', 'retractedAt'])
    .where('key', '=', finding.key)
    .forUpdate()
    .executeTakeFirst();
  const row = known
    ? await db
        .updateTable('findings')
        .set({ ...statement, retractedAt: null })
        .where('id', '=', known.id)
        .returningAll()
        .executeTakeFirst()
    : await db
        .insertInto('findings')
        .values({
          id: newId(Math.floor(at)),
          recordedAt: at,
          key: finding.key,
          assetId: finding.assetId,
          componentId: finding.componentId,
          failureModeId: finding.failureModeId,
          ruleId: finding.ruleId,
          change: finding.change,
          severity: finding.severity,
          start: finding.start,
          ...statement,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returningAll()
        .executeTakeFirst();
  const isNews = !known || known.retractedAt !== null;
  return row && isNews ? fromRow<FindingRow>(row) : undefined;
}
