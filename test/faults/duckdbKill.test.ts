import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import { createLog } from '../../src/log.ts';
import { tempFolder } from '../support/temp.ts';

const CHILD = fileURLToPath(new URL('../support/duckdbAppender.mjs', import.meta.url));
const BATCH = 200;
const START = Date.UTC(2026, 0, 1);
const KILLS = 6;

/** Batches are of ten hours and often of two months; each 5,000 samples are clustered: kills meet all of it. */
it('keeps every acknowledged sample exactly once when the process is killed again and again', async () => {
  const directory = tempFolder();
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // The batches under way when the process was killed may be stored or not: go on well after them.
    const first = (acknowledged.at(-1) ?? 0) + 10;
    acknowledged.push(...(await appendUntilKilled(directory, first)));
    await verify(directory, acknowledged);
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);
}, 120_000);

/** Kills the child some random number of batches and milliseconds after it started; returns the batches it acknowledged. */
async function appendUntilKilled(directory: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, directory, String(first), String(BATCH), String(START)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const batches: number[] = [];
  const enough = 1 + Math.floor(Math.random() * 60);
  for await (const line of createInterface({ input: child.stdout })) {
    batches.push(Number(line));
    if (batches.length === enough) setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
  }
  await ended(child);
  expect(child.signalCode).toBe('SIGKILL');
  return batches;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function verify(directory: string, acknowledged: readonly number[]): Promise<void> {
  const store = await openDuckDbStore({ directory, retention: 1e12, log: createLog('silent') });
  try {
    const metricIds = Array.from({ length: 8 }, (_, index) => `metric-${index}`);
    const query = { assetId: 'killed', metricIds, from: 0, to: Date.UTC(2100, 0) };
    const values = (await store.range(query, 10_000_000)).map(({ value }) => value);
    const distinct = new Set(values);
    expect(values.length).toBe(distinct.size);
    const missing = acknowledged.flatMap(samplesOf).filter((value) => !distinct.has(value));
    expect(missing).toEqual([]);
  } finally {
    await store.close();
  }
}

function samplesOf(batch: number): number[] {
  return Array.from({ length: BATCH }, (_, row) => batch * BATCH + row);
}
