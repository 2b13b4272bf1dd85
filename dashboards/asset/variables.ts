import type { QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { hidden, MODEL, one, SITE, several } from '../shared/variables.ts';

/** The asset that is chosen, in a condition. */
export const THIS_ASSET = 'asset = ${asset:sqlstring}';
const MODEL_OF_ASSET = `model = (SELECT model FROM fettle_views.assets WHERE ${THIS_ASSET})`;

/** Up to here raw samples are shown, then five-minute and then hourly aggregates. In ms. */
const RAW_UP_TO = 2 * 86_400_000;
const FIVE_MINUTES_UP_TO = 31 * 86_400_000;

/** Site and model narrow the list of assets; the others repeat panels. */
export function variables(): QueryVariableBuilder[] {
  const metrics = (kinds: string) =>
    `SELECT metric_name AS __text, metric AS __value FROM fettle_views.metrics WHERE ${MODEL_OF_ASSET} AND kind ${kinds} ORDER BY position`;
  return [
    SITE,
    MODEL,
    one(
      'asset',
      'Asset',
      `SELECT asset_name AS __text, asset AS __value FROM fettle_views.assets
       WHERE site IN (\${site:sqlstring}) AND model IN (\${model:sqlstring}) ORDER BY health_rank DESC, asset`,
    ),
    several(
      'component',
      'Component',
      `SELECT component_name AS __text, component AS __value FROM fettle_views.components WHERE ${THIS_ASSET} AND has_life ORDER BY position`,
    ),
    several('metric', 'Metric', metrics("= 'number'")),
    several('state', 'State', metrics("= 'state'")),
    several('event', 'Event', metrics("= 'event'")),
    hidden(
      'rp',
      `SELECT CASE WHEN \${__to} - \${__from} <= ${RAW_UP_TO} THEN 'raw' WHEN \${__to} - \${__from} <= ${FIVE_MINUTES_UP_TO} THEN '5m' ELSE '1h' END`,
    ),
    hidden('step', "SELECT CASE '$rp' WHEN 'raw' THEN '10s' ELSE '$rp' END"),
  ];
}
