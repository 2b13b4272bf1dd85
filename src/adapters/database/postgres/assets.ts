import { sql } from 'kysely';
import type { Asset, DeviceBinding } from '../../../domain/asset.ts';
import type { AssetRepository } from '../../../ports/database.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { atomically, clean, cleanJson, fromRow, lastByKey } from './values.ts';

export function assetRepository(db: Db): AssetRepository {
  return {
    save: (assets) => saveAssets(db, assets),
    bind: (binding) => atomically(db, (tx) => bind(tx, binding)),

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

    async bindings() {
      const rows = await db.selectFrom('deviceBindings').selectAll().orderBy('deviceId').orderBy('validFrom').execute();
      return rows.map(toBinding);
    },
  };
}

function toAsset({ searchText: _, ...row }: Tables['assets']): Asset {
  return fromRow<Asset>(row);
}

function toBinding(row: Tables['deviceBindings']): DeviceBinding {
  const { deviceId, assetId, validFrom, validTo } = row;
  return { deviceId, assetId, from: validFrom, ...(validTo === null ? {} : { to: validTo }) };
}

async function saveAssets(db: Db, assets: readonly Asset[]): Promise<void> {
  const rows = lastByKey(assets, ({ id }) => id).map(toJsonRow);
  if (rows.length === 0) return;
  await sql`
    INSERT INTO fettle.assets
    SELECT * FROM jsonb_populate_recordset(NULL::fettle.assets, ${cleanJson(rows)}::jsonb)
    ON CONFLICT (id) DO UPDATE SET
      name = excluded.name, model_id = excluded.model_id, site_id = excluded.site_id,
      customer_id = excluded.customer_id, tier = excluded.tier, batch = excluded.batch, serial = excluded.serial,
      criticality = excluded.criticality, commissioned_at = excluded.commissioned_at, contract = excluded.contract,
      registered_by = excluded.registered_by, components = excluded.components, search_text = excluded.search_text
  `.execute(db);
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

function containing(part: string): string {
  return `%${searchable(part).replace(/[\\%_]/g, '\\$&')}%`;
}

async function bind(tx: Db, { deviceId, assetId, from, to }: DeviceBinding): Promise<void> {
  // No row to lock when the device is new: the lock keeps a second binding of it from slipping in between.
  await sql`SELECT pg_advisory_xact_lock(hashtext('fettle.bind'), hashtext(${deviceId}))`.execute(tx);
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
    .set({ validTo: from })
    .where('deviceId', '=', deviceId)
    .where('validTo', 'is', null)
    .where('validFrom', '<', from)
    .execute();
  await tx
    .insertInto('deviceBindings')
    .values({ deviceId, assetId, validFrom: from, validTo: to ?? null })
    .onConflict((conflict) => conflict.columns(['deviceId', 'validFrom']).doUpdateSet({ assetId, validTo: to ?? null }))
    .execute();
}
