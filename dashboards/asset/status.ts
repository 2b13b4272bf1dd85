import { COLOUR, HEALTH_BY_RANK, steps, WORDS } from '../shared/colours.ts';
import { figures } from '../shared/panels.ts';
import { table } from '../shared/sources.ts';
import { THIS_ASSET } from './variables.ts';

const SIZE = { width: 6, height: 4 };

/** The asset at a glance. */
export function statusPanels() {
  return [
    figures({
      ...SIZE,
      title: 'Health',
      description: 'The worst of what its rules say now. Watch: worth knowing. Warning: plan work. Critical: act now.',
      unit: 'none',
      queries: [table('A', `SELECT health_rank AS health FROM fettle_views.assets WHERE ${THIS_ASSET}`)],
    })
      .mappings(HEALTH_BY_RANK)
      .thresholds(
        steps(COLOUR.unknown, [0, COLOUR.good], [1, COLOUR.watch], [2, COLOUR.warning], [3, COLOUR.critical]),
      ),
    figures({
      ...SIZE,
      title: 'Last heard',
      description: 'When Fettle last received anything from this asset.',
      unit: 'dateTimeFromNow',
      queries: [
        table(
          'A',
          `SELECT extract(epoch FROM last_heard_at)::float8 * 1000 AS "Last heard" FROM fettle_views.assets WHERE ${THIS_ASSET}`,
        ),
      ],
    }).noValue('Never heard'),
    figures({
      ...SIZE,
      title: 'Open tickets',
      description: 'Tickets of this asset that are neither closed nor cancelled. They are marked in the charts below.',
      unit: 'none',
      queries: [table('A', `SELECT count(*) AS tickets FROM fettle_views.tickets WHERE ${THIS_ASSET} AND ongoing`)],
    }).thresholds(steps(COLOUR.good, [1, COLOUR.warning])),
    figures({
      ...SIZE,
      title: 'Next end of life',
      description:
        'When the first of its components is expected to wear out; see the forecasts below for how sure that is.',
      unit: 'dateTimeFromNow',
      queries: [
        table(
          'A',
          `SELECT extract(epoch FROM min(end_of_life))::float8 * 1000 AS "Next end of life" FROM fettle_views.components WHERE ${THIS_ASSET}`,
        ),
      ],
    })
      .mappings(WORDS)
      .noValue('No forecast yet'),
  ];
}
