import { sql } from 'kysely';
import { isInstallation } from '../../../domain/asset.ts';
import type { EventRepository } from '../../../ports/database.ts';
import type { Db } from './schema.ts';
import { cleanJson } from './values.ts';

export function eventRepository(db: Db): EventRepository {
  const ordered = () => db.selectFrom('assetEvents').select('event').orderBy('at').orderBy('id');
  return {
    async add(events) {
      if (events.length === 0) return;
      await sql`
        INSERT INTO fettle.asset_events (id, asset_id, at, event)
        SELECT event->>'id', event->>'assetId', (event->>'at')::double precision, event
        FROM jsonb_array_elements(${cleanJson(events)}::jsonb) AS event
        ON CONFLICT (id) DO NOTHING
      `.execute(db);
    },

    async of(assetId) {
      const rows = await ordered().where('assetId', '=', assetId).execute();
      return rows.map(({ event }) => event);
    },

    async ofSerial(serial) {
      const rows = await ordered().where(sql<string>`event ->> 'serial'`, '=', serial).execute();
      return rows.map(({ event }) => event).filter(isInstallation);
    },

    async assetsWith(componentId) {
      const { rows } = await sql<{ id: string }>`
        SELECT DISTINCT asset_id AS id FROM fettle.asset_events
        WHERE event ->> 'componentId' = ${componentId}
          AND event ->> 'type' IN ('component-installed', 'component-replaced')
      `.execute(db);
      return rows.map(({ id }) => id);
    },

    async all() {
      const rows = await ordered().execute();
      return rows.map(({ event }) => event);
    },

    async deaf(since) {
      const rows = await db
        .selectFrom('deafIntervals')
        .selectAll()
        .where((eb) => eb.or([eb('endedAt', 'is', null), eb('endedAt', '>', since)]))
        .orderBy('startedAt')
        .execute();
      return rows.map(({ startedAt, endedAt }) => ({ from: startedAt, ...(endedAt === null ? {} : { to: endedAt }) }));
    },

    async saveDeaf({ from, to }, node = '') {
      const endedAt = to ?? null;
      await db
        .insertInto('deafIntervals')
        .values({ node, startedAt: from, endedAt })
        .onConflict((conflict) => conflict.columns(['node', 'startedAt']).doUpdateSet({ endedAt }))
        .execute();
    },
  };
}
