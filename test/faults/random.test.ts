import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { failuresOf } from './harness/report.ts';
import { runFaults } from './harness/run.ts';
import { tableOf } from './harness/table.ts';

const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 100_000);
const KILLS = process.env.CI ? 25 : 5;

it('random faults: nothing lost, nothing twice', async () => {
  process.stderr.write(`random faults: FAULTS_SEED=${seed}\n`);
  const lines: string[] = [];
  const report = await runFaults({
    parts: 'embedded',
    seed,
    folder: tempFolder(),
    rate: 400,
    assets: 8,
    steps: 240,
    duration: 120_000,
    faults: Array.from({ length: KILLS }, () => 'kill -9'),
    pause: [0.1, 1.2],
    say: (line) => lines.push(line),
  });
  const failures = failuresOf(report);
  expect(failures, [...lines, tableOf(report)].join('\n')).toEqual([]);
}, 300_000);
