import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { deskNow } from './service/now.ts';
import { outcomes } from './service/outcomes.ts';
import { deskTimes } from './service/times.ts';
import { addPanels } from './shared/layout.ts';
import { otherDashboards, TAG, UID } from './shared/links.ts';
import { MODEL, SITE, several } from './shared/variables.ts';

const TEAM = several(
  'team',
  'Team',
  "SELECT DISTINCT coalesce(team, '(none)') AS __text, coalesce(team, '') AS __value FROM fettle_views.ticket_measures ORDER BY 1",
  "SELECT coalesce(team, '') FROM fettle_views.ticket_measures",
);

/** How tickets are served: what waits for whom, how long things take, what came of predictions, what customers think. */
export function serviceDesk(): Dashboard {
  const dashboard = new DashboardBuilder('Fettle: service desk')
    .uid(UID.service)
    .description('What waits for whom, how long things take, what came of predictions, what customers think.')
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-30d', to: 'now' })
    .refresh('1m')
    .readonly()
    .link(otherDashboards())
    .variables([SITE, MODEL, TEAM]);
  return addPanels(dashboard, [...deskNow(), ...deskTimes(), ...outcomes()]).build();
}
