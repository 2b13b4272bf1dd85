import { openQueue } from './adapters/queue/index.ts';
import { probeInfluxDb } from './adapters/timeseries/influxdb/index.ts';
import { shownAddress } from './config/exposure.ts';
import type { Probe } from './config/probes.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import { influxDbOptions, openConfiguredDatabase, openStore, queueBackend } from './parts.ts';
import { brokerProbes, probePort } from './probeBroker.ts';
import { Teardown } from './teardown.ts';

/** What `fettle check --connect` tries: each part is opened as Fettle would open it, asked, and closed again. */
export function probesOf(config: Config, log: Log): Probe[] {
  const { database, redis, desk, http, dataDir, store } = config;
  const databaseName = database.url === undefined ? `embedded in ${dataDir}` : shownAddress(database.url);
  const queueName = redis.url === undefined ? 'on the database' : shownAddress(redis.url);
  const storeName = store.url === undefined ? `in ${dataDir}` : shownAddress(store.url);
  const probes: Probe[] = [
    { name: `database ${databaseName}, job queue ${queueName}`, run: () => probeDatabase(config, log) },
    { name: `time-series store ${storeName}`, run: () => probeStore(config, log) },
    {
      name: `API on ${http.host}`,
      run: () => probePort(http.host, http.port, 'http.port', 'FETTLE_HTTP_PORT'),
    },
    ...brokerProbes(config),
  ];
  if (desk.kind === 'webhook') {
    probes.push({ name: `service desk ${shownAddress(desk.url)}`, run: (signal) => probeDesk(desk.url, signal) });
  }
  return probes;
}

async function probeDatabase(config: Config, log: Log): Promise<string> {
  const teardown = new Teardown(log);
  try {
    const { database, connection } = await openConfiguredDatabase(config, teardown, log);
    await database.ping();
    const queue = await openQueue({ backend: queueBackend(config, connection), log });
    teardown.add('job queue', () => queue.close());
    await queue.ping();
    const { waiting, failed } = await queue.counts();
    const found = `both answer, schemas are up to date; ${waiting} jobs waiting, ${failed} failed`;
    return [found, ...queue.concerns].join('; ');
  } finally {
    await teardown.run();
  }
}

async function probeStore(config: Config, log: Log): Promise<string> {
  const influxDb = influxDbOptions(config, log);
  if (influxDb) return probeInfluxDb(influxDb);
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
