import { sql } from 'kysely';
import { type NodeState, nodeState } from '../../../domain/node.ts';
import type { Duration } from '../../../domain/time.ts';
import type { NewNode, NodeRepository, NodeRow, RetireOutcome } from '../../../ports/nodes.ts';
import type { Db, Tables } from './schema.ts';
import { atomically, fromRow, json } from './values.ts';

/** Milliseconds since the epoch by the server's clock, when the statement began. */
export const SERVER_TIME = sql<number>`(extract(epoch FROM statement_timestamp()) * 1000)::double precision`;

const STAYING: readonly NodeState[] = ['listening', 'deaf'];

export function nodeRepository(db: Db): NodeRepository {
  const ofInstance = (clientId: string, instance: string) =>
    db.updateTable('nodes').where('clientId', '=', clientId).where('instance', '=', instance);
  const ofAdopter = (clientId: string, adopter: string) =>
    db.updateTable('nodes').where('clientId', '=', clientId).where('adopter', '=', adopter);

  return {
    join: (node) => atomically(db, (tx) => join(tx, node)),

    async beat(clientId, instance, listening) {
      const row = await ofInstance(clientId, instance)
        .set({
          seenAt: SERVER_TIME,
          listening,
          adopter: null,
          adopterSeenAt: null,
          ...(listening && { heardUntil: SERVER_TIME }),
        })
        .returningAll()
        .executeTakeFirst();
      return row && toNode(row);
    },

    async list() {
      const rows = await db.selectFrom('nodes').selectAll().select(SERVER_TIME.as('now')).orderBy('id').execute();
      const now = rows[0]?.now ?? (await serverTime(db));
      return { now, nodes: rows.map(({ now: _, ...row }) => toNode(row)) };
    },

    retire: (id) => atomically(db, (tx) => retire(tx, id)),

    async adopt(clientId, adopter, unseenFor, lapse) {
      const row = await db
        .updateTable('nodes')
        .set({ adopter, adopterSeenAt: SERVER_TIME })
        .where('clientId', '=', clientId)
        .where('seenAt', '<', before(unseenFor))
        .where((eb) => eb.or([eb('adopter', 'is', null), eb('adopterSeenAt', '<', before(lapse))]))
        .returningAll()
        .executeTakeFirst();
      return row && toNode(row);
    },

    async holdAdoption(clientId, adopter) {
      const { numUpdatedRows } = await ofAdopter(clientId, adopter)
        .set({ adopterSeenAt: SERVER_TIME })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async endAdoption(clientId, adopter, alive) {
      await ofAdopter(clientId, adopter)
        .set({ adopter: null, adopterSeenAt: null, ...(alive && { seenAt: SERVER_TIME, listening: false }) })
        .execute();
    },

    async remove(clientId, holder) {
      const removal = db.deleteFrom('nodes').where('clientId', '=', clientId);
      const { numDeletedRows } = await ('adopter' in holder
        ? removal.where('adopter', '=', holder.adopter)
        : removal.where('instance', '=', holder.instance).where('adopter', 'is', null)
      ).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

const before = (age: Duration) => sql<number>`${SERVER_TIME} - ${age}::double precision`;

async function serverTime(db: Db): Promise<number> {
  const { rows } = await sql<{ now: number }>`SELECT ${SERVER_TIME} AS now`.execute(db);
  return rows[0]!.now;
}

async function join(tx: Db, node: NewNode): Promise<NodeRow | undefined> {
  const earlier = await tx
    .selectFrom('nodes')
    .selectAll()
    .where('clientId', '=', node.clientId)
    .forUpdate()
    .executeTakeFirst();
  const started = {
    id: node.id,
    instance: node.instance,
    version: node.version,
    subscriptions: json(node.subscriptions),
    startedAt: SERVER_TIME,
    seenAt: SERVER_TIME,
    listening: false,
    retiring: false,
    adopter: null,
    adopterSeenAt: null,
  };
  await tx
    .insertInto('nodes')
    .values({ clientId: node.clientId, ...started, heardUntil: SERVER_TIME })
    .onConflict((conflict) => conflict.column('clientId').doUpdateSet(started))
    .execute();
  return earlier && toNode(earlier);
}

/** All rows are locked, so that of two requests the second one sees whom the first one told to leave. */
async function retire(tx: Db, id: string): Promise<RetireOutcome> {
  const rows = await tx
    .selectFrom('nodes')
    .select(['id', 'seenAt', 'listening', 'retiring', SERVER_TIME.as('now')])
    .orderBy('clientId')
    .forUpdate()
    .execute();
  if (!rows.some((row) => row.id === id)) return 'unknown';
  if (!rows.some((row) => row.id !== id && STAYING.includes(nodeState(row, row.now)))) return 'last';
  await tx.updateTable('nodes').set({ retiring: true }).where('id', '=', id).execute();
  return 'told';
}

function toNode({ adopterSeenAt: _, ...row }: Tables['nodes']): NodeRow {
  return fromRow<NodeRow>(row);
}
