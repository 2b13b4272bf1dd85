import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { openDuckDbStore, StoreFileError, StoreInUseError } from '../../../../src/adapters/timeseries/duckdb/index.ts';
import { DAY } from '../../../../src/domain/time.ts';
import { createLog } from '../../../../src/log.ts';
import { makeSample, makeSeries } from '../../../support/series.ts';
import { tempFolder } from '../../../support/temp.ts';

const MARCH = Date.UTC(2026, 2, 10);
const series = makeSeries('opening', 'pressure');
const child = fileURLToPath(new URL('../../../support/duckdbAppender.mjs', import.meta.url));

const open = (directory: string) => openDuckDbStore({ directory, retention: 400 * DAY, log: createLog('silent') });

/** A folder with one stored sample. */
async function filledFolder(): Promise<string> {
  const directory = tempFolder();
  const store = await open(directory);
  await store.append([makeSample(series, MARCH, 1)]);
  await store.close();
  return directory;
}

it('makes the folder, and leaves one file a month and the catalogue when closed', async () => {
  const directory = join(tempFolder(), 'not', 'yet');
  const store = await open(directory);
  await store.append([makeSample(series, MARCH, 1), makeSample(series, MARCH + 31 * DAY, 1)]);
  await store.close();
  expect(readdirSync(directory).sort()).toEqual([
    'catalogue.duckdb',
    'samples-2026-03.duckdb',
    'samples-2026-04.duckdb',
  ]);
});

it('refuses a folder that is open in this process', async () => {
  const directory = await filledFolder();
  const store = await open(directory);
  await expect(open(directory)).rejects.toThrow(StoreInUseError);
  await store.close();
  await (await open(directory)).close();
});

it('refuses a folder that another process has open, and says which', async () => {
  const directory = await filledFolder();
  const other = spawn(process.execPath, [child, directory, '1', '1', String(MARCH)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(other.stdout, 'data');
    const opening = open(directory);
    await expect(opening).rejects.toThrow(StoreInUseError);
    await expect(opening).rejects.toThrow(new RegExp(`another process \\(PID ${other.pid}\\); stop that process`));
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
});

it.each([
  ['a file that is no database', 'samples-2026-03.duckdb', 'hello '.repeat(3000)],
  ['an empty file', 'samples-2026-03.duckdb', ''],
  ['a catalogue that is no database', 'catalogue.duckdb', 'hello '.repeat(3000)],
  ['a name that is none of its own', 'samples-2026-13.duckdb', ''],
])('names %s', async (_, file, content) => {
  const directory = await filledFolder();
  writeFileSync(join(directory, file), content);
  const opening = open(directory);
  await expect(opening).rejects.toThrow(StoreFileError);
  await expect(opening).rejects.toThrow(join(directory, file));
});

it('names a database of somebody else', async () => {
  const directory = await filledFolder();
  const file = join(directory, 'samples-2026-04.duckdb');
  const instance = await DuckDBInstance.create(file);
  await (await instance.connect()).run('CREATE TABLE sales(amount INTEGER)');
  instance.closeSync();
  await expect(open(directory)).rejects.toThrow(`${file} is not a file of Fettle's time-series store`);
});

it('names a catalogue of a later format', async () => {
  const directory = await filledFolder();
  const instance = await DuckDBInstance.create(join(directory, 'catalogue.duckdb'));
  await (await instance.connect()).run('UPDATE format SET version = 99');
  instance.closeSync();
  await expect(open(directory)).rejects.toThrow(/catalogue\.duckdb has format 99, this Fettle reads 1/);
});

it('refuses samples whose catalogue is missing', async () => {
  const directory = await filledFolder();
  rmSync(join(directory, 'catalogue.duckdb'));
  await expect(open(directory)).rejects.toThrow(/catalogue\.duckdb is missing/);
});

it('opens again after a failed opening, without what a crash left half made', async () => {
  const directory = await filledFolder();
  mkdirSync(join(directory, 'sorting'));
  writeFileSync(join(directory, 'samples-2026-04.duckdb.unfinished'), '');
  writeFileSync(join(directory, 'samples-2026-05.duckdb'), '');
  await expect(open(directory)).rejects.toThrow(StoreFileError);
  rmSync(join(directory, 'samples-2026-05.duckdb'));
  const store = await open(directory);
  expect(await store.valuesAt([{ series, time: MARCH }])).toEqual([1]);
  await store.close();
  expect(readdirSync(directory).sort()).toEqual(['catalogue.duckdb', 'samples-2026-03.duckdb']);
});
