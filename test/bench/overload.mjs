// Ten times more than the store takes: how much memory does Fettle need? See README.md.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startBroker } from './broker.mjs';
import { configure, METRICS, makeInstallation, SITE } from './installation.mjs';
import { say, sayMachine } from './report.mjs';

/** What docs/guarantees.md states, in MB above what Fettle needs at rest. */
const BOUND_MB = 400;
const PUBLISHER = fileURLToPath(new URL('../../dist/simulators/load.js', import.meta.url));
const MEGABYTE = 1024 * 1024;
const ASSETS = 200;
const PERIOD_MS = 1000;
const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    'samples-per-second': { type: 'string', default: '15000' },
  },
});
const messages = Number(values.messages);

sayMachine();
const installation = makeInstallation({ assets: ASSETS, tickets: 1 });
const results = [];
try {
  results.push(await measureOutside());
  results.push(await measure('embedded', { port: 0 }));
} finally {
  rmSync(installation.folder, { recursive: true, force: true });
}
say(JSON.stringify(results));
if (results.some(({ growthMb }) => growthMb > BOUND_MB)) process.exitCode = 1;

async function measureOutside() {
  const broker = await startBroker();
  try {
    return await measure(broker.name, broker);
  } finally {
    await broker.stop();
  }
}

async function measure(name, { url, ...broker }) {
  const file = configure(installation, { url, ...broker }, 'fettle-overload');
  const child = fork(new URL('./overloadProcess.mjs', import.meta.url), [file, values['samples-per-second']]);
  try {
    const ready = await next(child, 'ready');
    child.send({ kind: 'measure', messages });
    await next(child, 'armed');
    const [measured, published] = await Promise.all([next(child, 'measured'), publish(url ?? ready.url)]);
    if (measured.problems.length > 0) throw new Error(measured.problems.join('; '));
    const growthMb = (measured.most.rss - measured.before) / MEGABYTE;
    const { most } = measured;
    say(
      `${name}: taken at ${published.messagesPerSecond}/s, ${Math.round(growthMb)} MB above rest at most (bound ${BOUND_MB}), ` +
        `${most.messages} messages and ${(most.bytes / MEGABYTE).toFixed(1)} MB in hand, waited ${(most.waitedMs / 1000).toFixed(1)} s`,
    );
    return { broker: name, growthMb, publishedPerSecond: published.messagesPerSecond, ...measured };
  } finally {
    if (child.connected) child.send({ kind: 'stop' });
    if (child.exitCode === null) await once(child, 'exit');
  }
}

async function next(child, kind) {
  for (;;) {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the process ended with code ${code} before '${kind}'`);
      }),
    ]);
    if (message.kind === kind) return message;
  }
}

/** In a process of its own. */
async function publish(url) {
  const options = {
    url,
    'topic-prefix': `fettle/${SITE}`,
    assets: ASSETS,
    messages,
    metrics: METRICS.join(','),
    start: Date.now() - 60_000 - Math.ceil(messages / ASSETS) * PERIOD_MS,
    period: PERIOD_MS,
    inflight: 60_000,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run(process.execPath, [PUBLISHER, ...args]);
  return JSON.parse(stdout);
}
