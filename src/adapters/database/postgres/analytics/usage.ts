import { sql } from 'kysely';
import { DAY } from '../../../../domain/time.ts';
import type { AnalyticsFilter, MeteredUsage, Period, SiteZones, UsagePeriod } from '../../../../ports/analytics.ts';
import type { Db, Row } from '../schema.ts';
import { fromRow } from '../values.ts';
import { assetOf, wanted } from './filter.ts';

const FORMS: Readonly<Record<UsagePeriod, string | null>> = {
  day: 'YYYY-MM-DD',
  month: 'YYYY-MM',
  year: 'YYYY',
  whole: null,
};

/**
 * The ledger has UTC days; a day belongs to where its middle lies. Sums are of decimals, so that they are what
 * a person comes to who adds the entries up.
 */
export async function usage(
  db: Db,
  filter: AnalyticsFilter,
  { from, to }: Period,
  by: UsagePeriod,
  zones: SiteZones,
  limit: number,
): Promise<MeteredUsage[]> {
  const sites = Object.keys(zones.sites);
  const { rows } = await sql<Row<MeteredUsage>>`
    WITH entries AS (
      SELECT u.*, a.name, a.site_id, a.customer_id, coalesce(z.zone, ${zones.others}::text) AS zone
      FROM fettle.usage_entries AS u
      JOIN fettle.assets AS a ON a.id = u.asset_id
      LEFT JOIN unnest(${sites}::text[], ${sites.map((site) => zones.sites[site])}::text[]) AS z (site_id, zone)
        ON z.site_id = a.site_id
      WHERE u.day + ${DAY / 2} >= ${from} AND u.day + ${DAY / 2} < ${to}
        AND ${wanted(filter, { ...assetOf('a'), componentId: 'u' })}
    ), placed AS (
      SELECT e.*, to_char(fettle.instant(e.day + ${DAY / 2}::double precision) AT TIME ZONE e.zone, ${FORMS[by]}::text)
        AS period
      FROM entries AS e
    )
    SELECT asset_id, min(name) AS asset_name, site_id, min(customer_id) AS customer_id, component_id, rule_id, period, zone,
      unit, sum(used::numeric)::double precision AS used, sum(adjusted::numeric)::double precision AS adjusted,
      (array_agg(reading ORDER BY day DESC) FILTER (WHERE reading IS NOT NULL))[1] AS reading,
      min(day) AS first_day, max(day) AS last_day, count(*)::integer AS days
    FROM placed
    GROUP BY asset_id, site_id, component_id, rule_id, period, zone, unit
    ORDER BY asset_id, component_id, rule_id, period, unit
    LIMIT ${limit}
  `.execute(db);
  return rows.map((row) => fromRow<MeteredUsage>(row));
}
