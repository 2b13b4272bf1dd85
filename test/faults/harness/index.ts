import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '../../support/temp.ts';
import { type CommandLine, readOptions, USAGE } from './options.ts';
import { failuresOf } from './report.ts';
import { runFaults } from './run.ts';
import { tableOf } from './table.ts';

const MINUTE = 60_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main({ minutes, seed, parts, protocol, rate, faults, keep }: CommandLine): Promise<void> {
  const command = `npm run test:faults -- --minutes ${minutes} --seed ${seed} --parts ${parts} --protocol ${protocol} --rate ${rate}`;
  say(command);
  const folder = makeTempFolder();
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Error('interrupted')));
  const report = await runFaults({
    parts,
    protocol,
    seed,
    folder,
    rate,
    assets: 12,
    steps: 480,
    duration: minutes * MINUTE,
    pause: [0.5, 4],
    ...(faults && { faults }),
    say,
    signal: stopping.signal,
  });
  say(`\n${tableOf(report)}\n`);
  const failures = failuresOf(report);
  if (failures.length === 0) say('Nothing lost, nothing twice.');
  else say(`FAILED\n${failures.join('\n')}\nAgain: ${command}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
  if (keep || failures.length > 0) say(`Fettle's log: ${join(folder, 'set', 'fettle.log')}`);
  else rmSync(folder, { recursive: true, force: true });
}

let options: CommandLine;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  say(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
await main(options);
