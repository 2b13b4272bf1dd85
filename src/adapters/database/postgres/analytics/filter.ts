import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AnalyticsFilter } from '../../../../ports/analytics.ts';

const COLUMNS = {
  siteId: 'site_id',
  modelId: 'model_id',
  batch: 'batch',
  componentId: 'component_id',
  customerId: 'customer_id',
} as const satisfies Record<keyof AnalyticsFilter, string>;

/** The table that has the column of each field. */
type Place = Readonly<Partial<Record<keyof AnalyticsFilter, string>>>;

/** True for rows that the filter wants. `places`: the table of each field; a field that is absent there narrows nothing. */
export function wanted(filter: AnalyticsFilter, places: Place): RawBuilder<SqlBool> {
  const conditions = (Object.keys(COLUMNS) as (keyof AnalyticsFilter)[]).flatMap((field) => {
    const [value, place] = [filter[field], places[field]];
    return value === undefined || place === undefined
      ? []
      : [sql<SqlBool>`${sql.ref(`${place}.${COLUMNS[field]}`)} = ${value}`];
  });
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(conditions, sql` AND `)}`;
}

/** All fields in one table. */
export function allOf(place: string): Required<Place> {
  return { siteId: place, modelId: place, batch: place, componentId: place, customerId: place };
}

/** The fields of an asset in one table. */
export function assetOf(place: string): Place {
  return { siteId: place, modelId: place, batch: place, customerId: place };
}
