import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '../../../../../src/adapters/database/embedded/index.ts';
import { migrate } from '../../../../../src/adapters/database/postgres/migrate.ts';
import { MIGRATIONS } from '../../../../../src/adapters/database/postgres/migrations/index.ts';
import type { Tables } from '../../../../../src/adapters/database/postgres/schema.ts';
import { shardOf } from '../../../../../src/domain/shard.ts';
import { openPool } from '../../../../support/postgres.ts';
import { recordLog } from '../../../../support/recordLog.ts';
import { tempFolder } from '../../../../support/temp.ts';

const IDS = ['a', 'compressor-17', 'plant/7#x', '空压机 №1 é', 'x'.repeat(200)];

it('gives notes from before their shard, the one that their asset has in the program', async () => {
  const { log } = recordLog();
  const embedded = await startEmbeddedPostgres({ directory: tempFolder(), log });
  onTestFinished(() => embedded.close());
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(embedded.connection) }),
    plugins: [new CamelCasePlugin()],
  });
  onTestFinished(() => db.destroy());
  const before = MIGRATIONS.filter(({ name }) => name < '0003');
  await migrate(db, log, before);
  await sql`INSERT INTO fettle.refold_notes (asset_id, earliest) SELECT unnest(${IDS}::text[]), 5`.execute(db);
  await migrate(db, log, MIGRATIONS.slice(0, before.length + 1));
  const { rows } = await sql<{ assetId: string; shard: number }>`
    SELECT asset_id, shard FROM fettle.refold_notes`.execute(db);
  expect(new Map(rows.map(({ assetId, shard }) => [assetId, shard]))).toEqual(
    new Map(IDS.map((id) => [id, shardOf(id)])),
  );
});
