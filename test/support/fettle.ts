import { rmSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { checkConfiguration, formatCheck } from '../../src/config/check.ts';
import { type RunningApp, runApp } from '../../src/runApp.ts';
import { ApiClient, type TicketDetail, type TicketDocument } from './apiClient.ts';
import { type InstallationOptions, writeInstallation } from './installation.ts';
import { type LogLine, recordLog } from './recordLog.ts';
import { makeTempFolder, tempFolder } from './temp.ts';

export interface FettleOptions extends InstallationOptions {
  /** Errors that the test brings about; any other one in the log is a failure. */
  readonly expectedErrors?: RegExp;
}

/** A running Fettle with a device that speaks to it and a client of its API. */
export interface TestFettle {
  readonly app: RunningApp;
  readonly api: ApiClient;
  readonly device: MqttClient;
  /** What was logged so far. */
  readonly lines: readonly LogLine[];
  /** What /readyz answers. */
  ready(): Promise<Response>;
  /** Publishes with QoS 1; resolves with the PUBACK. Objects go as JSON. */
  send(asset: string, payload: unknown, site?: string): Promise<void>;
  /** Resolves when all that was sent is stored, assessed and raised. */
  settled(): Promise<void>;
  /** The oldest first, as lists show them. */
  tickets(assetId: string): Promise<TicketDocument[]>;
  /** The only ticket of an asset, with its history. */
  ticket(assetId: string): Promise<TicketDetail>;
  /** Checks that the ledgers add up and nothing unexpected went wrong, and stops. */
  stop(): Promise<void>;
}

/** Starts Fettle from the installation in `folder`; whoever calls stops it. */
async function launchFettle(folder: string, expectedErrors?: RegExp): Promise<TestFettle> {
  const checked = checkConfiguration({ env: {}, cwd: folder });
  if ('problems' in checked) throw new Error(formatCheck(checked, folder));
  const { log, lines } = recordLog();
  const app = await runApp(checked.configuration, { log });
  const device = await connectAsync(checked.configuration.config.mqtt.url ?? app.mqttUrl, { reconnectPeriod: 50 });
  const api = new ApiClient(app.url);
  const tickets = (assetId: string) => api.all<TicketDocument>(`/tickets?sort=openedAt&assetId=${assetId}`);
  let stopped: Promise<void> | undefined;
  return {
    app,
    api,
    device,
    lines,
    ready: () => fetch(`${app.url}/readyz`),
    send: async (asset, payload, site = 'plant') => {
      const raw = Buffer.isBuffer(payload) || typeof payload === 'string';
      await device.publishAsync(`rigs/${site}/${asset}`, raw ? payload : JSON.stringify(payload), { qos: 1 });
    },
    settled: () => app.pipeline.settled(),
    tickets,
    ticket: async (assetId) => {
      const found = await tickets(assetId);
      expect(found).toHaveLength(1);
      return api.get<TicketDetail>(`/tickets/${found[0]!.id}`);
    },
    stop: () => {
      stopped ??= stopBoth(app, device, lines, expectedErrors);
      return stopped;
    },
  };
}

/** Starts Fettle in a folder of its own, or in one made before; stopped when the current test has finished. */
export async function startFettle({
  folder,
  ...options
}: FettleOptions & { folder?: string } = {}): Promise<TestFettle> {
  const place = folder ?? tempFolder();
  if (folder === undefined) writeInstallation(place, options);
  const fettle = await launchFettle(place, options.expectedErrors);
  onTestFinished(() => fettle.stop());
  return fettle;
}

/** One Fettle for all tests of a suite; each uses assets of its own. */
export function useFettle(options: () => FettleOptions | Promise<FettleOptions>): TestFettle {
  const shared: Partial<TestFettle> = {};
  beforeAll(async () => {
    const folder = makeTempFolder();
    const chosen = await options();
    writeInstallation(folder, chosen);
    Object.assign(shared, await launchFettle(folder, chosen.expectedErrors));
    return async () => {
      await shared.stop?.();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  return shared as TestFettle;
}

async function stopBoth(
  app: RunningApp,
  device: MqttClient,
  lines: readonly LogLine[],
  expected?: RegExp,
): Promise<void> {
  await device.endAsync(true);
  await app.stop();
  expect(app.ledger.imbalance()).toEqual([]);
  const errors = lines.filter(({ level, msg }) => level >= 50 && !expected?.test(msg));
  expect(errors).toEqual([]);
}
