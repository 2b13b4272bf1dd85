import type { ApiKey, KeyRepository } from '../../../ports/database.ts';
import type { Db } from './schema.ts';
import { fromRow } from './values.ts';

export function keyRepository(db: Db): KeyRepository {
  return {
    async save({ id, name, role, sourceId = null, hash, createdAt }) {
      await db
        .insertInto('apiKeys')
        .values({ id, name, role, sourceId, hash, createdAt })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ id, role, sourceId, hash, createdAt }))
        .execute();
    },

    async findByHash(hash) {
      const row = await db.selectFrom('apiKeys').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && fromRow<ApiKey>(row);
    },

    async list() {
      const rows = await db.selectFrom('apiKeys').selectAll().orderBy('name').execute();
      return rows.map((row) => fromRow<ApiKey>(row));
    },

    async revoke(name) {
      const { numDeletedRows } = await db.deleteFrom('apiKeys').where('name', '=', name).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
