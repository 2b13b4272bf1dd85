import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, startFleet } from '../../simulators/fleet.ts';
import { loadScenario } from '../../simulators/scenario.ts';
import { scenarioAssets } from '../../simulators/scenarioFleet.ts';
import { span } from '../../simulators/scenarioSchema.ts';
import { shownAddress } from '../config/exposure.ts';
import { installationFolder } from '../config/installation.ts';
import { SECOND } from '../domain/time.ts';
import { usablePort } from '../listenPort.ts';
import { createLog } from '../log.ts';
import { type RunningApp, runApp } from '../runApp.ts';
import { demoSummary, ticketLine } from './demoSummary.ts';
import { CATCH_UP, fleetState, keepFleetState } from './fleetState.ts';
import { loadConfiguration } from './load.ts';
import { stopSignals } from './stopSignals.ts';
import { LiveBlock } from './terminal.ts';

export interface DemoOptions {
  /** Ends by itself once the fleet has caught up with the present. */
  readonly untilLive?: boolean;
}

/** Taken when it is free; a newcomer's machine may use it for something else. */
const USUAL_PORT = 8080;
const SHOW_EVERY = SECOND;
const SHOW_EVERY_WITHOUT_TERMINAL = 10 * SECOND;

/** `fettle demo`: Fettle with a simulated fleet beside it, in accelerated time until it has caught up with the present. */
export async function demo({ untilLive = false }: DemoOptions): Promise<void> {
  const scenario = loadScenario(join(installationFolder(), 'simulators/scenarios/demo.yaml'));
  const configuration = loadConfiguration(await demoSettings());
  const { dataDir } = configuration.config;
  const stateFile = join(dataDir, 'demo.json');
  const state = fleetState(stateFile, scenario);
  const block = new LiveBlock(process.stdout);
  const stop = stopSignals((text) => block.line(text));
  block.line(`Starting Fettle; its data are in ${dataDir}`);
  const app = await runApp(
    { ...configuration, assets: scenarioAssets(scenario, state.startTime) },
    {
      log: createLog(configuration.config.log.level),
      signal: stop.signal,
      onTicket: (ticket, { model }) => block.line(ticketLine(ticket, model)),
    },
  );
  for (const line of introduction(app, dataDir)) block.line(line);
  const fleet = startFleet({
    mqttUrl: app.mqttUrl,
    scenario,
    ...state,
    speed: span(scenario.history) / CATCH_UP,
  });
  const saveLast = keepFleetState(stateFile, state, fleet);
  process.send?.('ready');
  const stopShowing = showSummary(block, app, fleet);
  await Promise.race([stop.asked, parentGone(), app.ended, ...(untilLive ? [caughtUp(fleet)] : [])]);
  stop.limit();
  stopShowing();
  block.end();
  block.line('Stopping…');
  await fleet.stop();
  saveLast();
  await app.stop();
  block.line('Stopped. Start again to go on with the same data.');
}

/** Its own data and ports, and no fettle.yaml: a demo fleet has no business in a real installation. */
async function demoSettings() {
  const env = {
    FETTLE_HTTP_PORT: String(await usablePort('127.0.0.1', USUAL_PORT)),
    FETTLE_DATA_DIR: join(process.cwd(), 'data', 'demo'),
    FETTLE_MQTT_PORT: '0',
    FETTLE_LOG_LEVEL: 'warn',
    ...process.env,
  };
  return { env, cwd: join(installationFolder(), 'simulators/scenarios') };
}

function introduction(app: RunningApp, dataDir: string): string[] {
  const keyFile = join(dataDir, 'api-key');
  const key = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : 'the one in FETTLE_API_KEY';
  return [
    '',
    `  Console        ${app.url}/sign-in${existsSync(keyFile) ? `#key=${key}` : ''}`,
    `  API            ${app.url}/api/v1`,
    `  Documentation  ${app.url}/api/v1/docs`,
    `  API key        ${key}`,
    `  MQTT broker    ${shownAddress(app.mqttUrl)}  (topic fettle/{site}/{asset}/telemetry)`,
    '',
    '  40 machines report their last 30 days in about two minutes, then go on in real time. Ctrl-C stops.',
    '',
  ];
}

function showSummary(block: LiveBlock, app: RunningApp, fleet: Fleet): () => void {
  const period = process.stdout.isTTY ? SHOW_EVERY : SHOW_EVERY_WITHOUT_TERMINAL;
  const summary = demoSummary(app, period);
  const timer = setInterval(() => {
    summary(fleet.status()).then(
      (lines) => block.show(lines),
      (error: unknown) => block.line(`summary: ${String(error)}`),
    );
  }, period);
  return () => clearInterval(timer);
}

/** Resolves when the Fettle that started it beside itself is gone; never where nobody did. */
function parentGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.once('disconnect', resolve);
  });
}

function caughtUp(fleet: Fleet): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!fleet.status().live) return;
      clearInterval(timer);
      resolve();
    }, SECOND);
  });
}
