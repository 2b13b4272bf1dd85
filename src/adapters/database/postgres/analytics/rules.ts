import { sql } from 'kysely';
import type { AnalyticsFilter, Period, RuleFigures } from '../../../../ports/analytics.ts';
import type { Db, Row } from '../schema.ts';
import { fromRow } from '../values.ts';
import { assetOf, wanted } from './filter.ts';

/**
 * Of scores whose moment lies in the period. What was missed and has no rule is a line of its own. A failure counts once for a rule,
 * whichever of its tickets it is a score of.
 */
export async function rules(db: Db, filter: AnalyticsFilter, { from, to }: Period): Promise<RuleFigures[]> {
  const { rows } = await sql<Row<RuleFigures>>`
    WITH scored AS (
      SELECT s.*, a.model_id, coalesce(s.failure_id, s.id) AS failure, t.started_at, (t.closing ->> 'labourMinutes')::double precision AS labour
      FROM fettle.scores AS s
      JOIN fettle.assets AS a ON a.id = s.asset_id
      LEFT JOIN fettle.tickets AS t ON t.id = s.ticket_id
      WHERE s.at >= ${from} AND s.at < ${to} AND ${wanted(filter, { ...assetOf('a'), componentId: 's' })}
    ), known AS (
      SELECT *, bool_or(score = 'hit' OR (score = 'late' AND warning_ms > 0))
        OVER (PARTITION BY model_id, rule_id, failure) AS caught
      FROM scored
    )
    SELECT model_id, rule_id,
      (count(*) FILTER (WHERE score = 'hit'))::integer AS hits, (count(*) FILTER (WHERE score = 'early'))::integer AS early,
      (count(*) FILTER (WHERE score = 'late'))::integer AS late, (count(*) FILTER (WHERE score = 'false'))::integer AS false,
      (count(*) FILTER (WHERE score = 'missed'))::integer AS missed,
      (count(*) FILTER (WHERE score = 'unverifiable'))::integer AS unverifiable,
      (count(DISTINCT failure) FILTER (WHERE caught))::integer AS caught,
      (count(DISTINCT failure) FILTER (WHERE NOT caught AND score IN ('missed', 'late')))::integer AS uncaught,
      jsonb_strip_nulls(jsonb_build_object('count', count(warning_ms),
        'p10', percentile_cont(0.1) WITHIN GROUP (ORDER BY warning_ms),
        'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY warning_ms),
        'p90', percentile_cont(0.9) WITHIN GROUP (ORDER BY warning_ms))) AS warning,
      jsonb_strip_nulls(jsonb_build_object('parts', count(life_lost), 'lives', coalesce(sum(life_lost), 0),
        'mean', avg(life_lost))) AS life_lost,
      jsonb_build_object(
        'visits', count(*) FILTER (WHERE score = 'false' AND (started_at IS NOT NULL OR labour > 0)),
        'labourMinutes', coalesce(sum(labour) FILTER (WHERE score = 'false'), 0)) AS wasted
    FROM known GROUP BY model_id, rule_id ORDER BY model_id, rule_id NULLS LAST
  `.execute(db);
  return rows.map((row) => fromRow<RuleFigures>(row));
}
