import { sql } from 'kysely';
import type { Duration, Timestamp } from '../../../../domain/time.ts';
import type { AnalyticsFilter, PartDemand } from '../../../../ports/analytics.ts';
import type { Db, Row } from '../schema.ts';
import { fromRow } from '../values.ts';
import { allOf, wanted } from './filter.ts';

/** The numbers of components that end are independent: a Poisson binomial distribution for each part. */
export async function partsDemand(
  db: Db,
  filter: AnalyticsFilter,
  now: Timestamp,
  horizons: readonly Duration[],
): Promise<PartDemand[]> {
  const { rows } = await sql<Row<PartDemand>>`
    WITH needs AS (
      SELECT * FROM fettle.part_needs AS n WHERE ${wanted(filter, allOf('n'))}
    ), chances AS (
      SELECT n.part_number, h.within, n.due_ms <= ${now} + h.within AS ticketed,
        CASE WHEN n.due_ms <= ${now} + h.within THEN 1 WHEN n.has_forecast THEN fettle.share_ended(
          ${now} + h.within - n.state_time, n.p10 - n.state_time, n.p50 - n.state_time, n.p90 - n.state_time
        ) ELSE 0 END AS chance
      FROM needs AS n CROSS JOIN unnest(${horizons}::double precision[]) AS h (within)
    ), counted AS (
      SELECT part_number, within, sum(chance) AS expected, fettle.count_quantiles(array_agg(chance)) AS band,
        count(*) FILTER (WHERE ticketed) AS ticketed
      FROM chances GROUP BY part_number, within
    ), parts AS (
      SELECT part_number, (array_agg(part_name) FILTER (WHERE part_name IS NOT NULL))[1] AS name,
        max(lead_ms) AS lead_time, count(*)::integer AS components,
        (count(*) FILTER (WHERE has_forecast))::integer AS with_forecast,
        (count(*) FILTER (WHERE NOT has_forecast AND ticket IS NULL))::integer AS unknown,
        min(state_time) FILTER (WHERE has_forecast) AS oldest_forecast
      FROM needs GROUP BY part_number
    )
    SELECT p.*, (
      SELECT jsonb_agg(jsonb_build_object('within', c.within, 'expected', c.expected, 'p10', c.band[1], 'p50', c.band[2],
        'p90', c.band[3], 'ticketed', c.ticketed) ORDER BY c.within)
      FROM counted AS c WHERE c.part_number = p.part_number
    ) AS needs
    FROM parts AS p ORDER BY p.part_number COLLATE "C"
  `.execute(db);
  return rows.map((row) => fromRow<PartDemand>(row));
}
