import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, startFleet } from '../../simulators/fleet.ts';
import { loadScenario } from '../../simulators/scenario.ts';
import { type FleetAsset, scenarioAssets } from '../../simulators/scenarioFleet.ts';
import { span } from '../../simulators/scenarioSchema.ts';
import { installationFolder } from '../config/installation.ts';
import type { Config } from '../config/schema.ts';
import { SECOND } from '../domain/time.ts';
import { createLog, type Log } from '../log.ts';
import { CommandError } from './commandError.ts';
import { CATCH_UP, fleetState, keepFleetState } from './fleetState.ts';
import { loadConfiguration } from './load.ts';
import { stopSignals } from './stopSignals.ts';

const REQUEST_LIMIT = 30 * SECOND;
const PROGRESS_EVERY = 10 * SECOND;

/**
 * `fettle simulate`: the demo's fleet as clients of a Fettle and a broker that run elsewhere. Registers the machines
 * through the API where they are not known yet, then lets them report.
 */
export async function simulate({ config: file }: { readonly config?: string }): Promise<void> {
  const { config } = loadConfiguration({ file, env: process.env, cwd: process.cwd() });
  const { mqttUrl, api, key } = surroundings(config);
  const log = createLog(config.log.level);
  const stop = stopSignals((text) => log.warn(text));
  const scenario = loadScenario(join(installationFolder(), 'simulators/scenarios/demo.yaml'));
  const stateFile = join(config.dataDir, 'fleet.json');
  const state = fleetState(stateFile, scenario);
  const assets = scenarioAssets(scenario, state.startTime);
  for (const asset of assets) await register(asset, api, key);
  log.info(
    { assets: assets.length, api, broker: new URL(mqttUrl).host },
    'the simulated fleet is registered and begins to report',
  );
  const { username, password, caFile } = config.mqtt;
  const fleet = startFleet({
    mqttUrl,
    scenario,
    ...state,
    speed: span(scenario.history) / CATCH_UP,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
    log,
  });
  const saveLast = keepFleetState(stateFile, state, fleet);
  const progress = setInterval(() => tell(fleet, log), PROGRESS_EVERY);
  await stop.asked;
  clearInterval(progress);
  await fleet.stop();
  saveLast();
  log.info('stopped');
}

/** Where Fettle and its broker are; all that is missing is named at once. */
function surroundings({ mqtt, publicUrl, apiKey }: Config) {
  const missing = [
    mqtt.url === undefined && 'mqtt.url (FETTLE_MQTT_URL): the broker to report to',
    publicUrl === undefined && 'publicUrl (FETTLE_PUBLIC_URL): the address of the running Fettle',
    apiKey === undefined && 'apiKey (FETTLE_API_KEY): a key of it with the role engineer or admin',
  ].filter((what) => what !== false);
  if (mqtt.url === undefined || publicUrl === undefined || apiKey === undefined) {
    throw new CommandError(`fettle simulate needs\n  ${missing.join('\n  ')}`);
  }
  return { mqttUrl: mqtt.url, api: publicUrl, key: apiKey };
}

async function register({ registeredBy: _, ...asset }: FleetAsset, api: string, key: string): Promise<void> {
  const url = new URL('/api/v1/assets', api);
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(withTimes(asset)),
    redirect: 'error',
    signal: AbortSignal.timeout(REQUEST_LIMIT),
  }).catch((error: unknown) => {
    throw new CommandError(`${url} can't be reached: ${error instanceof Error ? error.message : String(error)}`);
  });
  const registered = response.ok || response.status === 409;
  if (!registered) throw new CommandError(`${url} refused ${asset.id} (${response.status}): ${await response.text()}`);
  await response.body?.cancel();
}

/** As the API takes an asset: instants as ISO 8601. */
function withTimes({ commissionedAt, contract, components, ...asset }: Omit<FleetAsset, 'registeredBy'>) {
  const iso = (time: number) => new Date(time).toISOString();
  return {
    ...asset,
    ...(commissionedAt !== undefined && { commissionedAt: iso(commissionedAt) }),
    ...(contract && { contract: { ...contract, ...(contract.until !== undefined && { until: iso(contract.until) }) } }),
    components: Object.fromEntries(
      Object.entries(components).map(([id, { installedAt, ...part }]) => [
        id,
        { ...part, ...(installedAt !== undefined && { installedAt: iso(installedAt) }) },
      ]),
    ),
  };
}

function tell(fleet: Fleet, log: Log): void {
  const { simTime, published, acknowledged, live } = fleet.status();
  log.info({ reportedUntil: new Date(simTime).toISOString(), published, acknowledged, live }, 'the fleet reports');
}
