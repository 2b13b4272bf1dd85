import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it, onTestFinished } from 'vitest';
import { openDuckDbStore } from '../../src/adapters/timeseries/duckdb/index.ts';
import { backtestReport } from '../../src/commands/backtest.ts';
import { type ImportOptions, importFiles } from '../../src/commands/import/command.ts';
import { importHere } from '../../src/commands/import/here.ts';
import { loadConfiguration } from '../../src/commands/load.ts';
import { DAY, HOUR, startOfDay } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { FettleProcess } from '../support/fettleProcess.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** A year of hours, which ended a week ago. */
const HOURS = 365 * 24;
const FROM = startOfDay(Date.now()) - 7 * DAY - HOURS * HOUR;
const AT = (hour: number) => new Date(FROM + hour * HOUR).toISOString();
/** Hot for half a day in the middle of it. */
const HOT = HOURS / 2;
const temperature = (hour: number) => (hour >= HOT && hour < HOT + 12 ? 88 : 60 + (hour % 24) / 4);

async function installation(): Promise<string> {
  const folder = tempFolder();
  const assets = ['r1', 'r2', 'r3'].map((id) => rigAsset(id, FROM - DAY));
  writeInstallation(folder, { assets, config: { http: { port: await freePort() }, store: { retention: '400d' } } });
  return folder;
}

async function bring(folder: string, paths: readonly string[], options: ImportOptions = {}) {
  const said: string[] = [];
  const configuration = loadConfiguration({ env: {}, cwd: folder });
  const context = { signal: new AbortController().signal, say: (text: string) => said.push(text) };
  const summaries = await importFiles(paths, options, configuration, context);
  return { summaries, said: said.join('\n') };
}

/** A year of one asset as CSV, a column for each metric. */
function wideCsv(folder: string): string {
  const rows = Array.from(
    { length: HOURS },
    (_, hour) => `r1;${AT(hour)};${String(temperature(hour)).replace('.', ',')};5,5`,
  );
  const file = join(folder, 'r1.csv');
  writeFileSync(file, ['asset;time;temperature;pressure', ...rows].join('\n'));
  return file;
}

/** The same of another as Parquet, a row for each value, its times without a zone. */
async function longParquet(folder: string): Promise<string> {
  const csv = join(folder, 'r2.tmp');
  writeFileSync(
    csv,
    [
      'tag,at,value,unit',
      ...Array.from({ length: HOURS }, (_, hour) => `temperature,${AT(hour)},${temperature(hour) * 1.8 + 32},°F`),
    ].join('\n'),
  );
  const file = join(folder, 'r2.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT tag, "at"::TIMESTAMP AS "at", "value"::DOUBLE AS "value", unit FROM read_csv('${csv}', all_varchar = true)) TO '${file}'`,
  );
  return file;
}

async function chartOf(fettle: TestFettle, asset: string) {
  const range = `from=${AT(0)}&to=${AT(HOURS)}`;
  const path = `/assets/${asset}/telemetry?metrics=temperature&bucket=1d&${range}`;
  const { items } = await fettle.api.get<{ items: readonly { readonly max: number; readonly count: number }[] }>(path);
  return {
    days: items.length,
    samples: items.reduce((sum, { count }) => sum + count, 0),
    hottest: Math.max(...items.map(({ max }) => max)),
  };
}

it('brings a year into the data of a Fettle that does not run, and of one that does: charts show it, backtests find what was in it, no ticket is opened', async () => {
  const folder = await installation();
  await expect(bring(folder, [wideCsv(folder)])).rejects.toThrow('Fettle has never run on');
  await (await startFettle({ folder })).stop();

  const here = await bring(folder, [wideCsv(folder)], { decimal: ',' });
  expect(here.said).toContain('asset in asset; time in time; a column for each metric: temperature, pressure');
  expect(here.summaries[0]!.counts).toMatchObject({
    rows: HOURS,
    stored: 2 * HOURS,
    duplicate: 0,
    refusedRows: 0,
    spans: [{ assetId: 'r1', samples: 2 * HOURS, from: FROM, to: FROM + (HOURS - 1) * HOUR }],
  });

  const fettle = await startFettle({ folder });
  await expect(bring(folder, [await longParquet(folder)], { asset: 'r2', timeColumn: 'at' })).rejects.toThrow(
    /time-without-zone: .*\n.*--zone/,
  );
  const there = await bring(folder, [await longParquet(folder)], { asset: 'r2', timeColumn: 'at', zone: 'UTC' });
  expect(there.said).toContain('metric in tag, value in value, unit in unit');
  expect(there.summaries[0]!.counts).toMatchObject({ rows: HOURS, stored: HOURS, refusedRows: 0 });
  const again = await bring(folder, [wideCsv(folder)], { decimal: ',' });
  expect(again.summaries[0]!.counts).toMatchObject({ stored: 0, duplicate: 2 * HOURS });
  const whole = { days: 365, samples: HOURS };
  expect(await chartOf(fettle, 'r1')).toEqual({ ...whole, hottest: 88 });
  const second = await chartOf(fettle, 'r2');
  expect(second).toMatchObject(whole);
  expect(second.hottest).toBeCloseTo(88, 6);
  await fettle.settled();
  expect([await fettle.tickets('r1'), await fettle.tickets('r2')]).toEqual([[], []]);
  expect(await fettle.api.all('/findings')).toEqual([]);
  expect(await fettle.api.all('/dead-letters')).toEqual([]);

  const report = await backtestReport(
    loadConfiguration({ env: {}, cwd: folder }),
    { models: join(folder, 'models'), from: AT(0), to: AT(HOURS) },
    new AbortController().signal,
  );
  const rule = report.candidate.rules.find(({ ruleId }) => ruleId === 'temperature-high');
  expect(rule).toMatchObject({ figures: { tickets: 2 } });
  await fettle.stop();
  const restarted = await startFettle({ folder });
  await restarted.settled();
  expect(await restarted.tickets('r1')).toEqual([]);
});

it('tells rows that are refused, keeps them to be put right, and leaves what is live alone', async () => {
  const folder = await installation();
  const fettle = await startFettle({ folder });
  const live = Date.now() - HOUR;
  await fettle.send('r3', { ts: live, temperature: 61 });
  await fettle.settled();
  const file = join(folder, 'bad.csv');
  const rows = [
    `r3,${AT(1)},60`,
    `r3,${AT(2)},600`,
    `r3,${new Date(live).toISOString()},77`,
    `stranger,${AT(3)},60`,
    `r3,yesterday,60`,
    `r3,${new Date(FROM - 365 * DAY).toISOString()},60`,
  ];
  writeFileSync(file, ['asset,ts,temperature', ...rows].join('\n'));
  const { summaries } = await bring(folder, [file]);
  expect(summaries[0]!.counts).toMatchObject({ rows: 6, stored: 1, refusedRows: 5 });
  expect(Object.keys(summaries[0]!.counts.reasons).sort()).toEqual([
    ...['conflict', 'invalid-time', 'out-of-range', 'too-old', 'unknown-asset'],
  ]);
  const refused = readFileSync(`${file}.refused.csv`, 'utf8').trimEnd().split('\n');
  expect(refused).toHaveLength(6);
  expect(refused[1]).toMatch(/^r3,[^,]+,600,row 2,out-of-range,"found 600 °C; valid are -40 to 200 °C"$/);
  expect(await fettle.api.all('/dead-letters')).toEqual([]);
  const range = { assetId: 'r3', metricIds: ['temperature'], from: 0, to: Date.now() };
  expect((await fettle.app.pipeline.parts.store.range(range, 10)).map(({ value }) => value)).toEqual([60, 61]);

  writeFileSync(`${file}.refused.csv`, readFileSync(`${file}.refused.csv`, 'utf8').replace(',600,', ',60,'));
  const { summaries: right } = await bring(folder, [`${file}.refused.csv`]);
  expect(right[0]!.counts).toMatchObject({ rows: 5, stored: 1, refusedRows: 4 });
});

it('leaves the journals alone while another has the store', async () => {
  const folder = await installation();
  await (await startFettle({ folder })).stop();
  const [timeseries, spill] = ['timeseries', 'journal/spill'].map((name) => join(folder, 'data', name));
  const store = await openDuckDbStore({ directory: timeseries!, retention: 400 * DAY, log: createLog('silent') });
  onTestFinished(() => store.close());
  // As while a record is appended.
  mkdirSync(spill!, { recursive: true });
  const segment = join(spill!, '0000000001.log');
  writeFileSync(segment, 'half a rec');
  await expect(bring(folder, [wideCsv(folder)], { decimal: ',' })).rejects.toThrow('goes through its API');
  expect(readFileSync(segment, 'utf8')).toBe('half a rec');
});

it('takes nothing more once it is stopped', async () => {
  const folder = await installation();
  await (await startFettle({ folder })).stop();
  const stop = new AbortController();
  const taker = await importHere(loadConfiguration({ env: {}, cwd: folder }), stop.signal);
  onTestFinished(() => taker.close());
  const readings = [{ assetId: 'r1', time: AT(1), values: { temperature: 60 } }];
  stop.abort();
  await expect(taker.take({ sourceId: 'rigs', readings })).rejects.toThrow('stopped before');
});

it('killed in the middle, goes on with the same command: nothing is lost, nothing there twice', async () => {
  const folder = await installation();
  await (await startFettle({ folder })).stop();
  const file = join(folder, 'long.csv');
  const count = 100_000;
  const rows = Array.from(
    { length: count },
    (_, at) => `r1,${new Date(FROM + at * 60_000).toISOString()},${at % 80},0,0`,
  );
  writeFileSync(file, ['asset,ts,temperature,left,right', ...rows].join('\n'));
  const command = ['import', '--skip', 'left', '--skip', 'right', file];
  const memory = () => JSON.parse(readFileSync(`${file}.import.json`, 'utf8'));

  const first = FettleProcess.start(command, folder);
  await until('the first batch', () => existsSync(`${file}.import.json`), 60_000);
  await first.end('SIGKILL');
  expect(memory()).toMatchObject({ done: false });
  const before = memory().counts.rows as number;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(count);

  const second = FettleProcess.start(command, folder);
  expect(await second.exited()).toBe(0);
  expect(second.output).toContain(`goes on after row ${before.toLocaleString('en')}`);
  expect(second.output).toContain('fettle backtest -m');
  const { done, counts } = memory();
  expect({ done, rows: counts.rows, samples: counts.stored + counts.duplicate }).toEqual({
    done: true,
    rows: count,
    samples: count,
  });
  const fettle = await startFettle({ folder });
  const range = { assetId: 'r1', metricIds: ['temperature'], from: FROM, to: Date.now() };
  const stored = await fettle.app.pipeline.parts.store.range(range, 2 * count);
  expect(stored).toHaveLength(count);
  expect(stored.every(({ value, time }) => value === ((time - FROM) / 60_000) % 80)).toBe(true);
  expect(await fettle.tickets('r1')).toEqual([]);
});
