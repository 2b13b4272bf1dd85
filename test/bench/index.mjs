// Measures Fettle beside a bare MQTT subscriber. See README.md for what is measured and how.
import { rmSync } from 'node:fs';
import { startBroker } from './broker.mjs';
import { measureHotPath } from './hotPath.mjs';
import { makeInstallation } from './installation.mjs';
import { measureLatency } from './latency.mjs';
import { readOptions } from './options.mjs';
import { reportHotPath, reportLatency, reportRules, reportThroughput, say, sayMachine } from './report.mjs';
import { REFERENCE } from './ruleCases.mjs';
import { measureRules } from './rules.mjs';
import { measureThroughput } from './throughput.mjs';

const options = readOptions();
sayMachine();
const installation = makeInstallation(options);
const broker = await startBroker();
try {
  const throughput = await measureThroughput(broker, installation, options);
  reportThroughput(throughput, broker, options);
  const latency = await measureLatency(broker, installation, options);
  reportLatency(latency);
  const hotPath = await measureHotPath(installation);
  reportHotPath(hotPath);
  const rules = measureRules();
  reportRules(rules, REFERENCE);
  say(JSON.stringify({ broker: broker.name, ...throughput, latency, hotPath, rules }));
} finally {
  await broker.stop();
  rmSync(installation.folder, { recursive: true, force: true });
}
