// One Fettle on a store that is slowed down: node overloadProcess.mjs <fettle.yaml> <samples a second>
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../../dist/src/app.js';
import { loadConfiguration } from '../../dist/src/commands/load.js';
import { createLog } from '../../dist/src/log.js';

const LOOK_EVERY_MS = 20;

const [file, samplesPerSecond] = process.argv.slice(2);
const configuration = loadConfiguration({ file, env: {}, cwd: dirname(file) });
const app = await startApp(configuration, { log: createLog('error') });
const { store, broker } = app.pipeline.parts;
for (const verb of ['append', 'replace']) {
  const write = store[verb].bind(store);
  store[verb] = async (samples) => {
    await sleep((samples.length / samplesPerSecond) * 1000);
    await write(samples);
  };
}

process.once('disconnect', () => process.exit());
process.on('message', async ({ kind, messages }) => {
  if (kind === 'measure') measure(messages);
  if (kind !== 'stop') return;
  await app.stop();
  process.disconnect();
});
const waiting = setInterval(() => {
  if (!broker.status().connected) return;
  clearInterval(waiting);
  process.send({ kind: 'ready', url: app.mqttUrl });
}, LOOK_EVERY_MS);

/** Resident memory before and at most, and how much was in hand at most, until `messages` are accounted for. */
function measure(messages) {
  const before = process.memoryUsage.rss();
  const most = { rss: before, messages: 0, bytes: 0, waitedMs: 0 };
  const looking = setInterval(() => {
    const { unsettledMessages, unsettledBytes } = broker.status();
    const { oldestUnsettled } = app.pipeline.ingest;
    most.rss = Math.max(most.rss, process.memoryUsage.rss());
    most.messages = Math.max(most.messages, unsettledMessages);
    most.bytes = Math.max(most.bytes, unsettledBytes);
    if (oldestUnsettled !== undefined) most.waitedMs = Math.max(most.waitedMs, Date.now() - oldestUnsettled);
    const counts = app.ledger.messages;
    if (counts.stored < messages) return;
    clearInterval(looking);
    process.send({ kind: 'measured', before, most, stored: counts.stored, problems: app.ledger.imbalance() });
  }, LOOK_EVERY_MS);
  process.send({ kind: 'armed' });
}
