import { sql } from 'kysely';
import { DAY } from '../../../../domain/time.ts';
import type { Account, AnalyticsFilter, Period } from '../../../../ports/analytics.ts';
import type { Db } from '../schema.ts';
import { allOf, assetOf, wanted } from './filter.ts';
import { promises } from './service.ts';

/** Customers are those that assets name. */
export async function accounts(db: Db, filter: AnalyticsFilter, { from, to }: Period): Promise<Account[]> {
  const { rows } = await sql<Account>`
    WITH owned AS (
      SELECT * FROM fettle.assets AS a WHERE customer_id IS NOT NULL AND ${wanted(filter, assetOf('a'))}
    ), customers AS (
      SELECT customer_id, count(*)::integer AS assets FROM owned GROUP BY customer_id
    ), contracts AS (
      SELECT customer_id, jsonb_agg(contract || jsonb_build_object('assets', assets)
        ORDER BY (contract ->> 'until')::double precision NULLS LAST, contract ->> 'kind', contract ->> 'reference') AS contracts
      FROM (
        SELECT customer_id, contract, count(*) AS assets FROM owned
        WHERE contract IS NOT NULL AND contract ->> 'kind' <> 'none' GROUP BY customer_id, contract
      ) AS alike GROUP BY customer_id
    ), measured AS (
      SELECT * FROM fettle.ticket_measures AS m WHERE ${wanted(filter, allOf('m'))}
    ), priorities AS (
      SELECT customer_id, jsonb_object_agg(priority, tickets) AS tickets FROM (
        SELECT customer_id, priority, count(*) AS tickets FROM measured WHERE ongoing GROUP BY customer_id, priority
      ) AS counted GROUP BY customer_id
    ), served AS (
      SELECT customer_id,
        (count(*) FILTER (WHERE ongoing AND (NOT response_kept OR NOT solution_kept)))::integer AS overdue,
        ${promises('response', sql`promised_at >= ${from} AND promised_at < ${to}`)} AS response,
        ${promises('solution', sql`promised_at >= ${from} AND promised_at < ${to}`)} AS solution
      FROM measured GROUP BY customer_id
    ), rated AS (
      SELECT m.customer_id, jsonb_build_object('count', count(*), 'mean', avg(r.score)::double precision) AS rating
      FROM measured AS m JOIN fettle.ratings AS r ON r.ticket_id = m.id
      WHERE r.at >= ${from} AND r.at < ${to} GROUP BY m.customer_id
    ), used AS (
      SELECT customer_id, jsonb_agg(jsonb_build_object('modelId', model_id, 'componentId', component_id, 'ruleId', rule_id,
        'unit', unit, 'used', used, 'adjusted', adjusted) ORDER BY model_id, component_id, rule_id, unit) AS usage
      FROM (
        SELECT a.customer_id, a.model_id, u.component_id, u.rule_id, u.unit, sum(u.used::numeric)::double precision AS used,
          sum(u.adjusted::numeric)::double precision AS adjusted
        FROM owned AS a JOIN fettle.usage_entries AS u ON u.asset_id = a.id
        WHERE u.day + ${DAY / 2} >= ${from} AND u.day + ${DAY / 2} < ${to} AND ${wanted(filter, { componentId: 'u' })}
        GROUP BY a.customer_id, a.model_id, u.component_id, u.rule_id, u.unit
      ) AS summed GROUP BY customer_id
    )
    SELECT c.customer_id, c.assets, coalesce(p.tickets, '{}') AS open_tickets, coalesce(s.overdue, 0) AS overdue_tickets,
      coalesce(s.response, '{"kept": 0, "broken": 0, "undecided": 0}') AS response,
      coalesce(s.solution, '{"kept": 0, "broken": 0, "undecided": 0}') AS solution,
      coalesce(r.rating, '{"count": 0}') AS rating,
      coalesce(k.contracts, '[]') AS contracts, coalesce(u.usage, '[]') AS usage
    FROM customers AS c
    LEFT JOIN priorities AS p USING (customer_id)
    LEFT JOIN served AS s USING (customer_id)
    LEFT JOIN rated AS r USING (customer_id)
    LEFT JOIN contracts AS k USING (customer_id)
    LEFT JOIN used AS u USING (customer_id)
    ORDER BY c.customer_id
  `.execute(db);
  return rows;
}
