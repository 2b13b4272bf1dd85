import type { Expression } from 'kysely';
import { type ExpressionBuilder, type Insertable, type SqlBool, sql, type Updateable } from 'kysely';
import type { Ticket, TicketEntry, TicketStatus } from '../../../domain/ticket.ts';
import type { PastClosing } from '../../../domain/ticketBackground.ts';
import {
  AlreadyOngoingError,
  type NewTicket,
  StaleVersionError,
  type TicketChange,
  type TicketFilter,
  type TicketRepository,
  type TicketSort,
} from '../../../ports/database.ts';
import { fetchPage, type Order } from './page.ts';
import type { Db, Row, Tables } from './schema.ts';
import { clean, fromRow, json, jsonOrNull } from './values.ts';

const ENDED: TicketStatus[] = ['closed', 'cancelled'];

export function ticketRepository(db: Db): TicketRepository {
  return {
    async insert(ticket) {
      const row = await db
        .insertInto('tickets')
        .values(toRow(ticket) as Insertable<Tables['tickets']>)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      return row && fromRow<Ticket>(row);
    },

    async get(id) {
      const row = await db.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromRow<Ticket>(row);
    },

    async ongoing(assetId, componentId, failureModeId) {
      const row = await db
        .selectFrom('tickets')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('componentId', '=', componentId)
        .where('failureModeId', '=', failureModeId)
        .where('status', 'not in', ENDED)
        .forUpdate()
        .executeTakeFirst();
      return row && fromRow<Ticket>(row);
    },

    update: (id, version, change) => update(db, id, version, change),

    list(filter, sort, page) {
      const query = db
        .selectFrom('tickets')
        .selectAll()
        .where((eb) => eb.and(conditions(eb, filter)));
      return fetchPage(query, ORDERS[sort], page, (row) => fromRow<Ticket>(row));
    },

    async countByRule(ruleId, modelId, since) {
      const row = await db
        .selectFrom('tickets')
        .innerJoin('assets', 'assets.id', 'tickets.assetId')
        .select(sql<number>`count(*)::integer`.as('count'))
        .where('tickets.ruleId', '=', ruleId)
        .where('assets.modelId', '=', modelId)
        .where('tickets.openedAt', '>=', since)
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async countByStatus() {
      const rows = await db
        .selectFrom('tickets')
        .select(['status', sql<number>`count(*)::integer`.as('count')])
        .groupBy('status')
        .execute();
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },

    async countOngoing() {
      const rows = await db
        .selectFrom('tickets')
        .select(['priority', sql<number>`count(*)::integer`.as('count')])
        .where('status', 'not in', ENDED)
        .groupBy('priority')
        .execute();
      return Object.fromEntries(rows.map(({ priority, count }) => [priority, count]));
    },

    async closedBefore({ assetId, componentId, openedAt }, limit) {
      const rows = await db
        .selectFrom('tickets')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('componentId', '=', componentId)
        .where('openedAt', '<', openedAt)
        .where('status', '=', 'closed')
        .orderBy('closedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => fromRow<Ticket>(row));
    },

    pastClosings: (of, limit) => pastClosings(db, of, limit),

    async addEntry(entry) {
      await db
        .insertInto('ticketEntries')
        .values({
          ...entry,
          from: entry.from ?? null,
          to: entry.to ?? null,
          text: clean(entry.text),
          changes: jsonOrNull(entry.changes),
        })
        .execute();
    },

    async entries(ticketId) {
      const rows = await db
        .selectFrom('ticketEntries')
        .selectAll()
        .where('ticketId', '=', ticketId)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map((row) => fromRow<TicketEntry>(row));
    },
  };
}

/** A former closing came back for certain: its ticket was reopened. */
async function pastClosings(
  db: Db,
  { modelId, componentId, failureModeId }: Parameters<TicketRepository['pastClosings']>[0],
  limit: number,
): Promise<PastClosing[]> {
  const { rows } = await sql<PastClosing>`
    WITH meant AS (
      SELECT t.* FROM fettle.tickets t JOIN fettle.assets a ON a.id = t.asset_id
      WHERE a.model_id = ${modelId} AND t.component_id = ${componentId} AND t.failure_mode_id = ${failureModeId}
    )
    SELECT t.id AS ticket_id, t.closing, t.closed_at, EXISTS (
        SELECT FROM fettle.tickets r WHERE r.recurrence_of = t.id AND r.status <> 'cancelled'
      ) AS came_back
    FROM meant t WHERE t.status = 'closed' AND t.closing IS NOT NULL
    UNION ALL
    SELECT t.id, former -> 'closing', (former ->> 'closedAt')::double precision, true
    FROM meant t, jsonb_array_elements(t.former_closings) AS former
    ORDER BY closed_at DESC, ticket_id DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** A property that is present and undefined empties its column. */
async function update(db: Db, id: string, version: number, change: TicketChange): Promise<Ticket> {
  const row = await db
    .updateTable('tickets')
    .set({ ...(toRow(change) as Updateable<Tables['tickets']>), version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst()
    .catch((error: unknown) => {
      if (isOfIndex(error, 'tickets_ongoing')) throw new AlreadyOngoingError(`another ticket goes on instead of ${id}`);
      throw error;
    });
  if (!row) throw new StaleVersionError(`ticket ${id} is not at version ${version} any more; read it again`);
  return fromRow<Ticket>(row);
}

function isOfIndex(error: unknown, index: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === index;
}

const NOT_COLUMNS: ReadonlySet<string> = new Set(['number', 'version']);

/** Columns of the properties that are there: objects as jsonb, texts clean, undefined as null. */
function toRow(ticket: NewTicket | TicketChange): Record<string, unknown> {
  const columns = Object.entries(ticket).filter(([name]) => !NOT_COLUMNS.has(name));
  return Object.fromEntries(columns.map(([name, value]) => [name, toColumn(value)]));
}

function toColumn(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'string') return clean(value);
  return typeof value === 'object' ? json(value) : value;
}

type TicketRow = Row<Ticket>;

const id = sql.ref<string>('id');
const DO_BY = sql`coalesce(do_by, 'Infinity'::double precision)`;

const ORDERS: Readonly<Record<TicketSort, Order<TicketRow>>> = {
  '-openedAt': {
    name: 'tickets by -openedAt',
    direction: 'desc',
    id,
    key: sql.ref('openedAt'),
    keyOf: (t) => t.openedAt,
  },
  openedAt: { name: 'tickets by openedAt', direction: 'asc', id, key: sql.ref('openedAt'), keyOf: (t) => t.openedAt },
  '-updatedAt': {
    name: 'tickets by -updatedAt',
    direction: 'desc',
    id,
    key: sql.ref('updatedAt'),
    keyOf: (t) => t.updatedAt,
  },
  priority: { name: 'tickets by priority', direction: 'asc', id, key: sql.ref('priority'), keyOf: (t) => t.priority },
  doBy: { name: 'tickets by doBy', direction: 'asc', id, key: DO_BY, keyOf: (t) => t.doBy ?? Number.POSITIVE_INFINITY },
};

const EQUALS = [
  ...(['assetId', 'siteId', 'customerId', 'componentId', 'failureModeId', 'ruleId', 'ruleVersion'] as const),
  ...(['team', 'person', 'recurrenceOf', 'parentId', 'campaignId'] as const),
];
const ANY_OF = ['status', 'priority', 'kind'] as const;

function conditions(eb: ExpressionBuilder<Tables, 'tickets'>, filter: TicketFilter): Expression<SqlBool>[] {
  const equal = EQUALS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [eb(name, '=', value)];
  });
  const anyOf = ANY_OF.flatMap((name) => {
    const values = filter[name];
    return values === undefined ? [] : [sql<SqlBool>`${sql.ref(name)} = ANY(${values})`];
  });
  return [...equal, ...anyOf, ...promised(filter)];
}

const RESPONSE_OPEN = sql`acknowledged_at IS NULL AND respond_by IS NOT NULL`;
const SOLUTION_OPEN = sql`resolved_at IS NULL AND solve_by IS NOT NULL`;

function promised({ breached, dueBefore }: TicketFilter): Expression<SqlBool>[] {
  const missed = sql<SqlBool>`(response_breached_at IS NOT NULL OR solution_breached_at IS NOT NULL)`;
  const due = sql<SqlBool>`status <> ALL(${ENDED}) AND ((${RESPONSE_OPEN} AND respond_by < ${dueBefore ?? 0})
    OR (${SOLUTION_OPEN} AND solve_by < ${dueBefore ?? 0}))`;
  return [
    ...(breached === undefined ? [] : [breached ? missed : sql<SqlBool>`NOT ${missed}`]),
    ...(dueBefore === undefined ? [] : [due]),
  ];
}
