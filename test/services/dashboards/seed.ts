import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { parse } from 'yaml';
import { startFleet } from '../../../simulators/fleet.ts';
import { loadScenario } from '../../../simulators/scenario.ts';
import { scenarioAssets } from '../../../simulators/scenarioFleet.ts';
import { type App, startApp } from '../../../src/app.ts';
import { checkConfiguration, formatCheck } from '../../../src/config/check.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import { createLog } from '../../../src/log.ts';
import { Rollups } from '../../../src/pipeline/rollups.ts';
import { ApiClient, type TicketDocument } from '../../support/apiClient.ts';
import type { Servers } from '../../support/grafana/sources.ts';
import { InfluxDb } from '../../support/influxdb.ts';
import { API_KEY, writeInstallation } from '../../support/installation.ts';
import { runSql, startPostgres } from '../../support/postgres.ts';
import { makeRoles } from '../../support/postgresRoles.ts';
import { runPrometheus } from '../../support/prometheus.ts';
import { makeTempFolder } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { workDesk } from './desk.ts';

/** A fleet that went through wear, faults and replaced parts, in real servers, with Fettle still running on them. */
export interface Seeded {
  readonly app: App;
  readonly api: ApiClient;
  readonly servers: Servers;
  stop(): Promise<void>;
}

/** The past goes by in so long, in ms: enough for Prometheus to see it pass. */
const SEEDED_IN = 20_000;
const STAFF = { name: 'test', role: 'admin' } as const;
const scenario = loadScenario('test/services/dashboards/scenario.yaml');

export async function seed(programs: { readonly postgres: string; readonly prometheus: string }): Promise<Seeded> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await seedInto(stops, programs)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function seedInto(
  stops: (() => Promise<unknown>)[],
  programs: { readonly postgres: string; readonly prometheus: string },
): Promise<Omit<Seeded, 'stop'>> {
  const folder = makeTempFolder();
  stops.push(async () => rmSync(folder, { recursive: true, force: true }));
  const influx = await InfluxDb.start();
  stops.push(() => influx.remove());
  const postgresServer = await startPostgres(programs.postgres, { tcp: true });
  stops.push(() => postgresServer.stop());
  const login = await makeRoles(postgresServer);

  const app = await startFettle(folder, influx.url, login('fettle_owner').url);
  stops.push(() => app.stop());
  const prometheus = await runPrometheus(programs.prometheus, new URL(app.url).host, API_KEY, makeTempFolder());
  stops.push(() => prometheus.stop());
  const { connection } = postgresServer;
  await runSql(connection, 'CREATE ROLE grafana LOGIN');
  await runSql({ ...connection, user: 'fettle_owner', database: 'fettle' }, ...documentedGrants());
  const postgres = new pg.Client({ ...connection, user: 'grafana', database: 'fettle' });
  await postgres.connect();
  stops.push(() => postgres.end());

  const api = new ApiClient(app.url);
  await live(app);
  await people(app, api);
  await workDesk(app, api);
  await troubles(app, influx);
  await aggregate(app);
  await app.pipeline.settled();
  await until('the checkpoint', async () => {
    const { rows } = await postgres.query(`SELECT FROM fettle_views.episodes WHERE evidence = 'silence'`);
    return rows.length > 0;
  });
  await app.pipeline.checkpoint.run();
  await until('Prometheus to know of the aggregates', async () => {
    const { result } = await prometheus.ask<{ result: unknown[] }>('query?query=fettle_rollup_lag_seconds');
    return result.length > 0;
  });
  const servers = { postgres, influxUrl: influx.url, influxDatabase: 'fettle', prometheus };
  return { app, api, servers };
}

/** What docs/operating.md has the owner of the database grant to Grafana's role. */
function documentedGrants(): string[] {
  const section = readFileSync('docs/operating.md', 'utf8').split('\n## Grafana\n')[1] ?? '';
  const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(section) ?? [];
  return sql.split('\n').filter((statement) => statement !== '');
}

async function startFettle(folder: string, influxUrl: string, databaseUrl: string): Promise<App> {
  writeInstallation(folder, {
    models: models(),
    config: {
      store: { url: influxUrl, version: 1 },
      database: { url: databaseUrl },
      sources: undefined,
    },
  });
  const checked = checkConfiguration({ env: {}, cwd: folder });
  if ('problems' in checked) throw new Error(formatCheck(checked, folder));
  return startApp(checked.configuration, { log: createLog('silent') });
}

interface ModelFile {
  readonly id: string;
  readonly asset: { readonly rules: readonly { kind: string; after?: string; expectedWhile?: unknown }[] };
}

const FLEET = ['screw-compressor', 'laser-printer', 'passenger-lift'];

/** The models of the scenario; printers count as silent after seconds, so that one can fall silent within the test. */
function models(): ModelFile[] {
  const files = FLEET.map((id) => parse(readFileSync(join('models', `${id}.yaml`), 'utf8')) as ModelFile);
  const silence = files.find(({ id }) => id === 'laser-printer')!.asset.rules.find(({ kind }) => kind === 'silence')!;
  silence.after = '2s';
  delete silence.expectedWhile;
  return files;
}

/** Lives the scenario in fast motion up to now, with a printer beside it that speaks once. */
async function live(app: App): Promise<void> {
  const startTime = Date.now() - 3 * DAY;
  const quiet = {
    id: 'printer-1',
    name: 'Printer, lobby',
    modelId: 'laser-printer',
    siteId: 'chengdu-tower',
    tier: 'standard',
    criticality: 'low',
    registeredBy: 'file',
    components: {},
  } as const;
  await app.pipeline.service.assets.save([...scenarioAssets(scenario, startTime), quiet], STAFF);
  const fleet = startFleet({ mqttUrl: app.mqttUrl, scenario, startTime, speed: (3 * DAY) / SEEDED_IN });
  await until('the fleet to have caught up', () => fleet.status().live, 240_000);
  await fleet.stop();
  await app.pipeline.settled();
}

/** What people do: a part is changed, another one with the closing of its ticket; maintenance; a request. */
async function people(app: App, api: ApiClient): Promise<void> {
  const now = Date.now();
  await api.post('/assets/lift-2/events', {
    type: 'maintenance',
    at: new Date(now - 19 * HOUR).toISOString(),
    until: new Date(now - 18 * HOUR).toISOString(),
    note: 'yearly check',
  });
  await api.post('/assets/lift-2/events', {
    type: 'component-replaced',
    componentId: 'main-contactor',
    at: new Date(now - 18 * HOUR).toISOString(),
    serial: 'MC-7',
  });
  await app.pipeline.settled();
  const [clogged] = (await api.all<TicketDocument>('/tickets?assetId=comp-1')).filter(
    ({ componentId }) => componentId === 'inlet-filter',
  );
  // Whether the filter got dirty in these three days hangs on the weekend.
  if (clogged)
    await api.post(`/tickets/${clogged.id}/close`, {
      outcome: 'worn-as-expected',
      note: 'changed at the yearly check',
    });
  await app.pipeline.settled();
}

/** What goes wrong: messages nobody can read, values nobody can believe, devices that doubt themselves. */
async function troubles(app: App, influx: InfluxDb): Promise<void> {
  const device = await connectAsync(app.mqttUrl);
  const send = (asset: string, site: string, payload: string) =>
    device.publishAsync(`fettle/${site}/${asset}/telemetry`, payload, { qos: 1 });
  const ts = Date.now() - MINUTE;
  await send('printer-1', 'chengdu-tower', JSON.stringify({ ts, values: { 'page-count': 96_000, status: 'idle' } }));
  await send('lift-2', 'chengdu-tower', JSON.stringify({ ts: ts - HOUR, values: { fault: 'door-lock-fault' } }));
  await send('lift-2', 'chengdu-tower', '{"ts": 17');
  await send('lift-2', 'chengdu-tower', JSON.stringify({ ts, values: { 'motor-temperature': 9e9, nonsense: 1 } }));
  await device.endAsync();
  const at = (hours: number) => (Date.now() - hours * HOUR) * 1000;
  const doubtful = [1, 1, 2].map(
    (quality, n) =>
      `samples,asset=lift-2,metric=motor-temperature value=40,quality=${quality}i,received=${at(5)}i ${at(5 + n)}`,
  );
  await influx.write('fettle', 'raw', doubtful.join('\n'));
}

/** Five-minute and hourly aggregates of everything, at once. */
async function aggregate(app: App): Promise<void> {
  const { store, database, clock, log } = app.pipeline.parts;
  const rollups = new Rollups({ store, database, clock, log }, { quiet: 0 });
  await rollups.run();
  await rollups.stop();
}
