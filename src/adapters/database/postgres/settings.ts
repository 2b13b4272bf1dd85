import { sql } from 'kysely';
import type { SettingRepository } from '../../../ports/database.ts';
import type { Db } from './schema.ts';
import { json } from './values.ts';

export function settingRepository(db: Db): SettingRepository {
  return {
    async get<T>(name: string) {
      const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
      return row?.value as T | undefined;
    },

    async set(name, value) {
      await db
        .insertInto('settings')
        .values({ name, value: json(value) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: json(value) }))
        .execute();
    },

    async remove(name) {
      await db.deleteFrom('settings').where('name', '=', name).execute();
    },

    async withPrefix<T>(prefix: string) {
      const rows = await db
        .selectFrom('settings')
        .selectAll()
        .where(sql<boolean>`starts_with(name, ${prefix})`)
        .orderBy('name')
        .execute();
      return new Map(rows.map(({ name, value }) => [name, value as T]));
    },
  };
}
