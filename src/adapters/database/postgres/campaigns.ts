import { type Insertable, sql, type Updateable } from 'kysely';
import type { AlikeCount, Campaign, CampaignScope } from '../../../domain/campaign.ts';
import type { CampaignRepository } from '../../../ports/campaigns.ts';
import { StaleVersionError } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db, Row, Tables } from './schema.ts';
import { clean, fromRow, json } from './values.ts';

/** Of tickets `t`: sudden faults. */
const SUDDEN = sql`t.storm IS NULL AND t.origin <> 'plan' AND t.status NOT IN ('proposed', 'cancelled')
  AND coalesce(t.evidence ->> 'kind', '') NOT IN ('usage', 'calendar', 'installation-unknown')
  AND coalesce(t.closing ->> 'outcome', '') NOT IN ('no-fault-found', 'cleared-unconfirmed')`;

export function campaignRepository(db: Db): CampaignRepository {
  const ids = async (query: { execute(db: Db): Promise<{ rows: { id: string }[] }> }) =>
    (await query.execute(db)).rows.map(({ id }) => id);

  return {
    async lock() {
      await sql`SELECT pg_advisory_xact_lock(hashtext('fettle.campaigns'))`.execute(db);
    },

    async affectedSince(since) {
      const { rows } = await sql<Omit<AlikeCount, 'assets'>>`
        SELECT a.model_id AS "modelId", a.batch, t.component_id AS "componentId", t.failure_mode_id AS "failureModeId",
          count(DISTINCT t.asset_id)::integer AS affected
        FROM fettle.tickets AS t JOIN fettle.assets AS a ON a.id = t.asset_id
        WHERE t.opened_at >= ${since}::double precision AND ${SUDDEN}
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      `.execute(db);
      return rows;
    },

    async groups() {
      const { rows } = await sql<Pick<AlikeCount, 'modelId' | 'batch' | 'assets'>>`
        SELECT model_id AS "modelId", batch, count(*)::integer AS assets FROM fettle.assets GROUP BY 1, 2 ORDER BY 1, 2
      `.execute(db);
      return rows;
    },

    async insert({ evidence, ...campaign }) {
      const values = { ...campaign, ...(evidence && { evidence: json(evidence) }) };
      const row = await db
        .insertInto('campaigns')
        .values(cleaned(values) as Insertable<Tables['campaigns']>)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      return row && toCampaign(row);
    },

    async get(id) {
      const row = await db.selectFrom('campaigns').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toCampaign(row);
    },

    async update(id, version, change) {
      const row = await db
        .updateTable('campaigns')
        .set({ ...(cleaned(change) as Updateable<Tables['campaigns']>), version: version + 1 })
        .where('id', '=', id)
        .where('version', '=', version)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new StaleVersionError(`campaign ${id} is not at version ${version} any more; read it again`);
      return toCampaign(row);
    },

    list(filter, page) {
      let query = db.selectFrom('campaigns').selectAll();
      if (filter.status !== undefined) query = query.where('status', '=', filter.status);
      if (filter.modelId !== undefined) query = query.where('modelId', '=', filter.modelId);
      if (filter.batch !== undefined) query = query.where('batch', '=', filter.batch);
      const order = {
        name: 'campaigns',
        direction: 'desc',
        id: sql.ref<string>('id'),
        key: sql.ref('openedAt'),
        keyOf: ({ openedAt }: Row<Campaign>) => openedAt,
      } as const;
      return fetchPage(query, order, page, toCampaign);
    },

    async lastClosed({ modelId, batch, componentId, failureModeId }: CampaignScope) {
      const row = await db
        .selectFrom('campaigns')
        .select(({ fn }) => fn.max('closedAt').as('at'))
        .where('modelId', '=', modelId)
        .where(sql<boolean>`batch IS NOT DISTINCT FROM ${batch ?? null}`)
        .where('componentId', '=', componentId)
        .where('failureModeId', '=', failureModeId)
        .executeTakeFirst();
      return row?.at ?? undefined;
    },

    toLink: ({ modelId, batch, componentId, failureModeId, since }) =>
      ids(sql<{ id: string }>`
        SELECT t.id FROM fettle.tickets AS t JOIN fettle.assets AS a ON a.id = t.asset_id
        WHERE a.model_id = ${modelId} AND (${batch ?? null}::text IS NULL OR a.batch = ${batch ?? null})
          AND t.component_id = ${componentId} AND t.failure_mode_id = ${failureModeId}
          AND t.opened_at >= ${since}::double precision AND t.campaign_id IS NULL AND ${SUDDEN}
        ORDER BY t.opened_at, t.id
      `),

    affected: (id) =>
      ids(sql<{ id: string }>`
        SELECT DISTINCT asset_id AS id FROM fettle.tickets WHERE campaign_id = ${id} ORDER BY 1
      `),

    notAffected: ({ id, modelId, batch }, limit) =>
      ids(sql<{ id: string }>`
        SELECT a.id FROM fettle.assets AS a
        WHERE a.model_id = ${modelId} AND (${batch ?? null}::text IS NULL OR a.batch = ${batch ?? null})
          AND NOT EXISTS (SELECT 1 FROM fettle.tickets AS t WHERE t.asset_id = a.id AND t.campaign_id = ${id})
        ORDER BY a.id LIMIT ${limit}
      `),
  };
}

/** Texts as they can be stored; undefined empties a column. */
function cleaned(values: object): Record<string, unknown> {
  const columns = Object.entries(values);
  return Object.fromEntries(
    columns.map(([name, value]) => [name, typeof value === 'string' ? clean(value) : (value ?? null)]),
  );
}

function toCampaign(row: Row<Campaign>): Campaign {
  return fromRow<Campaign>(row);
}
