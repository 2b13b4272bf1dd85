import { type Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { assessmentPanels } from './pipeline/assessment.ts';
import { deliveryPanels } from './pipeline/delivery.ts';
import { ingestPanels } from './pipeline/ingest.ts';
import { ledgerPanels } from './pipeline/ledger.ts';
import { loadPanels, processPanels } from './pipeline/process.ts';
import { addPanels } from './shared/layout.ts';
import { otherDashboards, TAG, UID } from './shared/links.ts';
import { INSTANCE } from './shared/variables.ts';

/** Fettle itself: whether every message is accounted for, and whether it keeps up. */
export function pipeline(): Dashboard {
  const dashboard = new DashboardBuilder('Fettle: pipeline')
    .uid(UID.pipeline)
    .description('Whether Fettle itself is well: every message accounted for, no backlog, parts that work.')
    .tags([TAG])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .readonly()
    .link(otherDashboards())
    .variables([INSTANCE]);
  const panels = [
    ...processPanels(),
    ...ledgerPanels(),
    ...ingestPanels(),
    ...assessmentPanels(),
    ...deliveryPanels(),
    ...loadPanels(),
  ];
  return addPanels(dashboard, panels).build();
}
