import { type Static, Type } from 'typebox';
import type { MeteredUsage } from '../../ports/analytics.ts';
import { type Cell, csvOf } from '../csv.ts';
import { formatTime } from '../times.ts';
import { Time } from './common.ts';

const MeteredSchema = Type.Object({
  assetId: Type.String(),
  assetName: Type.Optional(Type.String()),
  siteId: Type.String(),
  customerId: Type.Optional(Type.String()),
  componentId: Type.String(),
  ruleId: Type.String(),
  period: Type.Optional(Type.String({ examples: ['2026-11'], description: 'Absent for the whole time' })),
  zone: Type.String({ examples: ['Asia/Shanghai'] }),
  unit: Type.String(),
  used: Type.Number(),
  adjusted: Type.Number({ description: 'Taken out as implausible; never billed' }),
  reading: Type.Optional(Type.Number()),
  firstDay: Type.String({ format: 'date', description: 'First UTC day with an entry' }),
  lastDay: Type.String({ format: 'date' }),
  days: Type.Integer({ description: 'Days with an entry' }),
});

export const MeteredUsageSchema = Type.Object(
  { from: Time, to: Time, items: Type.Array(MeteredSchema) },
  { description: 'Usage by asset, counting rule and period' },
);

/** Sums are decimals already: they are shown as they are. */
export function presentMetered(usage: MeteredUsage): Static<typeof MeteredSchema> {
  return {
    ...usage,
    firstDay: formatTime(usage.firstDay).slice(0, 10),
    lastDay: formatTime(usage.lastDay).slice(0, 10),
  };
}

const COLUMNS = Object.keys(MeteredSchema.properties) as (keyof typeof MeteredSchema.properties)[];

export function meteredCsv(rows: readonly MeteredUsage[]): string {
  const cells = rows.map(presentMetered).map((row) => COLUMNS.map((name): Cell => row[name]));
  return csvOf(COLUMNS, cells);
}
