import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardBuilder, GridPos, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

const COLUMNS = 24;

/** Adds the panels in order, each as far up and then as far left as it fits. */
export function addPanels(dashboard: DashboardBuilder, panels: readonly Builder<Panel>[]): DashboardBuilder {
  const bottoms = Array<number>(COLUMNS).fill(0);
  for (const builder of panels) {
    const panel = builder.build();
    const { w, h } = panel.gridPos!;
    panel.gridPos = place(bottoms, w, h);
    dashboard.withPanel({ build: () => panel });
  }
  return dashboard;
}

function place(bottoms: number[], w: number, h: number): GridPos {
  let best = { x: 0, y: Number.POSITIVE_INFINITY };
  for (let x = 0; x + w <= COLUMNS; x++) {
    const y = Math.max(...bottoms.slice(x, x + w));
    if (y < best.y) best = { x, y };
  }
  bottoms.fill(best.y + h, best.x, best.x + w);
  return { ...best, w, h };
}
