import { sql } from 'kysely';
import { WHOLE_ASSET } from '../../../../domain/ids.ts';
import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../../domain/time.ts';
import type { AnalyticsFilter, Exposure, Grouped, Period, ReliabilityGroup } from '../../../../ports/analytics.ts';
import type { Db } from '../schema.ts';
import { assetOf, wanted } from './filter.ts';
import { SAID_BEST } from './repeats.ts';

const KEYS: Readonly<Record<ReliabilityGroup, string>> = {
  site: 'site_id',
  model: 'model_id',
  batch: 'batch',
  component: 'component_id',
  customer: 'customer_id',
  asset: 'asset_id',
};

/** Counters in these count running time. */
const TIME_UNITS = { h: HOUR, hr: HOUR, hrs: HOUR, hour: HOUR, hours: HOUR, min: MINUTE, s: SECOND, d: DAY };

const UNITS = Object.keys(TIME_UNITS);

/** By component the total is that of the assets: hours of components do not add up to hours of machines. */
export async function exposures(
  db: Db,
  filter: AnalyticsFilter,
  period: Period,
  by: ReliabilityGroup | undefined,
  now: Timestamp,
): Promise<Grouped<Exposure>[]> {
  if (by !== 'component' || filter.componentId !== undefined) return measured(db, filter, period, by, now);
  const total = await measured(db, filter, period, undefined, now);
  const groups = await measured(db, filter, period, by, now);
  return [...total, ...groups.filter((group) => 'key' in group)];
}

/**
 * By whole UTC days. A place is an asset or, where components are asked for, each component of it: it runs by its own
 * counter of time, else by that of its asset that counted most each day, else by the calendar.
 * An asset as a whole is a place of its own among its components, whether or not it ever failed as one.
 */
async function measured(
  db: Db,
  filter: AnalyticsFilter,
  period: Period,
  by: ReliabilityGroup | undefined,
  now: Timestamp,
): Promise<Grouped<Exposure>[]> {
  const from = Math.floor(period.from / DAY) * DAY;
  const to = Math.ceil(period.to / DAY) * DAY;
  const inComponents = by === 'component' || filter.componentId !== undefined;
  const key = by === undefined ? sql`NULL::text` : sql.ref(`e.${KEYS[by]}`);
  const { rows } = await sql<ExposureRow>`
    WITH units AS (
      SELECT * FROM unnest(${UNITS}::text[], ${Object.values(TIME_UNITS)}::double precision[])
        AS u (unit, ms)
    ), chosen AS (
      SELECT a.id AS asset_id, a.site_id, a.model_id, a.batch, a.customer_id, a.commissioned_at, s.first_state_time,
        (SELECT min(u.day) FROM fettle.usage_entries AS u WHERE u.asset_id = a.id) AS first_day,
        (SELECT min(u.day) FROM fettle.usage_entries AS u WHERE u.asset_id = a.id AND u.unit = ANY (${UNITS}::text[]))
          AS first_running_day
      FROM fettle.assets AS a LEFT JOIN fettle.asset_status AS s ON s.asset_id = a.id
      WHERE ${wanted(filter, assetOf('a'))}
    ), own AS (
      SELECT asset_id, component_id, min(day) AS since, sum(ms) FILTER (WHERE day >= ${from} AND day < ${to}) AS ms
      FROM (
        SELECT asset_id, u.component_id, u.day, max(u.used * n.ms) AS ms
        FROM chosen JOIN fettle.usage_entries AS u USING (asset_id) JOIN units AS n USING (unit)
        WHERE ${inComponents} GROUP BY asset_id, u.component_id, u.day
      ) AS days GROUP BY asset_id, component_id
    ), whole AS (
      SELECT asset_id, sum(ms) AS ms
      FROM (
        SELECT asset_id, u.day, max(u.used * n.ms) AS ms
        FROM chosen JOIN fettle.usage_entries AS u USING (asset_id) JOIN units AS n USING (unit)
        WHERE u.day >= ${from} AND u.day < ${to} GROUP BY asset_id, u.day
      ) AS days GROUP BY asset_id
    ), places AS (
      SELECT asset_id, NULL AS component_id FROM chosen WHERE NOT ${inComponents}
      UNION ALL (
        SELECT c.asset_id, p.value ->> 'id' FROM chosen AS c JOIN fettle.model_catalogue AS m USING (model_id)
          CROSS JOIN LATERAL jsonb_array_elements(m.entry -> 'components') AS p WHERE ${inComponents}
        UNION SELECT asset_id, ${WHOLE_ASSET} FROM chosen WHERE ${inComponents}
        UNION SELECT asset_id, f.component_id FROM chosen JOIN fettle.failures AS f USING (asset_id) WHERE ${inComponents}
        UNION SELECT asset_id, component_id FROM own WHERE ${inComponents}
      )
    ), exposed AS (
      SELECT c.*, p.component_id, coalesce(own.since, c.first_running_day) IS NOT NULL AS runs,
        coalesce(own.since, c.first_running_day, greatest(least(c.first_state_time, c.first_day), c.commissioned_at)) AS since,
        CASE WHEN own.since IS NOT NULL THEN own.ms WHEN c.first_running_day IS NOT NULL THEN whole.ms END AS running_ms
      FROM places AS p JOIN chosen AS c USING (asset_id)
      LEFT JOIN own ON own.asset_id = p.asset_id AND own.component_id = p.component_id
      LEFT JOIN whole ON whole.asset_id = p.asset_id
    ), counted AS (
      SELECT ${key} AS key, e.asset_id, e.since IS NOT NULL AS observed,
        CASE WHEN e.runs THEN coalesce(e.running_ms, 0) ELSE 0 END AS running_ms,
        CASE WHEN e.runs OR e.since IS NULL THEN 0
          ELSE greatest(0, least(${to}::double precision, ${now}::double precision) - greatest(${from}::double precision, e.since))
          END AS calendar_ms,
        f.*
      FROM exposed AS e CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE f.at >= e.since AND f.impact = 'critical') AS critical,
          count(*) FILTER (WHERE f.at >= e.since AND f.impact = 'degraded') AS degraded,
          count(*) FILTER (WHERE f.at >= e.since AND f.impact = 'incipient') AS incipient,
          count(*) FILTER (WHERE f.at >= e.since IS NOT TRUE) AS unobserved
        FROM fettle.failures AS f
        WHERE f.asset_id = e.asset_id AND (e.component_id IS NULL OR f.component_id = e.component_id)
          AND f.at >= ${from} AND f.at < ${to} AND f.at <= ${now}
          AND ${SAID_BEST}
      ) AS f
      WHERE ${filter.componentId ?? null}::text IS NULL OR e.component_id = ${filter.componentId ?? null}
    )
    SELECT key, grouping(key) = 1 AS whole, (count(DISTINCT asset_id) FILTER (WHERE observed))::integer AS assets,
      (count(DISTINCT asset_id) FILTER (WHERE NOT observed))::integer AS unobserved_assets,
      coalesce(sum(running_ms), 0) AS running, coalesce(sum(calendar_ms), 0) AS calendar,
      coalesce(sum(critical), 0)::integer AS critical, coalesce(sum(degraded), 0)::integer AS degraded,
      coalesce(sum(incipient), 0)::integer AS incipient, coalesce(sum(unobserved), 0)::integer AS unobserved
    FROM counted GROUP BY GROUPING SETS ((key), ())
    HAVING grouping(key) = 1 OR ${by !== undefined}
    ORDER BY grouping(key) DESC, key COLLATE "C"
  `.execute(db);
  return rows.map(({ key, whole, ...exposure }) => ({ ...(!whole && { key }), ...exposure }));
}

type ExposureRow = Exposure & { readonly key: string | null; readonly whole: boolean };
