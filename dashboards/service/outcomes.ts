import { COLOUR, steps } from '../shared/colours.ts';
import { column, gauges, PERCENT, rows, wide } from '../shared/panels.ts';
import { table } from '../shared/sources.ts';
import { CHOSEN, CHOSEN_ASSETS } from './chosen.ts';

/** What came of predictions, and what customers think, within the time range. */
export function outcomes() {
  return [scores(), ratings(), ratingsByFailureMode()];
}

const DAYS = { id: 'unit', value: 'suffix:days' };

function scores() {
  const count = (score: string) => `count(*) FILTER (WHERE score = '${score}')`;
  return rows({
    title: 'Outcomes of predictions',
    description:
      'What came of what each rule predicted: hits; parts changed long before their end (early); failures that came before the part could be there (late); false alarms; failures that nothing told of (missed); and what nobody can tell. A rule with many false ones wants a higher limit, one with many missed a lower.',
    unit: 'none',
    width: 24,
    height: 8,
    queries: [
      table(
        'A',
        `SELECT model, coalesce(rule, '(no rule)') AS rule_name, ${count('hit')} AS hits, ${count('early')} AS early,
  ${count('late')} AS late, ${count('false')} AS false, ${count('missed')} AS missed, ${count('unverifiable')} AS unverifiable,
  percentile_cont(0.1) WITHIN GROUP (ORDER BY warning_seconds) / 86400 AS warning_p10,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY warning_seconds) / 86400 AS warning_p50,
  avg(life_lost) AS life_lost, count(*) FILTER (WHERE wasted_visit) AS wasted_visits
FROM fettle_views.scores WHERE $__timeFilter(at) AND ${CHOSEN_ASSETS}
GROUP BY model, rule ORDER BY count(*) DESC, model, 2 LIMIT 200`,
      ),
    ],
  })
    .noValue('No prediction of this time range was judged yet.')
    .overrideByName('model', column('Model'))
    .overrideByName('rule_name', column('Rule'))
    .overrideByName('hits', column('Hits', wide(70)))
    .overrideByName('early', column('Early', wide(70)))
    .overrideByName('late', column('Late', wide(70)))
    .overrideByName('false', column('False', wide(70)))
    .overrideByName('missed', column('Missed', wide(80)))
    .overrideByName('unverifiable', column('Not to tell', wide(100)))
    .overrideByName('warning_p10', column('Warning, 9 of 10 at least', DAYS, { id: 'decimals', value: 1 }, wide(170)))
    .overrideByName('warning_p50', column('Warning, median', DAYS, { id: 'decimals', value: 1 }, wide(130)))
    .overrideByName('life_lost', column('Life thrown away', PERCENT, wide(130)))
    .overrideByName('wasted_visits', column('Visits wasted', wide(110)));
}

function ratings() {
  return gauges({
    title: 'Ratings',
    description:
      'How customers rated how their tickets were dealt with, from 5, the best, to 1. Each 1 and 2 has a comment or deserves a call: read them in the tickets.',
    unit: 'none',
    width: 8,
    height: 7,
    queries: [
      table(
        'A',
        `WITH given AS (SELECT score FROM fettle_views.ratings WHERE $__timeFilter(at) AND ${CHOSEN})
SELECT s.score || CASE s.score WHEN 5 THEN ', best' WHEN 1 THEN ', worst' ELSE '' END AS rating, count(g.score) AS ratings
FROM generate_series(1, 5) AS s (score) LEFT JOIN given AS g ON g.score = s.score GROUP BY s.score ORDER BY s.score DESC`,
      ),
    ],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.plain));
}

function ratingsByFailureMode() {
  return rows({
    title: 'Ratings by failure mode and time to resolve',
    description:
      'What annoys customers most: the mean rating for each kind of trouble and for how long it took to resolve, the worst first. A kind that is rated badly even when it is resolved soon wants another answer than speed.',
    unit: 'none',
    width: 16,
    height: 7,
    queries: [
      table(
        'A',
        `SELECT failure_mode, CASE WHEN resolve_seconds IS NULL THEN 'open again' WHEN resolve_seconds <= 86400 THEN 'up to 1 day'
    WHEN resolve_seconds <= 259200 THEN 'up to 3 days' WHEN resolve_seconds <= 604800 THEN 'up to 7 days' ELSE 'longer' END AS took,
  avg(score)::float8 AS rating, count(*) AS ratings
FROM fettle_views.ratings WHERE $__timeFilter(at) AND ${CHOSEN}
GROUP BY 1, 2 ORDER BY rating, ratings DESC, 1, 2 LIMIT 100`,
      ),
    ],
  })
    .noValue('No rating in this time range')
    .overrideByName('failure_mode', column('Failure mode'))
    .overrideByName('took', column('Resolved within'))
    .overrideByName('rating', column('Mean rating', { id: 'decimals', value: 1 }, wide(120)))
    .overrideByName('ratings', column('Ratings', wide(100)));
}
