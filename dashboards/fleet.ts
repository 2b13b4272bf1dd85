import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { COLOUR, HEALTH_BY_RANK, PRIORITIES, steps, WORDS } from './shared/colours.ts';
import { addPanels } from './shared/layout.ts';
import { otherDashboards, TAG, TO_ASSET, TO_DESK, UID } from './shared/links.ts';
import {
  COLOURED,
  column,
  DATE,
  FILLED,
  FROM_NOW,
  figures,
  gauges,
  HIDDEN,
  PERCENT,
  rows,
  wide,
} from './shared/panels.ts';
import { POSTGRES, series, table } from './shared/sources.ts';
import { MODEL, SITE, several } from './shared/variables.ts';

const COMPONENT = several(
  'component',
  'Component',
  `SELECT DISTINCT component_name AS __text, component AS __value FROM fettle_views.components
   WHERE site IN (\${site:sqlstring}) AND model IN (\${model:sqlstring}) ORDER BY 1`,
  'SELECT component FROM fettle_views.components',
);

/** What of the fleet the variables at the top choose. */
const CHOSEN = 'site IN (${site:sqlstring}) AND model IN (${model:sqlstring})';
const CHOSEN_COMPONENT = `${CHOSEN} AND component IN (\${component:sqlstring})`;
/** From the worst, as columns. */
const HEALTHS = ['critical', 'warning', 'watch', 'good', 'unknown'];
/** In a lateral subquery: PostgreSQL looks at one asset after the other instead of working out the whole fleet first. */
const EACH = 'OFFSET 0';
/** Rows of the state timeline that a person can still tell apart. */
const MOST_ROWS = 30;

/** The whole fleet: what needs somebody today, how it is, what comes. */
export function fleet(): Dashboard {
  const dashboard = new DashboardBuilder('Fettle: fleet')
    .uid(UID.fleet)
    .description('What needs attention today, the health of all assets, and what wears out next.')
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-7d', to: 'now' })
    .refresh('1m')
    .readonly()
    .link(otherDashboards())
    .variables([SITE, MODEL, COMPONENT]);
  const panels = [today(), healthNow(), openByPriority(), bySiteAndModel(), timeline(), endsOfLife(), openTickets()];
  return addPanels(dashboard, panels).build();
}

function today() {
  return rows({
    title: 'Today',
    description:
      'What to look at first. New: found in the last 24 hours. Got worse: rose in severity in the last 24 hours. Due this week: a ticket to be done within 7 days, or overdue. Gone silent: reports nothing any more. Click an asset to see why.',
    unit: 'none',
    width: 16,
    height: 10,
    queries: [
      table(
        'A',
        `WITH unwell AS (
  SELECT asset FROM fettle_views.assets WHERE health NOT IN ('good', 'unknown') AND ${CHOSEN}
), lasting AS (
  SELECT e.* FROM unwell AS u
  CROSS JOIN LATERAL (SELECT * FROM fettle_views.episodes WHERE asset = u.asset AND ended_at IS NULL ${EACH}) AS e
)
SELECT * FROM (
  SELECT CASE WHEN worse_at > raised_at THEN 0 ELSE 1 END AS rank,
    CASE WHEN worse_at > raised_at THEN 'Got worse' ELSE 'New' END AS what,
    asset, asset_name, site, component_name, failure_mode_name AS detail, severity, worse_at AS at
  FROM lasting
  WHERE evidence <> 'silence' AND worse_at > now() - interval '24 hours' AND component IN (\${component:sqlstring})
  UNION ALL
  SELECT 2, 'Due this week', asset, asset_name, site, component_name, 'Ticket ' || number || ': ' || title, severity, do_by
  FROM fettle_views.tickets
  WHERE to_do AND do_by < now() + interval '7 days' AND ${CHOSEN_COMPONENT}
  UNION ALL
  SELECT 3, 'Gone silent', asset, asset_name, site, component_name, 'Reports nothing', severity, started_at
  FROM lasting WHERE evidence = 'silence'
) AS today ORDER BY rank, at DESC LIMIT 200`,
      ),
    ],
  })
    .mappings(WORDS)
    .noValue('Nothing needs attention today.')
    .overrideByName('rank', HIDDEN)
    .overrideByName('asset', HIDDEN)
    .overrideByName('what', column('What', wide(120)))
    .overrideByName('asset_name', column('Asset', TO_ASSET, wide(150)))
    .overrideByName('site', column('Site', wide(110)))
    .overrideByName('component_name', column('Component', wide(150)))
    .overrideByName('detail', column('Detail'))
    .overrideByName('severity', column('Severity', COLOURED, wide(90)))
    .overrideByName('at', column('When', FROM_NOW, wide(130)));
}

function healthNow() {
  const count = (health: string) => `count(*) FILTER (WHERE health = '${health}') AS "${health}"`;
  const figure = (heading: string, colour: string) => [
    ...column(heading),
    { id: 'thresholds', value: steps(COLOUR.unknown, [1, colour]).build() },
  ];
  return figures({
    title: 'Assets by health',
    description:
      'How many assets are in each state now. Watch: worth knowing. Warning: plan work. Critical: act now. Unknown: nothing was heard yet.',
    unit: 'none',
    width: 8,
    height: 5,
    queries: [table('A', `SELECT ${HEALTHS.map(count).join(', ')} FROM fettle_views.assets WHERE ${CHOSEN}`)],
  })
    .overrideByName('critical', figure('Critical', COLOUR.critical))
    .overrideByName('warning', figure('Warning', COLOUR.warning))
    .overrideByName('watch', figure('Watch', COLOUR.watch))
    .overrideByName('good', figure('Good', COLOUR.good))
    .overrideByName('unknown', figure('Unknown', COLOUR.unknown));
}

function openByPriority() {
  return gauges({
    title: 'Open tickets by priority',
    description: 'Tickets that are neither closed nor cancelled. P1 is the most urgent.',
    unit: 'none',
    width: 8,
    height: 5,
    queries: [
      table(
        'A',
        `SELECT p.priority, count(t.number) AS tickets
FROM unnest(ARRAY['P1', 'P2', 'P3', 'P4']) AS p (priority)
LEFT JOIN fettle_views.tickets AS t ON t.priority = p.priority AND t.ongoing AND ${CHOSEN_COMPONENT}
GROUP BY p.priority ORDER BY p.priority`,
      ),
    ],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.plain));
}

function bySiteAndModel() {
  const count = (health: string) => `count(*) FILTER (WHERE health = '${health}') AS ${health}`;
  const cell = (heading: string, colour: string) =>
    column(heading, FILLED, wide(80), {
      id: 'thresholds',
      value: {
        mode: 'absolute',
        steps: [
          { value: null, color: 'transparent' },
          { value: 1, color: colour },
        ],
      },
    });
  return rows({
    title: 'Health by site and model',
    description: 'How many assets of each model are in each state at each site, the worst sites first.',
    unit: 'none',
    width: 12,
    height: 9,
    queries: [
      table(
        'A',
        `SELECT site, model_name, count(*) AS assets, ${HEALTHS.map(count).join(', ')}
FROM fettle_views.assets WHERE ${CHOSEN}
GROUP BY site, model_name ORDER BY critical DESC, warning DESC, watch DESC, site, model_name`,
      ),
    ],
  })
    .overrideByName('site', column('Site'))
    .overrideByName('model_name', column('Model'))
    .overrideByName('assets', column('Assets', wide(80)))
    .overrideByName('critical', cell('Critical', COLOUR.critical))
    .overrideByName('warning', cell('Warning', COLOUR.warning))
    .overrideByName('watch', cell('Watch', COLOUR.watch))
    .overrideByName('good', cell('Good', COLOUR.good))
    .overrideByName('unknown', cell('Unknown', COLOUR.unknown));
}

function timeline() {
  return new StateTimeline()
    .title('Health over time')
    .description(
      `The health of each asset, as its own data told it at that time; the ${MOST_ROWS} assets that were worst in this time range. Nothing is drawn before an asset was first heard.`,
    )
    .datasource(POSTGRES)
    .unit('none')
    .span(12)
    .height(9)
    .targets([
      series(
        'A',
        `WITH found AS (
  SELECT asset, max(severity_rank) AS rank, max(time) AS at FROM fettle_views.findings
  WHERE $__timeFilter(time) AND change IN ('raised', 'escalated') AND NOT retracted GROUP BY asset
), worst AS (
  SELECT a.asset FROM fettle_views.assets AS a LEFT JOIN found USING (asset)
  WHERE ${CHOSEN} ORDER BY greatest(a.health_rank, found.rank) DESC, found.at DESC NULLS LAST, a.asset LIMIT ${MOST_ROWS}
)
SELECT greatest(h.from_at, $__timeFrom()) AS "time", h.asset_name AS metric, h.health_rank AS value
FROM worst CROSS JOIN LATERAL (
  SELECT * FROM fettle_views.health_periods
  WHERE asset = worst.asset AND from_at < $__timeTo() AND coalesce(to_at, 'infinity') > $__timeFrom() ${EACH}
) AS h ORDER BY 1, 2`,
      ),
    ])
    .mappings(HEALTH_BY_RANK)
    .thresholds(steps(COLOUR.unknown, [0, COLOUR.good], [1, COLOUR.watch], [2, COLOUR.warning], [3, COLOUR.critical]))
    .showValue(VisibilityMode.Never)
    .mergeValues(true)
    .spanNulls(true)
    .rowHeight(0.8);
}

function endsOfLife() {
  return rows({
    title: 'Soonest ends of life',
    description:
      'Components in the order in which they wear out. Expected: as likely before as after. The end lies between Earliest and Latest in 8 of 10 cases. Order by: so that the part is there at the earliest end.',
    unit: 'none',
    width: 24,
    height: 9,
    queries: [
      table(
        'A',
        `SELECT asset, asset_name, site, component_name, health, wear, end_of_life_early, end_of_life, end_of_life_late, part_number,
  order_by
FROM fettle_views.components
WHERE has_forecast AND coalesce(end_of_life_early, end_of_life) IS NOT NULL AND ${CHOSEN_COMPONENT}
ORDER BY end_of_life NULLS LAST, end_of_life_early LIMIT 50`,
      ),
    ],
  })
    .mappings(WORDS)
    .overrideByName('asset', HIDDEN)
    .overrideByName('asset_name', column('Asset', TO_ASSET))
    .overrideByName('site', column('Site'))
    .overrideByName('component_name', column('Component'))
    .overrideByName('health', column('Health', COLOURED, wide(90)))
    .overrideByName('wear', column('Life used', PERCENT, { id: 'decimals', value: 1 }, wide(90)))
    .overrideByName('end_of_life_early', column('Earliest', DATE))
    .overrideByName('end_of_life', column('Expected', DATE))
    .overrideByName('end_of_life_late', column('Latest', DATE, { id: 'noValue', value: 'beyond 10 years' }))
    .overrideByName('part_number', column('Part'))
    .overrideByName('order_by', column('Order by', DATE));
}

function openTickets() {
  return rows({
    title: 'Open tickets',
    description:
      'Tickets that are neither closed nor cancelled, the most urgent first. Click an asset for its history, a number for the ticket in the service desk.',
    unit: 'none',
    width: 24,
    height: 9,
    queries: [
      table(
        'A',
        `SELECT number, priority, title, asset, asset_name, site, status, opened_at, do_by, part_number, external_url
FROM fettle_views.tickets WHERE ongoing AND ${CHOSEN_COMPONENT}
ORDER BY priority, do_by NULLS LAST, number LIMIT 200`,
      ),
    ],
  })
    .mappings(PRIORITIES)
    .noValue('No ticket is open.')
    .overrideByName('asset', HIDDEN)
    .overrideByName('external_url', HIDDEN)
    .overrideByName('number', column('Ticket', TO_DESK, wide(70)))
    .overrideByName('priority', column('Priority', COLOURED, wide(80)))
    .overrideByName('title', column('What'))
    .overrideByName('asset_name', column('Asset', TO_ASSET, wide(160)))
    .overrideByName('site', column('Site', wide(120)))
    .overrideByName('status', column('Status', wide(110)))
    .overrideByName('opened_at', column('Opened', FROM_NOW, wide(130)))
    .overrideByName('do_by', column('Do by', FROM_NOW, wide(130)))
    .overrideByName('part_number', column('Part', wide(140)));
}
