import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS, dashboardJson } from './index.ts';

/** Writes the dashboards as JSON into the repository: `npm run dashboards`. */
const folder = join(process.cwd(), 'dashboards', 'json');
mkdirSync(folder, { recursive: true });
for (const [name, build] of Object.entries(DASHBOARDS)) writeFileSync(join(folder, name), dashboardJson(build));
