import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AMPLITUDE, METRICS, SITE } from './installation.mjs';
import { median } from './statistics.mjs';
import { startBare, startFettle } from './subject.mjs';

const PUBLISHER = fileURLToPath(new URL('../../dist/simulators/load.js', import.meta.url));
const PERIOD_MS = 1000;
/** So that neither side is measured before its code is compiled. */
const WARM_UP_MESSAGES = 50_000;

const run = promisify(execFile);

/**
 * Alternates between Fettle and the bare subscriber, each time a new process, warmed up, under the same load. Both are
 * timed the same way, see counting.mjs.
 */
export async function measureThroughput(broker, installation, options) {
  const pairs = [];
  for (let pair = 0; pair < options.pairs; pair++) {
    const bare = await measureOne(await startBare(broker, options), broker, options);
    const fettle = await measureOne(await startFettle(broker, installation, options), broker, options);
    pairs.push({ bare, fettle });
  }
  const ofPairs = (value) => median(pairs.map(value));
  return {
    pairs,
    bare: ofPairs(({ bare }) => bare.messagesPerSecond),
    fettle: ofPairs(({ fettle }) => fettle.messagesPerSecond),
    ratio: ofPairs(({ bare, fettle }) => fettle.messagesPerSecond / bare.messagesPerSecond),
    processorRatio: ofPairs(({ bare, fettle }) => fettle.processorMicros / bare.processorMicros),
    memoryBytes: ofPairs(({ fettle }) => fettle.memoryBytes),
    peakMemoryBytes: Math.max(...pairs.map(({ fettle }) => fettle.peakMemoryBytes)),
  };
}

async function measureOne(subject, broker, { messages, assets }) {
  const start = Date.now() - 60_000 - span(messages, assets);
  try {
    await subject.measure(WARM_UP_MESSAGES, () =>
      publish(broker, WARM_UP_MESSAGES, assets, start - span(WARM_UP_MESSAGES, assets)),
    );
    const result = await subject.measure(messages, () => publish(broker, messages, assets, start));
    return {
      messagesPerSecond: Math.round(messages / result.seconds),
      processorMicros: (result.processorSeconds * 1e6) / messages,
      memoryBytes: result.memoryBytes,
      peakMemoryBytes: result.peakMemoryBytes,
    };
  } finally {
    await subject.stop();
  }
}

function span(messages, assets) {
  return Math.ceil(messages / assets) * PERIOD_MS;
}

/** In a process of its own. */
async function publish(broker, messages, assets, start) {
  const options = {
    url: broker.url,
    'topic-prefix': `fettle/${SITE}`,
    assets,
    messages,
    metrics: METRICS.join(','),
    start,
    period: PERIOD_MS,
    amplitude: AMPLITUDE,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await run(process.execPath, [PUBLISHER, ...args]);
}
