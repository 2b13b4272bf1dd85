import { COLOUR, steps } from '../shared/colours.ts';
import { bars, column, figures, PERCENT, rows, wide } from '../shared/panels.ts';
import { series, table } from '../shared/sources.ts';
import { CHOSEN } from './chosen.ts';

const SECONDS = { id: 'unit', value: 's' };
/** A fix has to last so long to be one. */
const FIXED_FOR = "interval '30 days'";

/** What came in and how long it took, within the time range. */
export function deskTimes() {
  return [flow(), measures(), byTeam()];
}

function flow() {
  const perDay = (refId: string, name: string, column: string) =>
    series(
      refId,
      `SELECT date_trunc('day', ${column}) AS "time", '${name}' AS metric, count(*)::float8 AS value
FROM fettle_views.ticket_measures WHERE released AND $__timeFilter(${column}) AND ${CHOSEN}
GROUP BY 1 ORDER BY 1`,
    );
  return bars({
    title: 'Opened, acknowledged, resolved',
    description:
      'How many tickets were opened, first acknowledged and resolved on each day. Proposed and cancelled tickets are left out. More opened than resolved for long means a growing backlog.',
    unit: 'none',
    width: 16,
    height: 9,
    queries: [
      perDay('A', 'Opened', 'opened_at'),
      perDay('B', 'Acknowledged', 'acknowledged_at'),
      perDay('C', 'Resolved', 'resolved_at'),
    ],
  }).decimals(0);
}

const MEASURES = `avg(acknowledge_seconds) FILTER (WHERE opened_in) AS mtta,
  avg(resolve_seconds) FILTER (WHERE opened_in) AS resolving,
  (avg(response_kept::int) FILTER (WHERE promised_in))::float8 AS responses,
  (avg(solution_kept::int) FILTER (WHERE promised_in))::float8 AS solutions,
  (avg((NOT failed_again)::int) FILTER (WHERE proven_in))::float8 AS fixed`;

/** Tickets with which of their moments lie in the time range. */
const MEASURED = `SELECT *, opened_at BETWEEN $__timeFrom() AND $__timeTo() AS opened_in,
    promised_at BETWEEN $__timeFrom() AND $__timeTo() AS promised_in,
    first_closed_at BETWEEN $__timeFrom()::timestamptz - ${FIXED_FOR} AND $__timeTo()::timestamptz - ${FIXED_FOR} AS proven_in,
    reopened > 0 OR coalesce(recurred_at <= first_closed_at + ${FIXED_FOR}, false) AS failed_again
  FROM fettle_views.ticket_measures WHERE released AND ${CHOSEN}`;

const RESTORED = `SELECT * FROM fettle_views.failures WHERE impact IN ('critical', 'degraded') AND $__timeFilter(at) AND ${CHOSEN}`;

function measures() {
  const good = steps(COLOUR.critical, [0.8, COLOUR.warning], [0.95, COLOUR.good]).build();
  const share = (heading: string) => [...column(heading, PERCENT), { id: 'thresholds', value: good }];
  return figures({
    title: 'Service in this time range',
    description:
      'MTTA: mean time until a ticket is acknowledged. MTTR: mean time to restore after critical and degraded failures. SLA kept: share of decided promises of a response and a solution that were kept. Fixed first time: neither reopened nor back within the 30 days after closing that ended in this range.',
    unit: 'none',
    width: 8,
    height: 9,
    queries: [
      table(
        'A',
        `WITH measured AS (${MEASURED})
SELECT ${MEASURES} FROM measured`,
      ),
      table('B', `WITH restored AS (${RESTORED}) SELECT avg(restore_seconds) AS mttr FROM restored`),
    ],
  })
    .overrideByName('mtta', column('MTTA', SECONDS))
    .overrideByName('resolving', column('Time to resolve', SECONDS))
    .overrideByName('mttr', column('MTTR', SECONDS))
    .overrideByName('responses', share('Responses in time'))
    .overrideByName('solutions', share('Solutions in time'))
    .overrideByName('fixed', share('Fixed first time'));
}

function byTeam() {
  return rows({
    title: 'Service by team',
    description:
      'The same figures for each team, with the rating that customers gave. Compare teams with like work only: a team that takes the hard cases takes longer.',
    unit: 'none',
    width: 24,
    height: 7,
    queries: [
      table(
        'A',
        `WITH measured AS (${MEASURED}), served AS (
  SELECT coalesce(team, '(no team)') AS team_name, count(*) FILTER (WHERE opened_in) AS opened, ${MEASURES}
  FROM measured GROUP BY 1
), restored AS (${RESTORED}), restoring AS (
  SELECT coalesce(team, '(no team)') AS team_name, avg(restore_seconds) AS mttr FROM restored GROUP BY 1
), rated AS (
  SELECT coalesce(team, '(no team)') AS team_name, avg(score)::float8 AS rating, count(*) AS ratings
  FROM fettle_views.ratings WHERE $__timeFilter(at) AND ${CHOSEN} GROUP BY 1
)
SELECT team_name, opened, mtta, resolving, mttr, responses, solutions, fixed, rating, coalesce(ratings, 0) AS ratings
FROM served FULL JOIN restoring USING (team_name) FULL JOIN rated USING (team_name)
ORDER BY opened DESC NULLS LAST, team_name`,
      ),
    ],
  })
    .overrideByName('team_name', column('Team'))
    .overrideByName('opened', column('Opened', wide(90)))
    .overrideByName('mtta', column('MTTA', SECONDS))
    .overrideByName('resolving', column('Time to resolve', SECONDS))
    .overrideByName('mttr', column('MTTR', SECONDS))
    .overrideByName('responses', column('Responses in time', PERCENT))
    .overrideByName('solutions', column('Solutions in time', PERCENT))
    .overrideByName('fixed', column('Fixed first time', PERCENT))
    .overrideByName('rating', column('Rating', { id: 'decimals', value: 1 }, wide(90)))
    .overrideByName('ratings', column('Ratings', wide(90)));
}
