import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '../../src/adapters/database/embedded/index.ts';
import { openJournal } from '../../src/adapters/journal/index.ts';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { DAY } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import type { TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import { canMountDisk, ownDisk } from '../support/ownDisk.ts';
import { openPool } from '../support/postgres.ts';
import { recordLog } from '../support/recordLog.ts';
import { makeSample, makeSeries } from '../support/series.ts';
import { until } from '../support/until.ts';

const MEBIBYTE = 1024 * 1024;
const log = createLog('silent');

const succeeds = (work: () => Promise<unknown>) =>
  work().then(
    () => true,
    () => false,
  );

describe.skipIf(!canMountDisk())('on a full disk', () => {
  it('the embedded database panics, opens again by itself, and has what it acknowledged', async () => {
    const { disk, folder } = ownDisk();
    const directory = join(folder, 'database');
    const { log, lines } = recordLog();
    const open = async () => {
      const embedded = await startEmbeddedPostgres({ directory, log });
      const pool = openPool({ ...embedded.connection, max: 2 });
      let closing: Promise<void> | undefined;
      const close = () => {
        closing ??= pool.end().then(() => embedded.close());
        return closing;
      };
      onTestFinished(close);
      return { pool, close };
    };
    const { pool, close } = await open();
    await pool.query('CREATE TABLE written (number integer PRIMARY KEY)');
    const acknowledged: number[] = [];
    let next = 0;
    const write = async () => {
      const number = next++;
      await pool.query('INSERT INTO written VALUES ($1)', [number]);
      acknowledged.push(number);
      if (number % 10 === 0) await pool.query('SELECT pg_switch_wal()');
    };
    const broke = () => lines.filter(({ reason }) => /No space left/.test(String(reason))).length;
    for (let round = 1; round <= 2; round++) {
      // Enough for the table to grow, too little for the next 16 MB of the log.
      disk.fill(14 * MEBIBYTE);
      await until('the log to find no room', async () => {
        await succeeds(write);
        return broke() >= round;
      });
      expect(await succeeds(write)).toBe(false);
      disk.empty();
      await until('rows to be taken again', () => succeeds(write), 60_000);
    }
    await close();
    const again = await open();
    const { rows } = await again.pool.query<{ number: number }>('SELECT number FROM written ORDER BY number');
    expect(rows.map(({ number }) => number)).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
    expect(acknowledged.length).toBeGreaterThan(5);
  }, 180_000);

  it('the DuckDB store refuses a batch as a whole, goes on when there is room, and has each sample once', async () => {
    const { disk, folder } = ownDisk();
    const options = { directory: join(folder, 'timeseries'), retention: 400 * DAY, log };
    let store: TimeSeriesStore = await openDuckDbStore(options);
    onTestFinished(() => store.close());
    const series = makeSeries('full', 'noise');
    const start = Date.UTC(2026, 2, 2);
    const batch = (number: number): Sample[] =>
      Array.from({ length: 2000 }, (_, row) => makeSample(series, start + number * 2000 + row, Math.random()));
    let stored = 0;
    const write = () => succeeds(() => store.append(batch(stored)));
    for (const rest of [3 * MEBIBYTE, undefined]) {
      for (let n = 0; n < 5; n++, stored++) expect(await write()).toBe(true);
      disk.fill(rest);
      await until('the disk to be full', async () => !(await write()) || !++stored);
      expect(await write()).toBe(false);
      disk.empty();
      await until('a batch to be stored', write, 60_000);
      stored++;
    }
    await store.close();
    store = await openDuckDbStore(options);
    const times: number[] = [];
    for await (const chunk of store.readFrom([{ assetId: 'full', metricId: 'noise' }])) {
      for (const { time } of chunk) times.push(time);
    }
    expect(times.length).toBe(stored * 2000);
    expect(new Set(times).size).toBe(times.length);
  }, 120_000);

  it('a journal takes a failed append back, goes on when there is room, and leaves no litter', async () => {
    const { disk, folder } = ownDisk();
    const options = { directory: join(folder, 'journal'), maxBytes: 64 * MEBIBYTE, segmentBytes: MEBIBYTE, log };
    let journal = await openJournal(options);
    onTestFinished(() => journal.close());
    const acknowledged: number[] = [];
    let next = 0;
    const append = async () => {
      const number = next++;
      await journal.append([Buffer.from(`${number} ${'x'.repeat(10_000)}`), Buffer.from(`${number} end`)]);
      acknowledged.push(number);
    };
    const numbers = async () => {
      const records = await journal.read(1_000_000);
      return records.map(({ data }) => Number.parseInt(data.toString(), 10));
    };
    for (let n = 0; n < 20; n++) await append();
    for (const rest of [MEBIBYTE, undefined]) {
      disk.fill(rest);
      await until('the disk to be full', async () => !(await succeeds(append)));
      for (let n = 0; n < 50; n++) await succeeds(append);
      expect(await numbers()).toEqual(acknowledged.flatMap((number) => [number, number]));
      disk.empty();
      await append();
    }
    expect(readdirSync(options.directory).length).toBeLessThan(20);
    await journal.close();
    journal = await openJournal(options);
    expect(await numbers()).toEqual(acknowledged.flatMap((number) => [number, number]));
  });
});
