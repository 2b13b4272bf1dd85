import { LineStyleBuilder } from '@grafana/grafana-foundation-sdk/common';
import { ahead } from '../shared/ahead.ts';
import { COLOUR, WEAR, WORDS } from '../shared/colours.ts';
import { bars, COLOURED, column, DATE, fixedColour, gauges, PERCENT, rows, wide } from '../shared/panels.ts';
import { series, table } from '../shared/sources.ts';
import { THIS_ASSET } from './variables.ts';

const CHOSEN = `${THIS_ASSET} AND component IN (\${component:sqlstring})`;

/** Wear, forecasts and use of its components. */
export function componentPanels() {
  return [wear(), components(), forecast(), usage()];
}

function wear() {
  return gauges({
    title: 'Life used',
    description:
      'How much of the life of each component is used up, by hours, cycles, pages or age, whichever is further. 100 % is the end of its rated life. A component whose age is unknown has no bar.',
    unit: 'percentunit',
    width: 8,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT component_name, wear FROM fettle_views.components WHERE ${CHOSEN} AND wear IS NOT NULL ORDER BY wear DESC`,
      ),
    ],
  })
    .max(1)
    .thresholds(WEAR);
}

function components() {
  return rows({
    title: 'Components',
    description:
      'Health, use and expected end of life of each component. The end lies between Earliest and Latest in 8 of 10 cases. Order by: so that the part is there at the earliest end.',
    unit: 'none',
    width: 16,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT component_name, health, wear, used, life, unit, end_of_life_early, end_of_life, end_of_life_late, part_number, order_by
FROM fettle_views.components WHERE ${THIS_ASSET} ORDER BY health_rank DESC, wear DESC NULLS LAST, position`,
      ),
    ],
  })
    .mappings(WORDS)
    .overrideByName('component_name', column('Component', wide(170)))
    .overrideByName('health', column('Health', COLOURED, wide(80)))
    .overrideByName('wear', column('Life used', PERCENT, { id: 'decimals', value: 1 }, wide(85)))
    .overrideByName('used', column('Used', { id: 'decimals', value: 0 }, wide(80)))
    .overrideByName('life', column('Of', { id: 'decimals', value: 0 }, wide(80)))
    .overrideByName('unit', column('Unit', wide(65)))
    .overrideByName('end_of_life_early', column('Earliest', DATE))
    .overrideByName('end_of_life', column('Expected', DATE))
    .overrideByName('end_of_life_late', column('Latest', DATE))
    .overrideByName('part_number', column('Part'))
    .overrideByName('order_by', column('Order by', DATE));
}

/** Straight from the present wear to the end of life at the early, the expected and the late date. */
function forecast() {
  const at = (days: string) =>
    `CASE WHEN f.${days} IS NOT NULL THEN least(1, f.wear + (1 - f.wear) * x.day / greatest(f.${days}, 0.001)) END`;
  const dashed = { id: 'custom.lineStyle', value: new LineStyleBuilder().fill('dash').dash([6, 6]).build() };
  return ahead('Earliest', 'Latest')
    .title('Forecast: ${component:text}')
    .description(
      'From the life used now to the end of life, by days from now. The end lies between Earliest and Latest in 8 of 10 cases; the band between them tells how sure the forecast is. Without a Latest it lies more than ten years ahead.',
    )
    .unit('percentunit')
    .span(24)
    .height(7)
    .repeat('component')
    .repeatDirection('h')
    .maxPerRow(3)
    .targets([
      table(
        'A',
        `WITH f AS (
  SELECT wear, extract(epoch FROM end_of_life_early - now())::float8 / 86400 AS early,
    extract(epoch FROM end_of_life - now())::float8 / 86400 AS expected,
    extract(epoch FROM end_of_life_late - now())::float8 / 86400 AS late
  FROM fettle_views.components
  WHERE ${CHOSEN} AND has_forecast AND wear IS NOT NULL
), x AS (
  SELECT DISTINCT greatest(0, day) AS day FROM f, unnest(ARRAY[0, early, expected, late]) AS day WHERE day IS NOT NULL
)
SELECT x.day AS days, ${at('early')} AS "Earliest", ${at('expected')} AS "Expected", ${at('late')} AS "Latest", 1::float8 AS "End of life"
FROM f, x ORDER BY x.day`,
      ),
    ])
    .overrideByName('End of life', [fixedColour(COLOUR.critical), dashed]);
}

function usage() {
  return bars({
    title: 'Life used per day',
    description:
      'How fast each component is used up: the share of its life that each day (UTC) took. Counted from its own usage counters; implausible steps are left out.',
    unit: 'percentunit',
    width: 24,
    height: 7,
    queries: [
      series(
        'A',
        `SELECT u.day AS "time", u.component_name AS metric, u.used / c.life AS value
FROM fettle_views.usage AS u JOIN fettle_views.components AS c USING (asset, component)
WHERE ${CHOSEN} AND c.life > 0 AND u.day BETWEEN date_trunc('day', $__timeFrom()::timestamptz, 'UTC') AND $__timeTo()
ORDER BY 1, 2`,
      ),
    ],
  })
    .decimals(2)
    .noValue('No whole day in this time range');
}
