import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet, Device, Replacement } from '../../simulators/datasets/dataset.ts';
import { publishDataSet } from '../../simulators/datasets/publishDataSet.ts';
import { type App, StoppedError, startApp } from '../app.ts';
import type { Configuration } from '../config/check.ts';
import { installationFolder } from '../config/installation.ts';
import type { Asset } from '../domain/asset.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Actor } from '../domain/request.ts';
import type { RejectionReason } from '../domain/sample.ts';
import { isOngoing } from '../domain/ticket.ts';
import { collectTickets } from '../evaluation/collect.ts';
import { foldHistory } from '../evaluation/foldHistory.ts';
import type { AssetRecord, Looks, Run } from '../evaluation/run.ts';
import { createLog } from '../log.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';

export interface ReplayDataSetOptions {
  /** Id of the asset model of the devices that name none. */
  readonly model: string;
  /** Folder of asset models; without it those that come with Fettle. */
  readonly models?: string;
  /** Models in place of that one. */
  readonly adapt?: (model: AssetModel) => readonly AssetModel[];
  readonly looks: Looks;
  /** Names the site of the assets. */
  readonly name: string;
  /** Keeps the data there; without it they are removed at the end. */
  readonly keep?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (acknowledged: number, total: number) => void;
}

/** Why values may be refused that a data set truly holds; anything else is a mistake of its reader or its model. */
const OF_THE_DATA: readonly RejectionReason[] = ['out-of-range', 'conflict'];

const TECHNICIAN: Actor = { name: 'technician', role: 'agent' };

/**
 * Lets a Fettle of its own, with embedded parts in a folder of its own, live through a data set: over MQTT, decoded,
 * stored, assessed, with tickets. Then folds the stored history of each asset once more.
 */
export async function replayDataSet(data: DataSet, options: ReplayDataSetOptions): Promise<Run> {
  const { signal, keep } = options;
  const dataDir = keep ?? mkdtempSync(join(tmpdir(), 'fettle-replay-'));
  try {
    const configuration = replayConfiguration(data, dataDir, options);
    const app = await startApp(configuration, { log: createLog('warn'), signal });
    try {
      await publish(data, app, options);
      stopIf(signal);
      return await recordRun(app, options);
    } finally {
      await app.stop();
    }
  } finally {
    if (keep === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * Embedded parts on free ports, whatever the environment says of servers. Ticks go by the machine's clock, which says
 * nothing of the past that is replayed: they are left to the fold of the history.
 */
function replayConfiguration(
  data: DataSet,
  dataDir: string,
  { model, models, adapt, name }: ReplayDataSetOptions,
): Configuration {
  const mode = process.env.FETTLE_ASSESS_MODE;
  const env = {
    FETTLE_DATA_DIR: dataDir,
    FETTLE_MQTT_PORT: '0',
    FETTLE_HTTP_PORT: '0',
    FETTLE_STORE_RETENTION: '40000d',
    FETTLE_STORE_RETENTION5M: '40000d',
    FETTLE_STORE_RETENTION1H: '40000d',
    FETTLE_ASSESS_TICK_EVERY: '20d',
    ...(models && { FETTLE_MODELS: models }),
    ...(mode && { FETTLE_ASSESS_MODE: mode }),
  };
  const configuration = loadConfiguration({ env, cwd: join(installationFolder(), 'simulators/datasets') });
  const [source] = configuration.config.sources;
  const sources = [{ ...source!, topic: topicOf(name) }];
  const assets = data.devices.map((device) => assetOf(device, device.model ?? model, name));
  const known = adapt ? { ...configuration, models: adapt(modelOf(configuration, model)) } : configuration;
  return {
    config: { ...configuration.config, sources },
    models: [...new Set(assets.map(({ modelId }) => modelId))].map((id) => withoutCap(modelOf(known, id))),
    modelFiles: [],
    assets,
    bindings: [],
  };
}

function modelOf({ models, config }: Configuration, wanted: string): AssetModel {
  const found = models.find(({ id }) => id === wanted);
  if (found) return found;
  const known = models.map(({ id }) => id).join(', ');
  throw new CommandError(`no asset model '${wanted}' in ${config.models}; there are ${known}`);
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new StoppedError('stopped while it was replaying');
}

const topicOf = (name: string): string => `fettle/${name}/{asset}/telemetry`;

/** The cap counts tickets an hour of the machine's clock, in which months are replayed here. */
function withoutCap(model: AssetModel): AssetModel {
  return { ...model, rules: model.rules.map((rule) => ({ ...rule, maxTicketsPerHour: Number.MAX_SAFE_INTEGER })) };
}

function assetOf({ asset, installed = {} }: Device, modelId: string, siteId: string): Asset {
  const components = Object.entries(installed).map(([id, { time, reading }]) => {
    return [id, { installedAt: time, ...(reading !== undefined && { installedReading: reading }) }] as const;
  });
  return {
    id: asset,
    modelId,
    siteId,
    tier: 'standard',
    criticality: 'medium',
    registeredBy: 'file',
    components: Object.fromEntries(components),
  };
}

async function publish(data: DataSet, app: App, { name, signal, onProgress }: ReplayDataSetOptions): Promise<void> {
  const topic = topicOf(name);
  const onReplacement = (replacement: Replacement) => replace(app, replacement);
  await publishDataSet(data.items, {
    mqttUrl: app.mqttUrl,
    topic,
    signal,
    onReplacement,
    ...(onProgress && { onProgress }),
  });
  if (!signal.aborted) await app.pipeline.settled();
  const wrong = [...app.ledger.rejected].filter(([reason, count]) => count > 0 && !OF_THE_DATA.includes(reason));
  if (wrong.length === 0) return;
  const { items } = await app.pipeline.parts.database.deadLetters.list({}, { limit: 1 });
  const words = wrong.map(([reason, count]) => `${count} ${reason}`).join(', ');
  throw new CommandError(`the service refused values (${words}); for instance ${items[0]?.detail ?? 'none is kept'}`);
}

/** A technician replaces a component: its tickets are closed with it, or its installation is entered by itself. */
async function replace({ pipeline }: App, { asset, replaced, time }: Replacement): Promise<void> {
  await pipeline.settled();
  const { tickets } = pipeline.parts.database;
  const { items } = await tickets.list({ assetId: asset, componentId: replaced }, 'openedAt', { limit: 500 });
  const ongoing = items.filter(({ status }) => isOngoing(status));
  for (const [at, ticket] of ongoing.entries()) {
    const closing = { outcome: 'worn-as-expected' as const, ...(at === 0 && { replaced: { at: time } }) };
    if (ticket.status === 'proposed') await pipeline.service.tickets.release(ticket.id, undefined, TECHNICIAN);
    await pipeline.service.tickets.close(ticket.id, closing, undefined, TECHNICIAN);
  }
  if (ongoing.length === 0) {
    const event = { type: 'component-replaced' as const, componentId: replaced, at: time };
    await pipeline.service.assets.addEvent(asset, event, TECHNICIAN);
  }
  await pipeline.settled();
}

async function recordRun({ pipeline, ledger }: App, { looks, signal }: ReplayDataSetOptions): Promise<Run> {
  const { database, store } = pipeline.parts;
  const tickets = await collectTickets(database);
  const assets = new Map<string, AssetRecord>();
  for (const tracked of pipeline.fleet.all()) {
    stopIf(signal);
    assets.set(tracked.asset.id, await foldHistory(tracked, { store, database, faults: pipeline.faults }, looks));
  }
  const trouble = pipeline.faults.describe();
  if (trouble) throw new CommandError(trouble);
  const refused = Object.fromEntries([...ledger.rejected].filter(([, count]) => count > 0));
  return { tickets, assets, refused };
}
