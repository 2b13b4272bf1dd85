import { sql } from 'kysely';
import type { ModelVersion } from '../../../domain/modelVersion.ts';
import { StaleVersionError } from '../../../ports/database.ts';
import type { ModelVersionRepository } from '../../../ports/modelVersions.ts';
import type { Db } from './schema.ts';
import { clean, fromRow } from './values.ts';

const ABOUT = ['modelId', 'version', 'origin', 'restores', 'note', 'by', 'at', 'fileHash'] as const;

export function modelVersionRepository(db: Db): ModelVersionRepository {
  return {
    async append({ modelId, restores = null, note, yaml, fileHash = null, ...rest }, basedOn) {
      const row = {
        ...rest,
        modelId,
        version: basedOn + 1,
        restores,
        note: note === undefined ? null : clean(note),
        yaml: clean(yaml),
        fileHash,
      };
      const newest = await newestOf(db, modelId);
      const added =
        newest === basedOn &&
        (await db
          .insertInto('modelVersions')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst());
      if (!added) {
        const now = await newestOf(db, modelId);
        throw new StaleVersionError(`model ${modelId} is at version ${now} now, not at ${basedOn}`);
      }
      return fromRow<ModelVersion>(added);
    },

    async of(modelId) {
      const rows = await db
        .selectFrom('modelVersions')
        .select(ABOUT)
        .where('modelId', '=', modelId)
        .orderBy('version', 'desc')
        .execute();
      return rows.map((row) => fromRow<Omit<ModelVersion, 'yaml'>>(row));
    },

    async get(modelId, version) {
      const row = await db
        .selectFrom('modelVersions')
        .selectAll()
        .where('modelId', '=', modelId)
        .where('version', '=', version)
        .executeTakeFirst();
      return row && fromRow<ModelVersion>(row);
    },

    async newest() {
      const rows = await db
        .selectFrom('modelVersions')
        .selectAll()
        .distinctOn('modelId')
        .orderBy('modelId')
        .orderBy('version', 'desc')
        .execute();
      return rows.map((row) => fromRow<ModelVersion>(row));
    },

    async count() {
      const { count } = await db
        .selectFrom('modelVersions')
        .select(sql<number>`count(*)::double precision`.as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

async function newestOf(db: Db, modelId: string): Promise<number> {
  const row = await db
    .selectFrom('modelVersions')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('modelId', '=', modelId)
    .executeTakeFirst();
  return row?.version ?? 0;
}
