import { sql } from 'kysely';
import { DAY } from '../../../../domain/time.ts';
import type { AnalyticsFilter, Grouped, Period, RatingFigures, RatingGroup } from '../../../../ports/analytics.ts';
import type { Db } from '../schema.ts';
import { allOf, wanted } from './filter.ts';
import { SERVICE_KEYS } from './service.ts';

const RESOLVED_WITHIN = sql`CASE
  WHEN m.resolved_at IS NULL THEN NULL
  WHEN m.resolved_at - m.asked_at <= ${DAY}::double precision THEN '0-1 d'
  WHEN m.resolved_at - m.asked_at <= ${3 * DAY}::double precision THEN '1-3 d'
  WHEN m.resolved_at - m.asked_at <= ${7 * DAY}::double precision THEN '3-7 d'
  ELSE '7+ d' END`;

/** Of ratings given in the period. */
export async function ratings(
  db: Db,
  filter: AnalyticsFilter,
  { from, to }: Period,
  by: RatingGroup | undefined,
): Promise<Grouped<RatingFigures>[]> {
  const key =
    by === undefined ? sql`NULL::text` : by === 'time-to-resolve' ? RESOLVED_WITHIN : sql.ref(`m.${SERVICE_KEYS[by]}`);
  const { rows } = await sql<Ratings>`
    WITH rated AS (
      SELECT ${key} AS key, r.score, m.resolved_at - m.asked_at AS resolving
      FROM fettle.ratings AS r JOIN fettle.ticket_measures AS m ON m.id = r.ticket_id
      WHERE r.at >= ${from} AND r.at < ${to} AND ${wanted(filter, allOf('m'))}
    )
    SELECT key, grouping(key) = 1 AS whole, count(*)::integer AS count, avg(score)::double precision AS mean,
      ARRAY[${sql.join([1, 2, 3, 4, 5].map((score) => sql`(count(*) FILTER (WHERE score = ${score}))::integer`))}] AS by_score,
      avg(resolving) AS resolving
    FROM rated GROUP BY GROUPING SETS ((key), ())
    HAVING grouping(key) = 1 OR ${by !== undefined}
    ORDER BY grouping(key) DESC, key COLLATE "C"
  `.execute(db);
  return rows.map(({ key, whole, count, mean, byScore, resolving }) => ({
    ...(!whole && { key }),
    count,
    byScore,
    ...(mean !== null && { mean }),
    ...(resolving !== null && { resolving }),
  }));
}

interface Ratings {
  readonly key: string | null;
  readonly whole: boolean;
  readonly count: number;
  readonly mean: number | null;
  readonly byScore: number[];
  readonly resolving: number | null;
}
