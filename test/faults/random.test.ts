import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { Disk } from './harness/disk.ts';
import { failuresOf } from './harness/report.ts';
import { type RunOptions, runFaults } from './harness/run.ts';
import { hasServers } from './harness/sets/servers.ts';
import { tableOf } from './harness/table.ts';
import type { SetName } from './harness/world.ts';

const isLong = process.env.CI !== undefined;
const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 100_000);
process.stderr.write(`random faults: FAULTS_SEED=${seed}\n`);

/** Deals these faults. */
async function survive(parts: SetName, faults: readonly string[], more: Partial<RunOptions> = {}): Promise<void> {
  const lines: string[] = [];
  const report = await runFaults({
    parts,
    seed,
    folder: tempFolder(),
    rate: 300,
    assets: 8,
    steps: 240,
    duration: 300_000,
    faults,
    scale: 0.4,
    pause: [0.1, 1],
    say: (line) => lines.push(line),
    ...more,
  });
  expect(failuresOf(report), [...lines, tableOf(report)].join('\n')).toEqual([]);
}

const DISK = Disk.isAllowed() ? ['disk full'] : [];
if (DISK.length === 0) process.stderr.write('\nSKIPPED: a full disk, for which only root may mount one\n');
const kills = (count: number) => Array.from({ length: count }, () => 'kill -9');

describe('random faults: nothing lost, nothing twice', () => {
  it('on embedded parts', async () => {
    await survive('embedded', isLong ? [...kills(13), ...COMMON, ...DISK] : kills(5));
  }, 600_000);

  it('when devices post by HTTP', async () => {
    const faults = isLong ? [...kills(6), 'frozen (SIGSTOP)', 'stopped (SIGTERM)', 'devices cut off'] : kills(2);
    const duration = isLong ? 300_000 : 120_000;
    await survive('embedded', faults, { protocol: 'http', rate: 40, steps: 60, pause: [0.5, 2], duration });
  }, 600_000);

  it.skipIf(!isLong || !hasServers())(
    'on servers',
    async () => {
      await survive('servers', [...kills(12), ...COMMON, ...DISK, ...OF_SERVERS]);
    },
    600_000,
  );
});

const COMMON = ['frozen (SIGSTOP)', 'stopped (SIGTERM)', 'devices cut off', 'desk hangs-up', 'desk fails'];
const OF_SERVERS = [
  'Mosquitto restarted',
  'client id taken over',
  'InfluxDB killed',
  'InfluxDB frozen',
  'PostgreSQL killed',
  'PostgreSQL frozen',
  'cut off from PostgreSQL',
  'Redis killed',
  'Redis flushed',
];
