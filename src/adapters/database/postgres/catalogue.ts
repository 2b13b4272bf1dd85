import { sql } from 'kysely';
import type { CatalogueRepository } from '../../../ports/database.ts';
import type { Db } from './schema.ts';
import { cleanJson, lastByKey } from './values.ts';

export function catalogueRepository(db: Db): CatalogueRepository {
  return {
    async replace(entries) {
      const rows = lastByKey(entries, ({ id }) => id);
      const ids = rows.map(({ id }) => id);
      await sql`
        WITH gone AS (DELETE FROM fettle.model_catalogue WHERE model_id <> ALL (${ids}::text[]))
        INSERT INTO fettle.model_catalogue (model_id, entry)
        SELECT * FROM unnest(${ids}::text[], ${rows.map((entry) => cleanJson(entry))}::jsonb[])
        ON CONFLICT (model_id) DO UPDATE SET entry = excluded.entry
      `.execute(db);
    },
  };
}
