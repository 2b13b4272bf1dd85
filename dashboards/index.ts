import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { asset } from './asset.ts';
import { componentLife } from './componentLife.ts';
import { fleet } from './fleet.ts';
import { pipeline } from './pipeline.ts';
import { serviceDesk } from './serviceDesk.ts';

/** Every dashboard by the name of its file in json/. */
export const DASHBOARDS: Readonly<Record<string, () => Dashboard>> = {
  'fleet.json': fleet,
  'asset.json': asset,
  'component-life.json': componentLife,
  'service-desk.json': serviceDesk,
  'pipeline.json': pipeline,
};

/** The text of the file of a dashboard. */
export function dashboardJson(build: () => Dashboard): string {
  return `${JSON.stringify(build(), null, 2)}\n`;
}
