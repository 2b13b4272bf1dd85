import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { ahead } from './shared/ahead.ts';
import { COLOUR, steps, WEAR, WORDS } from './shared/colours.ts';
import { addPanels } from './shared/layout.ts';
import { otherDashboards, TAG, TO_ASSET, UID } from './shared/links.ts';
import { COLOURED, column, DATE, gauges, HIDDEN, PERCENT, rows, wide } from './shared/panels.ts';
import { table } from './shared/sources.ts';
import { MODEL, SITE, several } from './shared/variables.ts';

const BATCH = several(
  'batch',
  'Batch',
  "SELECT DISTINCT coalesce(batch, '(none)') AS __text, coalesce(batch, '') AS __value FROM fettle_views.assets ORDER BY 1",
  "SELECT coalesce(batch, '') FROM fettle_views.assets",
);

const COMPONENT = several(
  'component',
  'Component',
  `SELECT DISTINCT component_name AS __text, component AS __value FROM fettle_views.components
   WHERE site IN (\${site:sqlstring}) AND model IN (\${model:sqlstring}) ORDER BY 1`,
  'SELECT component FROM fettle_views.components',
);

/** What the variables at the top choose. */
const CHOSEN =
  "site IN (${site:sqlstring}) AND model IN (${model:sqlstring}) AND coalesce(batch, '') IN (${batch:sqlstring}) AND component IN (${component:sqlstring})";

const PART_HORIZONS = [30, 60, 90] as const;

/** How long the parts of the fleet last, and which are needed next. */
export function componentLife(): Dashboard {
  const dashboard = new DashboardBuilder('Fettle: component life')
    .uid(UID.life)
    .description('How worn the components of the fleet are, when they will end, and which parts that takes.')
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-7d', to: 'now' })
    .refresh('5m')
    .readonly()
    .link(otherDashboards())
    .variables([SITE, MODEL, BATCH, COMPONENT]);
  const panels = [partsNeeded(), endsAhead(), byComponent(), byShare(), byModelAndBatch(), forecasts()];
  return addPanels(dashboard, panels).build();
}

function partsNeeded() {
  const counted = PART_HORIZONS.map((days) => {
    const chances = `array_agg(needed_in_${days}_days)`;
    return `sum(needed_in_${days}_days) AS expected_${days},
    (fettle_views.count_quantiles(${chances}))[1] || ' to ' || (fettle_views.count_quantiles(${chances}))[3] AS range_${days}`;
  });
  const panel = rows({
    title: 'Parts needed',
    description:
      'How many of each part will be needed from now on: the number to expect from the remaining lives of all components and from open tickets, and the range that it lies in in 8 of 10 cases. Order within the lead time. Unknown components have neither a forecast nor a ticket and count as none.',
    unit: 'none',
    width: 24,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT part_number, ${counted.join(', ')}, max(part_lead_days) AS lead_days, count(*) AS components,
    count(*) FILTER (WHERE NOT has_forecast AND ticket IS NULL) AS unknown, count(ticket) AS tickets
FROM fettle_views.part_needs WHERE ${CHOSEN}
GROUP BY part_number ORDER BY expected_90 DESC, part_number LIMIT 200`,
      ),
    ],
  })
    .overrideByName('part_number', column('Part', wide(190)))
    .overrideByName('lead_days', column('Lead time, days', { id: 'decimals', value: 0 }, wide(110)))
    .overrideByName('components', column('Components', wide(100)))
    .overrideByName('unknown', column('Unknown', wide(90)))
    .overrideByName('tickets', column('With a ticket', wide(110)));
  for (const days of PART_HORIZONS) {
    panel
      .overrideByName(`expected_${days}`, column(`${days} days`, { id: 'decimals', value: 1 }, wide(90)))
      .overrideByName(`range_${days}`, column(`Range, ${days} days`, wide(120)));
  }
  return panel;
}

/** The band is that of the number, for components that end independently of each other. */
function endsAhead() {
  return ahead('At most', 'At least')
    .title('Ends of life ahead')
    .description(
      'How many components will have reached their end of life, by days from now, if none is replaced before. Between At least and At most in 8 of 10 cases: the band tells how sure the forecasts are together.',
    )
    .unit('none')
    .span(12)
    .height(9)
    .targets([
      table(
        'A',
        `WITH c AS (
  SELECT state_time, end_of_life_early, end_of_life, end_of_life_late FROM fettle_views.components
  WHERE has_forecast AND ${CHOSEN}
), ahead AS (
  SELECT week, array_agg(fettle_views.ended_by(now() + make_interval(weeks => week), state_time, end_of_life_early,
    end_of_life, end_of_life_late)) AS chances
  FROM c, generate_series(0, 26) AS week GROUP BY week
)
SELECT week * 7 AS days, (fettle_views.count_quantiles(chances))[1] AS "At least",
  (SELECT sum(chance) FROM unnest(chances) AS chance) AS "Expected", (fettle_views.count_quantiles(chances))[3] AS "At most"
FROM ahead ORDER BY week`,
      ),
    ]);
}

function byComponent() {
  return gauges({
    title: 'Life used by component type',
    description:
      'How much of its life each type of component has used on average over the chosen assets. Those that are far advanced everywhere need a plan for the whole fleet; see the table below for single ones.',
    unit: 'percentunit',
    width: 12,
    height: 9,
    queries: [
      table(
        'A',
        `SELECT component_name, avg(wear) AS wear FROM fettle_views.components
WHERE wear IS NOT NULL AND ${CHOSEN} GROUP BY component_name ORDER BY wear DESC LIMIT 20`,
      ),
    ],
  })
    .max(1)
    .thresholds(WEAR);
}

function byShare() {
  return gauges({
    title: 'Components by life used',
    description:
      'How many components have used how much of their life. Those beyond 100 % still work, past their rated life. Components whose age is unknown are counted at the end.',
    unit: 'none',
    width: 8,
    height: 9,
    queries: [
      table(
        'A',
        `SELECT s.words, count(c.asset) AS components
FROM (VALUES (0, '0 to 20 %'), (1, '20 to 40 %'), (2, '40 to 60 %'), (3, '60 to 80 %'), (4, '80 to 100 %'),
  (5, 'over 100 %'), (6, 'unknown')) AS s (step, words)
LEFT JOIN fettle_views.components AS c ON has_life AND ${CHOSEN}
  AND s.step = CASE WHEN wear IS NULL THEN 6 WHEN wear >= 1 THEN 5 ELSE floor(wear * 5) END
GROUP BY s.step, s.words ORDER BY s.step`,
      ),
    ],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.plain));
}

function byModelAndBatch() {
  return rows({
    title: 'Life used by model and batch',
    description:
      'Each type of component by model and batch. A batch that wears faster than others of its model is worth a look, and so is one with more failures.',
    unit: 'none',
    width: 16,
    height: 9,
    queries: [
      table(
        'A',
        `WITH f AS (
  SELECT asset, component, count(*) AS failures FROM fettle_views.failures WHERE impact = 'critical' GROUP BY asset, component
)
SELECT model_name, coalesce(batch, '(none)') AS batch_name, component_name, count(*) AS components, avg(wear) AS mean_wear,
  max(wear) AS highest_wear, count(*) FILTER (WHERE wear >= 0.8) AS near_end, min(end_of_life) AS next_end,
  coalesce(sum(failures), 0) AS failures
FROM fettle_views.components LEFT JOIN f USING (asset, component)
WHERE has_life AND ${CHOSEN}
GROUP BY model_name, batch, component_name ORDER BY mean_wear DESC NULLS LAST, model_name, 2, component_name LIMIT 300`,
      ),
    ],
  })
    .overrideByName('model_name', column('Model'))
    .overrideByName('batch_name', column('Batch', wide(90)))
    .overrideByName('component_name', column('Component'))
    .overrideByName('components', column('Components', wide(100)))
    .overrideByName('mean_wear', column('Mean', PERCENT, { id: 'decimals', value: 1 }, wide(80)))
    .overrideByName('highest_wear', column('Highest', PERCENT, { id: 'decimals', value: 1 }, wide(80)))
    .overrideByName('near_end', column('From 80 %', wide(90)))
    .overrideByName('next_end', column('Next end', DATE, wide(100)))
    .overrideByName('failures', column('Failures', wide(80)));
}

function forecasts() {
  const left = (date: string) => `extract(epoch FROM ${date} - now())::float8 / 86400`;
  const days = { id: 'decimals', value: 0 };
  return rows({
    title: 'Forecasts with their bands',
    description:
      'When each component will reach its end of life, in days from now: between Earliest and Latest in 8 of 10 cases. A wide band means that little is known yet: inspect before ordering. Click an asset for its forecasts over time.',
    unit: 'none',
    width: 24,
    height: 10,
    queries: [
      table(
        'A',
        `SELECT asset, asset_name, site, coalesce(batch, '') AS batch, component_name, health, wear,
  ${left('end_of_life_early')} AS early, ${left('end_of_life')} AS expected, ${left('end_of_life_late')} AS late,
  ${left('coalesce(end_of_life_late, end_of_life)')} - ${left('end_of_life_early')} AS band, part_number, order_by
FROM fettle_views.components
WHERE has_forecast AND end_of_life_early IS NOT NULL AND ${CHOSEN}
ORDER BY end_of_life NULLS LAST, end_of_life_early LIMIT 100`,
      ),
    ],
  })
    .mappings(WORDS)
    .overrideByName('asset', HIDDEN)
    .overrideByName('asset_name', column('Asset', TO_ASSET))
    .overrideByName('site', column('Site'))
    .overrideByName('batch', column('Batch', wide(80)))
    .overrideByName('component_name', column('Component'))
    .overrideByName('health', column('Health', COLOURED, wide(90)))
    .overrideByName('wear', column('Life used', PERCENT, { id: 'decimals', value: 1 }, wide(90)))
    .overrideByName('early', column('Earliest, days', days, wide(110)))
    .overrideByName('expected', column('Expected, days', days, wide(115)))
    .overrideByName('late', column('Latest, days', days, wide(110)))
    .overrideByName('band', column('Band, days', days, wide(100)))
    .overrideByName('part_number', column('Part'))
    .overrideByName('order_by', column('Order by', DATE, wide(100)));
}
