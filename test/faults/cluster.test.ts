import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { failuresOf } from './harness/report.ts';
import { runFaults } from './harness/run.ts';
import { hasServers } from './harness/sets/servers.ts';
import { tableOf } from './harness/table.ts';

const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 100_000);
process.stderr.write(`random faults of two nodes: FAULTS_SEED=${seed}\n`);

/** What only several nodes can suffer, and what may happen to one of them while the other goes on. */
const FAULTS = [
  'kill -9',
  'all nodes killed',
  'frozen (SIGSTOP)',
  'cut off from Mosquitto',
  'cut off from InfluxDB',
  'cut off from PostgreSQL',
  'cut off from Redis',
];

it.skipIf(!hasServers())(
  'two nodes on one configuration lose nothing and open no ticket twice',
  async () => {
    const lines: string[] = [];
    const report = await runFaults({
      parts: 'cluster',
      seed,
      folder: tempFolder(),
      rate: 150,
      assets: 4,
      steps: 200,
      duration: 60_000,
      faults: FAULTS,
      scale: 0.3,
      pause: [0.1, 0.5],
      say: (line) => lines.push(line),
    });
    expect(failuresOf(report), [...lines, tableOf(report)].join('\n')).toEqual([]);
  },
  300_000,
);
