import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CMAPSS_TOPIC, type CmapssReplay, replayCmapss } from '../../simulators/datasets/cmapss.ts';
import { CmapssFileError } from '../../simulators/datasets/readCmapss.ts';
import { type App, startApp } from '../app.ts';
import type { Configuration } from '../config/check.ts';
import { installationFolder } from '../config/installation.ts';
import type { Ticket } from '../domain/ticket.ts';
import { createLog } from '../log.ts';
import { CommandError } from './commandError.ts';
import { loadConfiguration } from './load.ts';
import { replayReport } from './replayReport.ts';
import { stopSignals } from './stopSignals.ts';

export interface ReplayOptions {
  readonly set: string;
  readonly keep?: string;
}

const MODEL = 'turbofan';
const MAX_ENGINES = 1000;

/** `fettle replay cmapss`: a Fettle of its own, fed over MQTT; prints for each engine its ticket, its failure and the warning time. */
export async function replayCmapssCommand(folder: string | undefined, { set, keep }: ReplayOptions): Promise<void> {
  const path = folder ?? defaultFolder();
  const dataDir = keep ?? mkdtempSync(join(tmpdir(), 'fettle-replay-'));
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  const tickets: Ticket[] = [];
  const app = await startApp(replayConfiguration(dataDir), {
    log: createLog('warn'),
    signal: stop.signal,
    onTicket: (ticket) => tickets.push(ticket),
  });
  try {
    const replay = await publish(path, set, app, stop.signal);
    if (!stop.signal.aborted) {
      await app.pipeline.settled();
      process.stdout.write(replayReport(replay, tickets));
    }
  } catch (error) {
    throw error instanceof CmapssFileError ? new CommandError(error.message) : error;
  } finally {
    await app.stop();
    if (keep === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

function defaultFolder(): string {
  const sets = process.env.FETTLE_DATA_SETS;
  if (sets) return join(sets, 'cmapss');
  throw new CommandError('name the folder with the C-MAPSS files, or the folder of data sets in FETTLE_DATA_SETS');
}

/** Embedded parts on free ports; engines register themselves. */
function replayConfiguration(dataDir: string): Configuration {
  const env = { ...process.env, FETTLE_DATA_DIR: dataDir, FETTLE_MQTT_PORT: '0', FETTLE_HTTP_PORT: '0' };
  const configuration = loadConfiguration({ env, cwd: join(installationFolder(), 'simulators/datasets') });
  const [source] = configuration.config.sources;
  const autoRegister = { modelId: MODEL, siteId: 'cmapss', max: MAX_ENGINES };
  const sources = [{ ...source!, topic: CMAPSS_TOPIC, autoRegister }];
  return { ...configuration, config: { ...configuration.config, sources } };
}

async function publish(path: string, set: string, app: App, signal: AbortSignal): Promise<CmapssReplay> {
  const show = (done: number, total: number) => {
    const share = total === 0 ? 100 : Math.floor((done / total) * 100);
    if (process.stderr.isTTY) process.stderr.write(`\rreplaying ${set}: ${share} % of ${total} messages`);
  };
  const replay = await replayCmapss({ path, set, mqttUrl: app.mqttUrl, onProgress: show, signal });
  if (process.stderr.isTTY) process.stderr.write('\n');
  return replay;
}
