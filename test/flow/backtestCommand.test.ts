import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type BacktestOptions, backtestReport } from '../../src/commands/backtest.ts';
import { backtestPage } from '../../src/commands/backtestPage.ts';
import { backtestTable } from '../../src/commands/backtestTable.ts';
import { loadConfiguration } from '../../src/commands/load.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';

const T0 = Math.floor(Date.now() / HOUR) * HOUR - 10 * HOUR;
/** Hot from the tenth minute to the twentieth, and from the fiftieth on. */
const TEMPERATURES = Array.from({ length: 60 }, (_, minute) =>
  (minute >= 10 && minute < 20) || minute >= 50 ? 85 : 70,
);

function iso(minute: number): string {
  return new Date(T0 + minute * MINUTE).toISOString();
}

it('tries models on the data of a Fettle that runs, and of one that does not, with the same report', async () => {
  const folder = tempFolder();
  writeInstallation(folder, { assets: [rigAsset('r1', T0 - DAY)], config: { http: { port: await freePort() } } });
  const candidates = join(folder, 'candidates');
  mkdirSync(candidates);
  writeFileSync(join(candidates, 'rig.yaml'), JSON.stringify(rigModel()).replace('"limit":80', '"limit":84'));
  const failures = join(folder, 'failures.csv');
  writeFileSync(failures, `asset,component,failure-mode,time\nr1,bearing,overheated,${iso(55)}\nr1,belt,,${iso(56)}\n`);
  const options: BacktestOptions = { models: candidates, to: iso(60), failures, within: '1m' };
  const configuration = loadConfiguration({ env: {}, cwd: folder });
  const run = (more: Partial<BacktestOptions> = {}) =>
    backtestReport(configuration, { ...options, ...more }, new AbortController().signal);

  await expect(run()).rejects.toThrow('there is no history to try rules on');

  const fettle = await startFettle({ folder });
  await Promise.all(TEMPERATURES.map((temperature, at) => fettle.send('r1', { ts: T0 + at * MINUTE, temperature })));
  await fettle.settled();
  const through = await run();
  await fettle.stop();
  const direct = await run();

  const { rawFrom: _, ...history } = direct.history;
  expect({ ...through, history: { ...through.history, rawFrom: undefined } }).toEqual({ ...direct, history });
  expect(direct.candidate.rules.find(({ ruleId }) => ruleId === 'temperature-high')).toMatchObject({
    change: 'changed',
    figures: {
      tickets: 1,
      warnings: 2,
      hits: 1,
      misses: 0,
      falses: 1,
      warningSeconds: { min: 180, median: 180, max: 180 },
    },
  });
  expect(direct.candidate.figures).toMatchObject({ tickets: 1, hits: 1, misses: 1, falses: 1 });

  await expect(run({ asset: ['r2'] })).rejects.toThrow("no asset 'r2' is registered");
  writeFileSync(failures, 'asset,component,time\nr1,,yesterday\n');
  await expect(run()).rejects.toThrow(/failures\.csv:2: component: is empty.*\n.*failures\.csv:2: time: must be/);
  writeFileSync(join(candidates, 'rig.yaml'), 'id: rig\nmetrics: none\n');
  await expect(run()).rejects.toThrow(/rig\.yaml:2: metrics/);

  const page = backtestPage(direct);
  expect(page).toContain('rig/temperature-high');
  expect(backtestTable(direct)).toMatch(/failures missed +1 +1\n/);
  expect(readFileSync(join(folder, 'models', 'rig.yaml'), 'utf8')).toContain('"limit":80');
});
