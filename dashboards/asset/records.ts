import { COLOUR, WORDS } from '../shared/colours.ts';
import { TO_DESK } from '../shared/links.ts';
import { bars, COLOURED, column, FROM_NOW, fixedColour, HIDDEN, rows, wide } from '../shared/panels.ts';
import { influxql, table } from '../shared/sources.ts';
import { THIS_ASSET } from './variables.ts';

/** What was said and done about it, and how far its data can be trusted. */
export function recordPanels() {
  return [tickets(), findings(), quality(), refused()];
}

function tickets() {
  return rows({
    title: 'Tickets',
    description: 'Tickets of this asset that were open at any time in this time range, the newest first.',
    unit: 'none',
    width: 12,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT number, priority, title, status, outcome, opened_at, do_by, closed_at, external_url FROM fettle_views.tickets
WHERE ${THIS_ASSET} AND opened_at < $__timeTo() AND coalesce(closed_at, now()) > $__timeFrom() ORDER BY number DESC LIMIT 100`,
      ),
    ],
  })
    .noValue('No ticket in this time range.')
    .overrideByName('external_url', HIDDEN)
    .overrideByName('number', column('Ticket', TO_DESK, wide(70)))
    .overrideByName('priority', column('Priority', wide(75)))
    .overrideByName('title', column('What'))
    .overrideByName('status', column('Status', wide(100)))
    .overrideByName('outcome', column('Outcome', wide(130)))
    .overrideByName('opened_at', column('Opened', FROM_NOW, wide(120)))
    .overrideByName('do_by', column('Do by', FROM_NOW, wide(120)))
    .overrideByName('closed_at', column('Closed', FROM_NOW, wide(120)));
}

function findings() {
  return rows({
    title: 'Findings',
    description:
      'What the rules found in this time range, by the time of the data, the newest first. Findings that later data took back are left out.',
    unit: 'none',
    width: 12,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT time, severity, change, component_name, failure_mode_name, value, "limit", unit, ticket FROM fettle_views.findings
WHERE ${THIS_ASSET} AND change <> 'updated' AND NOT retracted AND $__timeFilter(time) ORDER BY time DESC, id DESC LIMIT 100`,
      ),
    ],
  })
    .mappings(WORDS)
    .noValue('No finding in this time range.')
    .overrideByName('time', column('When', FROM_NOW, wide(120)))
    .overrideByName('severity', column('Severity', COLOURED, wide(85)))
    .overrideByName('change', column('Change', wide(85)))
    .overrideByName('component_name', column('Component', wide(140)))
    .overrideByName('failure_mode_name', column('Failure mode'))
    .overrideByName('value', column('Value', wide(75)))
    .overrideByName('limit', column('Limit', wide(75)))
    .overrideByName('unit', column('Unit', wide(60)))
    .overrideByName('ticket', column('Ticket', wide(65)));
}

function quality() {
  const count = (quality: number) =>
    `SELECT count("value") FROM "raw"."samples" WHERE "asset" =~ /^\${asset:regex}$/ AND "quality" = ${quality} AND $timeFilter GROUP BY time($__interval) fill(none)`;
  return bars({
    title: 'Data quality',
    description:
      'How many values were stored, by how far they can be trusted. Uncertain: for instance a clock that had to be corrected. Bad: marked as bad by the device; stored, but not judged by rules. Nothing drawn: nothing was received.',
    unit: 'none',
    width: 12,
    height: 7,
    queries: [influxql('A', 'Good', count(0)), influxql('B', 'Uncertain', count(1)), influxql('C', 'Bad', count(2))],
  })
    .interval('5m')
    .decimals(0)
    .overrideByName('Good', [fixedColour(COLOUR.good)])
    .overrideByName('Uncertain', [fixedColour(COLOUR.warning)])
    .overrideByName('Bad', [fixedColour(COLOUR.critical)]);
}

function refused() {
  return rows({
    title: 'Refused values',
    description:
      'Messages and values of this asset that Fettle could not take in this time range, and why. They are kept as dead letters and can be taken in again once the cause is gone.',
    unit: 'none',
    width: 12,
    height: 7,
    queries: [
      table(
        'A',
        `SELECT reason, coalesce(metric, '') AS metric, count(*) AS refused, max(at) AS last_at, (array_agg(detail ORDER BY at DESC))[1] AS detail
FROM fettle_views.dead_letters WHERE ${THIS_ASSET} AND $__timeFilter(at)
GROUP BY reason, metric ORDER BY refused DESC LIMIT 50`,
      ),
    ],
  })
    .noValue('Nothing was refused.')
    .overrideByName('reason', column('Reason', wide(130)))
    .overrideByName('metric', column('Metric', wide(130)))
    .overrideByName('refused', column('Times', wide(65)))
    .overrideByName('last_at', column('Last', FROM_NOW, wide(120)))
    .overrideByName('detail', column('For example'));
}
