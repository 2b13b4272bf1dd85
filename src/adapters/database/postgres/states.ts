import { sql } from 'kysely';
import { glanceAt } from '../../../domain/glance.ts';
import { shardOf } from '../../../domain/shard.ts';
import type { AssetView } from '../../../domain/view.ts';
import type { RefoldNote, StateRepository, StateToSave, StoredState, UsageEntry } from '../../../ports/database.ts';
import type { Db } from './schema.ts';
import { cleanJson, lastByKey, NOW } from './values.ts';

export function stateRepository(db: Db): StateRepository {
  return {
    all: () => db.selectFrom('states').selectAll().orderBy('assetId').execute(),

    of: (assetIds) =>
      db.selectFrom('states').selectAll().where(sql<boolean>`asset_id = ANY(${assetIds}::text[])`).execute(),

    save: (states) => saveStates(db, states),
    saveSnapshots: (snapshots) => saveSnapshots(db, snapshots),

    snapshotBefore: (assetId, before) =>
      db
        .selectFrom('stateSnapshots')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('time', '<', before)
        .orderBy('time', 'desc')
        .limit(1)
        .executeTakeFirst(),

    async dropSnapshots(assetId, from) {
      await db.deleteFrom('stateSnapshots').where('assetId', '=', assetId).where('time', '>=', from).execute();
    },

    async pruneSnapshots(before) {
      await sql`
        DELETE FROM fettle.state_snapshots AS old
        WHERE old.time < ${before} AND EXISTS (
          SELECT FROM fettle.state_snapshots AS newer
          WHERE newer.asset_id = old.asset_id AND newer.time > old.time AND newer.time < ${before}
        )
      `.execute(db);
    },

    note: (notes) => note(db, notes),

    notes: () =>
      db
        .selectFrom('refoldNotes')
        .select(({ fn }) => ['assetId', fn.min('earliest').as('earliest')])
        .groupBy('assetId')
        .orderBy('assetId')
        .execute(),

    async noteRevisions(assetId) {
      const rows = await db.selectFrom('refoldNotes').select('revision').where('assetId', '=', assetId).execute();
      return rows.map(({ revision }) => revision);
    },

    async clearNotes(revisions) {
      if (revisions.length === 0) return;
      await sql`DELETE FROM fettle.refold_notes WHERE revision = ANY(${revisions}::double precision[])`.execute(db);
    },

    saveUsage: (entries) => saveUsage(db, entries),

    usage: (assetId, from, to) =>
      db
        .selectFrom('usageEntries')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('day', '>=', from)
        .where('day', '<', to)
        .orderBy('day')
        .orderBy('ruleId')
        .execute(),
  };
}

// Arrays and not a row of parameters for each: one short statement, whatever the number of rows.

/** One statement: a state is never saved without its status. */
async function saveStates(db: Db, states: readonly StateToSave[]): Promise<void> {
  const rows = lastByKey(states, ({ assetId }) => assetId);
  if (rows.length === 0) return;
  const views = rows.map(({ view }) => view);
  const glances = views.map(glanceAt);
  await sql`
    WITH saved AS (
      INSERT INTO fettle.states (asset_id, time, state)
      SELECT * FROM unnest(${column(rows, 'assetId')}::text[], ${column(rows, 'time')}::double precision[],
        ${column(rows, 'state')}::text[])
      ON CONFLICT (asset_id) DO UPDATE SET time = excluded.time, state = excluded.state
    )
    INSERT INTO fettle.asset_status AS known (asset_id, health, state_time, first_state_time, last_received_at,
      in_maintenance, components, wear, wear_component, end_of_life, end_of_life_component, silent, updated_at)
    SELECT asset_id, health, state_time, state_time, last_received_at, in_maintenance, components, wear, wear_component,
      end_of_life, end_of_life_component, silent, extract(epoch FROM clock_timestamp()) * 1000
    FROM unnest(${column(rows, 'assetId')}::text[], ${column(views, 'health')}::text[],
      ${views.map(({ stateTime }) => stateTime ?? null)}::double precision[],
      ${views.map(({ lastReceivedAt }) => lastReceivedAt ?? null)}::double precision[],
      ${column(views, 'inMaintenance')}::boolean[], ${views.map(componentsJson)}::jsonb[],
      ${glances.map(({ wear }) => wear ?? null)}::double precision[],
      ${glances.map(({ wearComponentId }) => wearComponentId ?? null)}::text[],
      ${glances.map(({ endOfLife }) => endOfLife ?? null)}::double precision[],
      ${glances.map(({ endOfLifeComponentId }) => endOfLifeComponentId ?? null)}::text[],
      ${column(glances, 'silent')}::boolean[])
      AS seen (asset_id, health, state_time, last_received_at, in_maintenance, components, wear, wear_component,
        end_of_life, end_of_life_component, silent)
    ON CONFLICT (asset_id) DO UPDATE SET
      health = excluded.health, state_time = excluded.state_time,
      first_state_time = least(known.first_state_time, excluded.first_state_time),
      last_received_at = excluded.last_received_at, in_maintenance = excluded.in_maintenance,
      components = excluded.components, wear = excluded.wear, wear_component = excluded.wear_component,
      end_of_life = excluded.end_of_life, end_of_life_component = excluded.end_of_life_component,
      silent = excluded.silent, updated_at = excluded.updated_at
  `.execute(db);
}

function componentsJson({ components }: AssetView): string {
  return cleanJson(components.map(({ rules: _rules, ...component }) => component));
}

async function saveSnapshots(db: Db, snapshots: readonly StoredState[]): Promise<void> {
  const rows = lastByKey(snapshots, ({ assetId, time }) => `${assetId}\n${time}`);
  if (rows.length === 0) return;
  await sql`
    INSERT INTO fettle.state_snapshots (asset_id, time, state)
    SELECT * FROM unnest(${column(rows, 'assetId')}::text[], ${column(rows, 'time')}::double precision[],
      ${column(rows, 'state')}::text[])
    ON CONFLICT (asset_id, time) DO UPDATE SET state = excluded.state
  `.execute(db);
}

async function note(db: Db, notes: readonly RefoldNote[]): Promise<void> {
  if (notes.length === 0) return;
  await sql`
    INSERT INTO fettle.refold_notes (asset_id, shard, earliest, latest, due_at)
    SELECT asset_id, shard, earliest, latest, ${NOW} + rest
    FROM unnest(${column(notes, 'assetId')}::text[], ${notes.map(({ assetId }) => shardOf(assetId))}::smallint[],
      ${column(notes, 'earliest')}::double precision[], ${notes.map(({ latest }) => latest ?? null)}::double precision[],
      ${notes.map(({ rest }) => rest ?? 0)}::double precision[]) AS noted (asset_id, shard, earliest, latest, rest)
  `.execute(db);
}

async function saveUsage(db: Db, entries: readonly UsageEntry[]): Promise<void> {
  const rows = lastByKey(entries, ({ assetId, ruleId, day }) => `${assetId}\n${ruleId}\n${day}`);
  if (rows.length === 0) return;
  await sql`
    INSERT INTO fettle.usage_entries (asset_id, rule_id, component_id, day, unit, used, adjusted, reading)
    SELECT * FROM unnest(${column(rows, 'assetId')}::text[], ${column(rows, 'ruleId')}::text[],
      ${column(rows, 'componentId')}::text[], ${column(rows, 'day')}::double precision[],
      ${column(rows, 'unit')}::text[], ${column(rows, 'used')}::double precision[],
      ${column(rows, 'adjusted')}::double precision[], ${column(rows, 'reading')}::double precision[])
    ON CONFLICT (asset_id, rule_id, day) DO UPDATE SET
      component_id = excluded.component_id, unit = excluded.unit, used = excluded.used,
      adjusted = excluded.adjusted, reading = excluded.reading
  `.execute(db);
}

function column<T, K extends keyof T>(rows: readonly T[], name: K): T[K][] {
  return rows.map((row) => row[name]);
}
