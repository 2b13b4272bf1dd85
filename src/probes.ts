import { join } from 'node:path';
import { probeInfluxDb } from './adapters/timeseries/influxdb/index.ts';
import { shownAddress } from './config/exposure.ts';
import type { Probe } from './config/probes.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import { influxDbOptions, openStore } from './parts.ts';
import { brokerProbes } from './probeBroker.ts';
import { databaseProbes, notThereYet, unlessInUse } from './probeDatabase.ts';
import { probeHttpPort, type RunningFettle, runningFettle } from './probePort.ts';

/** What `fettle check --connect` tries: each part is reached as Fettle would reach it, asked, and left as it is. */
export function probesOf(config: Config, log: Log): Probe[] {
  const { desk, http, dataDir, store } = config;
  const running = runningFettle(config);
  const storeName = store.url === undefined ? `in ${dataDir}` : shownAddress(store.url);
  const probes: Probe[] = [
    ...databaseProbes(config, log, running),
    { name: `time-series store ${storeName}`, run: (signal) => probeStore(config, log, running, signal) },
    { name: `API on ${http.host}`, run: (signal) => probeHttpPort(config, running, signal) },
    ...brokerProbes(config, running),
  ];
  if (desk.kind !== 'none') {
    probes.push({ name: `service desk ${shownAddress(desk.url)}`, run: (signal) => probeDesk(desk.url, signal) });
  }
  return probes;
}

async function probeStore(config: Config, log: Log, running: RunningFettle, signal: AbortSignal): Promise<string> {
  const influxDb = influxDbOptions(config, log);
  if (influxDb) return probeInfluxDb(influxDb);
  const folder = join(config.dataDir, 'timeseries');
  return (await notThereYet(folder)) ?? unlessInUse(() => probeFiles(config, log), running, signal);
}

async function probeFiles(config: Config, log: Log): Promise<string> {
  const store = await openStore(config, log);
  try {
    await store.ping();
    return 'answers';
  } finally {
    await store.close();
  }
}

/** Only whether somebody answers: a real delivery would be a ticket. */
async function probeDesk(url: string, signal: AbortSignal): Promise<string> {
  const { status } = await fetch(url, { method: 'OPTIONS', redirect: 'manual', signal });
  return `answers (HTTP ${status} to OPTIONS)`;
}
