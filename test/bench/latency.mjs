import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { CROSSING, METRICS, SITE, WARM_UP_TICKETS } from './installation.mjs';
import { quantile } from './statistics.mjs';
import { startFettle } from './subject.mjs';

/** Between two crossings, during which ordinary messages come as well. */
const PAUSE_MS = 100;
const ORDINARY_MESSAGES = 10;

/**
 * Publishes one sample beyond its limit after the other, each of another asset, among ordinary messages (some 100 a
 * second), and takes the time from publishing to hearing that the ticket is in the database.
 */
export async function measureLatency(broker, installation, options) {
  const fettle = await startFettle(broker, installation, options);
  const client = await connectAsync(broker.url);
  try {
    const latencies = await openTickets(fettle, client, options);
    const measured = latencies.slice(WARM_UP_TICKETS);
    return { tickets: measured.length, p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) };
  } finally {
    await client.endAsync();
    await fettle.stop();
  }
}

/** Milliseconds from the publishing to each ticket. */
async function openTickets(fettle, client, { assets, tickets }) {
  const total = WARM_UP_TICKETS + tickets;
  const published = new Map();
  const latencies = [];
  const all = fettle.tickets(total, (assetId) => latencies.push(performance.now() - published.get(assetId)));
  for (let number = 1; number <= total; number++) {
    for (let message = 0; message < ORDINARY_MESSAGES; message++) {
      publish(client, `load-${1 + ((number * ORDINARY_MESSAGES + message) % assets)}`, 50);
      await sleep(PAUSE_MS / ORDINARY_MESSAGES);
    }
    const assetId = `latency-${number}`;
    published.set(assetId, performance.now());
    publish(client, assetId, CROSSING);
  }
  await all;
  return latencies;
}

function publish(client, assetId, value) {
  const payload = JSON.stringify({ ts: Date.now(), values: { [METRICS[0]]: value } });
  client.publish(`fettle/${SITE}/${assetId}/telemetry`, payload, { qos: 1 });
}
