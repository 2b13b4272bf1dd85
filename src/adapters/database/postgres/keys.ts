import type { KeyRepository } from '../../../ports/database.ts';
import type { Db } from './schema.ts';

export function keyRepository(db: Db): KeyRepository {
  return {
    async save({ id, name, role, sourceId = null, hash, createdAt }) {
      await db
        .insertInto('apiKeys')
        .values({ id, name, role, sourceId, hash, createdAt })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ id, role, sourceId, hash, createdAt }))
        .execute();
    },

    findByHash: (hash) => db.selectFrom('apiKeys').selectAll().where('hash', '=', hash).executeTakeFirst(),

    list: () => db.selectFrom('apiKeys').selectAll().orderBy('name').execute(),

    async revoke(name) {
      const { numDeletedRows } = await db.deleteFrom('apiKeys').where('name', '=', name).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
