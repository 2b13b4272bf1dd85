import { COLOUR, NONE_ALLOWED, PRIORITIES, steps } from '../shared/colours.ts';
import { COLOURED, column, FROM_NOW, figures, gauges, rows, wide } from '../shared/panels.ts';
import { table } from '../shared/sources.ts';
import { CHOSEN } from './chosen.ts';

/** What there is to do at this moment. */
export function deskNow() {
  return [figuresNow(), waiting(), byAge()];
}

function figuresNow() {
  const count = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
  return figures({
    title: 'Now',
    description:
      'Tickets that are neither closed nor cancelled; those that nobody has taken note of yet; those that broke a promise to the customer; those that wait for the customer; those that wait for an outcome. Broken promises are to be worked first.',
    unit: 'none',
    width: 24,
    height: 4,
    queries: [
      table(
        'A',
        `SELECT ${count('ongoing')} AS open, ${count("waits_for = 'acknowledgement'")} AS unacknowledged,
  ${count('ongoing AND (NOT response_kept OR NOT solution_kept)')} AS overdue, ${count("waits_for = 'customer'")} AS customer,
  ${count("waits_for = 'outcome'")} AS outcome, ${count("waits_for = 'release'")} AS release
FROM fettle_views.ticket_measures WHERE ${CHOSEN}`,
      ),
    ],
  })
    .overrideByName('open', column('Open'))
    .overrideByName('unacknowledged', column('Not acknowledged'))
    .overrideByName('overdue', [...column('Promise broken'), { id: 'thresholds', value: NONE_ALLOWED.build() }])
    .overrideByName('customer', column('Wait for the customer'))
    .overrideByName('outcome', column('Wait for an outcome'))
    .overrideByName('release', column('Wait for release'));
}

function waiting() {
  return rows({
    title: 'What waits for whom',
    description:
      'The next step of each open ticket, by who is to take it: how many, how old the oldest is, the most urgent priority. Whoever has many old ones needs help.',
    unit: 'none',
    width: 16,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT w.words AS step, coalesce(m.team, '(no team)') AS team_name, coalesce(m.person, '') AS person_name,
  count(*) AS tickets, min(m.priority) AS priority, min(m.opened_at) AS oldest, min(p.solve_by) AS due
FROM (SELECT * FROM fettle_views.ticket_measures WHERE ${CHOSEN}) AS m
JOIN (VALUES ('release', 1, 'Release'), ('acknowledgement', 2, 'Acknowledgement'), ('scheduling', 3, 'Date or work'),
  ('visit', 4, 'Visit'), ('work', 5, 'Work in progress'), ('customer', 6, 'Customer'), ('deferral', 7, 'Later date'),
  ('outcome', 8, 'Outcome')) AS w (waits_for, rank, words) ON w.waits_for = m.waits_for
LEFT JOIN fettle_views.ticket_promises AS p ON p.id = m.id
GROUP BY w.rank, w.words, m.team, m.person ORDER BY w.rank, tickets DESC LIMIT 200`,
      ),
    ],
  })
    .mappings(PRIORITIES)
    .noValue('Nothing waits.')
    .overrideByName('step', column('Waits for'))
    .overrideByName('team_name', column('Team'))
    .overrideByName('person_name', column('Person'))
    .overrideByName('tickets', column('Tickets', wide(80)))
    .overrideByName('priority', column('Most urgent', COLOURED, wide(100)))
    .overrideByName('oldest', column('Oldest', FROM_NOW, wide(120)))
    .overrideByName('due', column('Next due', FROM_NOW, wide(120)));
}

function byAge() {
  return gauges({
    title: 'Open tickets by age',
    description:
      'How long ago the open tickets were opened. A growing share of old ones means that more comes in than is worked off.',
    unit: 'none',
    width: 8,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT a.words, count(m.id) AS tickets
FROM (VALUES (0, 1, 'up to 1 day'), (1, 7, 'up to 7 days'), (7, 30, 'up to 30 days'), (30, 90, 'up to 90 days'),
  (90, 1000000, 'older')) AS a (over, up_to, words)
LEFT JOIN fettle_views.ticket_measures AS m ON ongoing AND ${CHOSEN}
  AND (a.over = 0 OR opened_at < now() - make_interval(days => a.over)) AND opened_at >= now() - make_interval(days => a.up_to)
GROUP BY a.over, a.words ORDER BY a.over`,
      ),
    ],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.plain));
}
