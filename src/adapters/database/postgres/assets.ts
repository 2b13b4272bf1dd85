import { type Selectable, sql } from 'kysely';
import type { Asset, DeviceBinding } from '../../../domain/asset.ts';
import type { AssetRepository, RegistryChanges } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { atomically, clean, cleanJson, fromRow, lastByKey } from './values.ts';

export function assetRepository(db: Db): AssetRepository {
  return {
    save: (assets) => atomically(db, (tx) => saveAssets(tx, assets)),
    saveAbsent: (assets) => atomically(db, (tx) => saveAbsent(tx, assets)),
    bind: (binding) => atomically(db, (tx) => bind(tx, binding)),
    changesSince: (revision) => changesSince(db, revision),

    async lock(ids) {
      await lockRegistry(db);
      return byIds(db, ids);
    },

    async get(id) {
      const row = await db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toAsset(row);
    },

    async all() {
      const rows = await db.selectFrom('assets').selectAll().orderBy('id').execute();
      return rows.map(toAsset);
    },

    list(filter, page) {
      let query = db.selectFrom('assets').selectAll();
      if (filter.siteId !== undefined) query = query.where('siteId', '=', filter.siteId);
      if (filter.modelId !== undefined) query = query.where('modelId', '=', filter.modelId);
      if (filter.customerId !== undefined) query = query.where('customerId', '=', filter.customerId);
      if (filter.search !== undefined) query = query.where('searchText', 'like', containing(filter.search));
      return fetchPage(query, { name: 'assets', direction: 'asc', id: sql.ref('id') }, page, toAsset);
    },

    bindings: () => allBindings(db),
  };
}

/**
 * Whoever changes the registry waits here for the others until they have committed: so revisions become visible in
 * their order, and two that touch the same rows can't wait for each other.
 */
async function lockRegistry(tx: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('fettle.registry'))`.execute(tx);
}

async function byIds(db: Db, ids: readonly string[]): Promise<Asset[]> {
  const rows = await db
    .selectFrom('assets')
    .selectAll()
    .where('id', '=', sql<string>`ANY(${ids}::text[])`)
    .orderBy('id')
    .execute();
  return rows.map(toAsset);
}

async function allBindings(db: Db): Promise<DeviceBinding[]> {
  const rows = await db.selectFrom('deviceBindings').selectAll().orderBy('deviceId').orderBy('validFrom').execute();
  return rows.map(toBinding);
}

/** The revision is read first: what is committed while the rest is read is told now, and once more the next time. */
async function changesSince(db: Db, since: number): Promise<RegistryChanges> {
  const { rows } = await sql<{ assets: number; bindings: number }>`SELECT
    coalesce((SELECT max(revision) FROM fettle.assets), 0) AS assets,
    coalesce((SELECT max(revision) FROM fettle.device_bindings), 0) AS bindings`.execute(db);
  const newest = rows[0]!;
  const assets =
    newest.assets > since ? await db.selectFrom('assets').selectAll().where('revision', '>', since).execute() : [];
  return {
    revision: Math.max(since, newest.assets, newest.bindings),
    assets: assets.map(toAsset),
    ...(newest.bindings > since && { bindings: await allBindings(db) }),
  };
}

function toAsset({ searchText: _, revision: __, registeredAt: ___, ...row }: Selectable<Tables['assets']>): Asset {
  return fromRow<Asset>(row);
}

function toBinding(row: Selectable<Tables['deviceBindings']>): DeviceBinding {
  const { deviceId, assetId, validFrom, validTo } = row;
  return { deviceId, assetId, from: validFrom, ...(validTo === null ? {} : { to: validTo }) };
}

const COLUMNS = sql.raw(
  `id, name, model_id, site_id, customer_id, tier, batch, gateway, serial, criticality, commissioned_at, contract, registered_by,
  components, search_text`,
);

async function saveAssets(tx: Db, assets: readonly Asset[]): Promise<void> {
  const rows = lastByKey(assets, ({ id }) => id).map(toJsonRow);
  if (rows.length === 0) return;
  await lockRegistry(tx);
  await sql`
    INSERT INTO fettle.assets (${COLUMNS})
    SELECT ${COLUMNS} FROM jsonb_populate_recordset(NULL::fettle.assets, ${cleanJson(rows)}::jsonb)
    ON CONFLICT (id) DO UPDATE SET
      name = excluded.name, model_id = excluded.model_id, site_id = excluded.site_id,
      customer_id = excluded.customer_id, tier = excluded.tier, batch = excluded.batch, gateway = excluded.gateway,
      serial = excluded.serial, criticality = excluded.criticality, commissioned_at = excluded.commissioned_at, contract = excluded.contract,
      registered_by = excluded.registered_by, components = excluded.components, search_text = excluded.search_text,
      revision = excluded.revision
  `.execute(tx);
}

async function saveAbsent(tx: Db, assets: readonly Asset[]): Promise<Asset[]> {
  const rows = lastByKey(assets, ({ id }) => id).map(toJsonRow);
  if (rows.length === 0) return [];
  await lockRegistry(tx);
  const known = await byIds(
    tx,
    assets.map(({ id }) => id),
  );
  await sql`
    INSERT INTO fettle.assets (${COLUMNS})
    SELECT ${COLUMNS} FROM jsonb_populate_recordset(NULL::fettle.assets, ${cleanJson(rows)}::jsonb)
    ON CONFLICT (id) DO NOTHING
  `.execute(tx);
  return known;
}

/** One element of what jsonb_populate_recordset takes: columns by name, the absent ones null. */
function toJsonRow(asset: Asset): Record<string, unknown> {
  return {
    id: asset.id,
    name: asset.name,
    model_id: asset.modelId,
    site_id: asset.siteId,
    customer_id: asset.customerId,
    tier: asset.tier,
    batch: asset.batch,
    gateway: asset.gateway,
    serial: asset.serial,
    criticality: asset.criticality,
    commissioned_at: asset.commissionedAt,
    contract: asset.contract,
    registered_by: asset.registeredBy,
    components: asset.components,
    search_text: searchable([asset.id, asset.name, asset.serial].filter((text) => text !== undefined).join('\n')),
  };
}

/** Folded here and not by the server, whose idea of case depends on its locale. */
function searchable(text: string): string {
  return clean(text.toLowerCase());
}

export function containing(part: string): string {
  return `%${searchable(part).replace(/[\\%_]/g, '\\$&')}%`;
}

const NEXT_REVISION = sql<number>`nextval('fettle.registry_revisions')::double precision`;

async function bind(tx: Db, { deviceId, assetId, from, to }: DeviceBinding): Promise<void> {
  await lockRegistry(tx);
  const ofDevice = () => tx.selectFrom('deviceBindings').where('deviceId', '=', deviceId);
  const same = await ofDevice()
    .selectAll()
    .where('assetId', '=', assetId)
    .where('validFrom', '=', from)
    .executeTakeFirst();
  if (same && (to === undefined || same.validTo === to)) return;
  // One that would end before it began was a mistake that this binding corrects.
  if (to === undefined) {
    await tx
      .deleteFrom('deviceBindings')
      .where('deviceId', '=', deviceId)
      .where('validTo', 'is', null)
      .where('validFrom', '>', from)
      .execute();
  }
  await tx
    .updateTable('deviceBindings')
    .set({ validTo: from, revision: NEXT_REVISION })
    .where('deviceId', '=', deviceId)
    .where('validTo', 'is', null)
    .where('validFrom', '<', from)
    .execute();
  await tx
    .insertInto('deviceBindings')
    .values({ deviceId, assetId, validFrom: from, validTo: to ?? null })
    .onConflict((conflict) =>
      conflict
        .columns(['deviceId', 'validFrom'])
        .doUpdateSet({ assetId, validTo: to ?? null, revision: NEXT_REVISION }),
    )
    .execute();
}
