import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './asset/annotations.ts';
import { componentPanels } from './asset/components.ts';
import { metricPanels } from './asset/metrics.ts';
import { recordPanels } from './asset/records.ts';
import { statusPanels } from './asset/status.ts';
import { variables } from './asset/variables.ts';
import { addPanels } from './shared/layout.ts';
import { otherDashboards, TAG, UID } from './shared/links.ts';

/** One asset: how it is, why, and what comes. */
export function asset(): Dashboard {
  const dashboard = new DashboardBuilder('Fettle: asset')
    .uid(UID.asset)
    .description('One asset: its health, its wear and what it measures, with tickets and findings marked in time.')
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-2d', to: 'now' })
    .refresh('1m')
    .readonly()
    .link(otherDashboards())
    .variables(variables())
    .annotations(annotations());
  const panels = [...statusPanels(), ...componentPanels(), ...metricPanels(), ...recordPanels()];
  return addPanels(dashboard, panels).build();
}
