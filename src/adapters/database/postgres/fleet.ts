import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { SEVERITIES } from '../../../domain/model.ts';
import { HEALTHS, type Health } from '../../../domain/view.ts';
import type {
  FleetCounts,
  FleetFilter,
  FleetGroup,
  FleetGrouping,
  FleetRepository,
  FleetRow,
  FleetSort,
} from '../../../ports/fleet.ts';
import { containing } from './assets.ts';
import type { Db, Row } from './schema.ts';
import { fromRow } from './values.ts';

export function fleetRepository(db: Db): FleetRepository {
  const count = async (filter: FleetFilter): Promise<FleetCounts> => {
    const { rows } = await sql<Counted>`SELECT ${COUNTS} FROM ${SEEN} WHERE ${fits(filter)}`.execute(db);
    return toCounts(rows[0]!);
  };
  const of = async (assetIds: readonly string[]): Promise<FleetRow[]> => {
    const { rows } = await sql<Seen>`
      SELECT * FROM ${SEEN} WHERE id = ANY(${assetIds}::text[]) ORDER BY id`.execute(db);
    return rows.map(toRow);
  };
  return {
    count,

    // Three readings that each touch little are faster than one that carries whole rows through a sort.
    async rows(filter, sort, { offset, limit }) {
      const fitting = fits(filter);
      const ids = await sql<{ id: string }>`
        SELECT id FROM ${SEEN} WHERE ${fitting} ORDER BY ${ORDERS[sort]}, id LIMIT ${limit} OFFSET ${offset}`.execute(
        db,
      );
      const counted = await sql<{ total: number }>`
        SELECT count(*)::integer AS total FROM ${SEEN} WHERE ${fitting}`.execute(db);
      const rows = await of(ids.rows.map(({ id }) => id));
      const byId = new Map(rows.map((row) => [row.id, row]));
      return { total: counted.rows[0]!.total, rows: ids.rows.flatMap(({ id }) => byId.get(id) ?? []) };
    },

    async groups(filter, by) {
      const { rows } = await sql<Counted & { id: string | null }>`
        SELECT ${sql.ref(KEYS[by])} AS id, ${COUNTS} FROM ${SEEN} WHERE ${fits(filter)}
        GROUP BY 1 ORDER BY 1 NULLS LAST`.execute(db);
      return rows.map((row): FleetGroup => ({ ...(row.id !== null && { id: row.id }), ...toCounts(row) }));
    },
  };
}

const KEYS: Readonly<Record<FleetGrouping, string>> = { site: 'siteId', model: 'modelId', customer: 'customerId' };

type Seen = Omit<Row<FleetRow>, 'worstTicket'> & { searchText: string; ticketRank: number | null };

const SEEN = sql`(
  SELECT a.id, a.name, a.model_id, a.site_id, a.customer_id, a.search_text, coalesce(s.health, 'unknown') AS health,
    coalesce(s.in_maintenance, false) AS in_maintenance, coalesce(s.silent, false) AS silent, c.state AS connectivity, s.last_received_at, s.wear,
    s.wear_component AS wear_component_id, s.end_of_life, s.end_of_life_component AS end_of_life_component_id,
    coalesce(t.open_tickets, 0) AS open_tickets, t.ticket_rank
  FROM fettle.assets AS a
  LEFT JOIN fettle.asset_status AS s ON s.asset_id = a.id
  LEFT JOIN fettle.connectivity AS c ON c.asset_id = a.id
  LEFT JOIN (
    SELECT asset_id, count(*)::integer AS open_tickets, max(fettle.severity_rank(severity)) AS ticket_rank
    FROM fettle.tickets WHERE status NOT IN ('closed', 'cancelled') GROUP BY asset_id
  ) AS t ON t.asset_id = a.id
) AS seen`;

function toRow({ searchText: _, ticketRank, ...row }: Seen): FleetRow {
  const worstTicket = ticketRank === null ? null : SEVERITIES[ticketRank - 1]!;
  return fromRow<FleetRow>({ ...row, worstTicket });
}

const ORDERS: Readonly<Record<FleetSort, RawBuilder<unknown>>> = {
  health: sql`CASE health WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 WHEN 'watch' THEN 3 WHEN 'good' THEN 4 ELSE 5 END, end_of_life`,
  endOfLife: sql`end_of_life`,
  '-wear': sql`wear DESC NULLS LAST`,
  '-tickets': sql`open_tickets DESC, ticket_rank DESC NULLS LAST`,
  '-lastReceivedAt': sql`last_received_at DESC NULLS LAST`,
  lastReceivedAt: sql`last_received_at`,
  name: sql`lower(coalesce(name, id)) COLLATE "C"`,
};

function fits(filter: FleetFilter): RawBuilder<SqlBool> {
  const { siteId, modelId, customerId, health, search, hasTickets, inMaintenance, silent, connectivity } = filter;
  const conditions = [
    siteId !== undefined && sql<SqlBool>`site_id = ${siteId}`,
    modelId !== undefined && sql<SqlBool>`model_id = ${modelId}`,
    customerId !== undefined && sql<SqlBool>`customer_id = ${customerId}`,
    health && sql<SqlBool>`health = ANY(${health}::text[])`,
    search !== undefined && sql<SqlBool>`search_text LIKE ${containing(search)}`,
    hasTickets !== undefined && sql<SqlBool>`(open_tickets > 0) = ${hasTickets}`,
    inMaintenance !== undefined && sql<SqlBool>`in_maintenance = ${inMaintenance}`,
    silent !== undefined && sql<SqlBool>`silent = ${silent}`,
    connectivity !== undefined && sql<SqlBool>`connectivity = ${connectivity}`,
  ].filter((condition) => condition !== false && condition !== undefined);
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(conditions, sql` AND `)}`;
}

type Counted = Record<Health, number> &
  Pick<FleetCounts, 'assets' | 'openTickets' | 'inMaintenance' | 'silent'> & { endOfLife: number | null };

const COUNTS = sql`count(*)::integer AS assets,
  ${sql.join(HEALTHS.map((health) => sql`count(*) FILTER (WHERE health = ${sql.lit(health)})::integer AS ${sql.ref(health)}`))},
  coalesce(sum(open_tickets), 0)::integer AS open_tickets, count(*) FILTER (WHERE in_maintenance)::integer AS in_maintenance,
  count(*) FILTER (WHERE silent)::integer AS silent, min(end_of_life) AS end_of_life`;

function toCounts(row: Counted): FleetCounts {
  const { assets, openTickets, inMaintenance, silent, endOfLife } = row;
  const health = Object.fromEntries(HEALTHS.map((one) => [one, row[one]])) as Record<Health, number>;
  return { assets, health, openTickets, inMaintenance, silent, ...(endOfLife !== null && { endOfLife }) };
}
