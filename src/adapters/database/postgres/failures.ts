import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { FailureChange, FailureRecord } from '../../../domain/failure.ts';
import type { FailureFilter, FailureRepository } from '../../../ports/outcomes.ts';
import { fetchPage } from './page.ts';
import type { Db, Row, Tables } from './schema.ts';
import { atomically, clean, fromRow, json, jsonOrNull } from './values.ts';

export function failureRepository(db: Db): FailureRepository {
  const all = () => db.selectFrom('failures').selectAll();
  return {
    async insert(failure) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('failures')
        .values(toRow(failure))
        .onConflict((conflict) => conflict.column('externalKey').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async get(id) {
      const row = await all().where('id', '=', id).executeTakeFirst();
      return row && fromRow<FailureRecord>(row);
    },

    async ofKeys(externalKeys) {
      const rows = await all().where(sql<boolean>`external_key = ANY(${externalKeys}::text[])`).execute();
      return rows.map((row) => fromRow<FailureRecord>(row));
    },

    async removedKeys(externalKeys) {
      const rows = await db
        .selectFrom('failureChanges')
        .select('externalKey')
        .distinct()
        .where('after', 'is', null)
        .where(sql<boolean>`external_key = ANY(${externalKeys}::text[])`)
        .execute();
      return rows.map(({ externalKey }) => externalKey!);
    },

    async of({ assetId, componentId }) {
      const rows = await all()
        .where('assetId', '=', assetId)
        .where('componentId', '=', componentId)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map((row) => fromRow<FailureRecord>(row));
    },

    async ofTicket(ticketId) {
      const rows = await all().where('ticketId', '=', ticketId).where('source', '=', 'ticket').orderBy('id').execute();
      return rows.map((row) => fromRow<FailureRecord>(row));
    },

    change: (change) => atomically(db, (tx) => changeOne(tx, change)),

    async changes(failureId) {
      const rows = await db
        .selectFrom('failureChanges')
        .select(['id', 'failureId', 'at', 'by', 'before', 'after', 'reason'])
        .where('failureId', '=', failureId)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map((row) => fromRow<FailureChange>(row));
    },

    list(filter, page) {
      const query = all().where((eb) => eb.and(conditions(eb, filter)));
      const order = { name: 'failures', direction: 'desc', id: sql.ref<string>('id'), key: sql.ref('at') } as const;
      return fetchPage(query, { ...order, keyOf: (row) => row.at }, page, (row) => fromRow<FailureRecord>(row));
    },
  };
}

async function changeOne(tx: Db, change: FailureChange): Promise<boolean> {
  const { id, failureId, at, by, before, after, reason } = change;
  if (after) {
    const { id: _, ...row } = toRow(after);
    const changed = await tx.updateTable('failures').set(row).where('id', '=', failureId).executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
  } else {
    const removed = await tx.deleteFrom('failures').where('id', '=', failureId).executeTakeFirst();
    if (removed.numDeletedRows === 0n) return false;
  }
  const said = { before: json(before), after: jsonOrNull(after), reason: clean(reason) };
  const values = { id, failureId, at, by: clean(by), ...said, externalKey: before.externalKey ?? null };
  await tx.insertInto('failureChanges').values(values).execute();
  return true;
}

function toRow(failure: FailureRecord): Row<FailureRecord> {
  const { failureModeId, downtimeMinutes, note, ticketId, externalKey, recordedBy, ...rest } = failure;
  return {
    ...rest,
    failureModeId: failureModeId ?? null,
    downtimeMinutes: downtimeMinutes ?? null,
    note: note === undefined ? null : clean(note),
    ticketId: ticketId ?? null,
    externalKey: externalKey ?? null,
    recordedBy: clean(recordedBy),
  };
}

const EQUALS = ['assetId', 'componentId', 'failureModeId', 'ticketId', 'impact', 'source'] as const;

function conditions(eb: ExpressionBuilder<Tables, 'failures'>, filter: FailureFilter): Expression<SqlBool>[] {
  const equal = EQUALS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [eb(name, '=', value)];
  });
  return [
    ...equal,
    ...(filter.from === undefined ? [] : [eb('at', '>=', filter.from)]),
    ...(filter.to === undefined ? [] : [eb('at', '<', filter.to)]),
  ];
}
