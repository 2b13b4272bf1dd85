import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FileOptions, importFile } from '../../../../src/commands/import/importFile.ts';
import { summaryOf } from '../../../../src/commands/import/summary.ts';
import type { HistoryTaker } from '../../../../src/commands/import/taker.ts';
import type { PastBatch, PastTaken } from '../../../../src/domain/past.ts';
import { tempFolder } from '../../../support/temp.ts';

const OPTIONS: FileOptions = { source: 'rigs', skip: [], decimal: '.', dryRun: false, again: false };

/** Refuses the asset `stranger` and values that are no numbers; knows what it has. */
class FakeTaker implements HistoryTaker {
  readonly place = 'nowhere';
  readonly kept = new Map<string, unknown>();
  readonly batches: PastBatch[] = [];
  before: () => void = () => undefined;
  laters = 0;

  async take(batch: PastBatch) {
    if (this.laters-- > 0) return { later: 'the store is behind' };
    this.before();
    this.batches.push(batch);
    return this.#look(batch, (key, value) => {
      const isThere = this.kept.get(key) === value;
      this.kept.set(key, value);
      return isThere;
    });
  }

  async try(batch: PastBatch) {
    return { ...this.#look(batch, () => false), stored: 0 };
  }

  close = async () => undefined;

  #look({ readings }: PastBatch, keep: (key: string, value: unknown) => boolean): PastTaken {
    const counts = { stored: 0, duplicate: 0 };
    const rejections: PastTaken['rejections'][number][] = [];
    readings.forEach(({ assetId = '', time, values }, reading) => {
      if (assetId === 'stranger') {
        rejections.push({ reading, assetId, samples: 1, reason: 'unknown-asset', detail: 'nobody "x"' });
        return;
      }
      for (const [metric, value] of Object.entries(values)) {
        const refusal = { reading, assetId, metric, samples: 1 };
        if (metric === 'odd') rejections.push({ ...refusal, reason: 'unknown-metric', detail: 'no metric' });
        else if (typeof value !== 'number')
          rejections.push({ ...refusal, reason: 'wrong-type', detail: `found ${value}` });
        else if (keep(`${assetId} ${time} ${metric}`, value)) counts.duplicate++;
        else counts.stored++;
      }
    });
    return {
      ...counts,
      rejections,
      spans: counts.stored === 0 ? [] : [{ assetId: 'p1', samples: counts.stored, from: 0, to: 1 }],
    };
  }
}

function written(lines: readonly string[], name = 'history.csv'): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** With 50,000 values it takes three batches. */
const long = () => ['asset,ts,t', ...Array.from({ length: 50_000 }, (_, at) => `p1,${at},${at % 10}`)];

function run(file: string, taker: FakeTaker, options: Partial<FileOptions> = {}, stop = new AbortController()) {
  const said: string[] = [];
  const context = { taker, signal: stop.signal, say: (text: string) => said.push(text) };
  const done = importFile(file, { ...OPTIONS, ...options }, context);
  return { done, said };
}

it('brings a file batch by batch, once', async () => {
  const file = written(long());
  const taker = new FakeTaker();
  taker.laters = 1;
  const { counts } = await run(file, taker).done;
  expect(counts).toMatchObject({ rows: 50_000, stored: 50_000, duplicate: 0, refusedRows: 0 });
  expect(taker.batches.map(({ readings }) => readings.length)).toEqual([20_000, 20_000, 10_000]);
  expect(existsSync(`${file}.refused.csv`)).toBe(false);

  const { done, said } = run(file, taker);
  expect((await done).counts).toEqual(counts);
  expect(said.join()).toContain('imported already');
  expect(taker.batches).toHaveLength(3);
  expect((await run(file, taker, { again: true }).done).counts).toMatchObject({ stored: 0, duplicate: 50_000 });
});

it('goes on where it was stopped, and where the last batch was taken and not remembered', async () => {
  const file = written([...long(), 'p1,x,bad']);
  const taker = new FakeTaker();
  const stop = new AbortController();
  taker.before = () => taker.batches.length === 1 && stop.abort();
  await expect(run(file, taker, {}, stop).done).rejects.toThrow(
    /stopped after 40,000 rows; the same command goes on from there/,
  );
  const memory = JSON.parse(readFileSync(`${file}.import.json`, 'utf8'));
  expect(memory).toMatchObject({ done: false, counts: { rows: 40_000 } });
  // As after a kill between the batch and its note, in the middle of a row of the other file.
  memory.counts = { ...memory.counts, rows: 20_000, stored: 20_000 };
  writeFileSync(`${file}.import.json`, JSON.stringify(memory));
  writeFileSync(`${file}.refused.csv`, 'asset,ts,t,refused_at,refu');

  taker.before = () => undefined;
  const { done, said } = run(file, taker);
  expect((await done).counts).toMatchObject({ rows: 50_001, stored: 30_000, duplicate: 20_000, refusedRows: 1 });
  expect(said.join()).toContain('goes on after row 20,000');
  expect(taker.kept.size).toBe(50_000);
  expect(readFileSync(`${file}.refused.csv`, 'utf8')).toBe(
    'asset,ts,t,refused_at,refused_reason,refused_detail\np1,x,bad,row 50001,wrong-type,found bad\n',
  );
});

it('begins anew where the file or the way it is read is another', async () => {
  const file = written(['asset,ts,t', 'p1,1,1']);
  const taker = new FakeTaker();
  await run(file, taker).done;
  const other = run(file, taker, { zone: 'Europe/Berlin' });
  expect((await other.done).counts).toMatchObject({ rows: 1, duplicate: 1 });
  expect(other.said.join()).toContain('begins anew');
  writeFileSync(file, 'asset,ts,t\np1,1,1\np1,2,2\n');
  utimesSync(file, 1, 1);
  expect((await run(file, taker, { zone: 'Europe/Berlin' }).done).counts).toMatchObject({
    rows: 2,
    stored: 1,
    duplicate: 1,
  });
  writeFileSync(`${file}.import.json`, 'no JSON');
  expect((await run(file, taker).done).counts).toMatchObject({ rows: 2, duplicate: 2 });
});

it('keeps refused rows as they came, to be put right and brought again', async () => {
  const lines = [
    'asset;ts;t;u',
    'p1;1;1;1',
    'stranger;2;"a;b";2',
    'p1;3;4',
    'p1;4;;',
    '"p1";5;- 5;" x ""y"""',
    'p1;6;6;6',
  ];
  const file = written(lines);
  const taker = new FakeTaker();
  const summary = await run(file, taker).done;
  expect(summary.counts).toMatchObject({ rows: 5, empty: 1, stored: 4, refusedRows: 3 });
  expect(summary.counts.reasons).toMatchObject({
    'unknown-asset': { count: 1 },
    'wrong-type': { count: 2, example: 'found - 5' },
    malformed: { count: 1 },
  });
  const refused = `${file}.refused.csv`;
  expect(readFileSync(refused, 'utf8').split('\n')).toEqual([
    'asset,ts,t,u,refused_at,refused_reason,refused_detail',
    'stranger,2,"a;b",2,row 2,unknown-asset,"nobody ""x"""',
    'p1,5,- 5," x ""y""",row 4,wrong-type,"found - 5; found x ""y"""',
    ',,,,line 4,malformed,"Expected Number of Columns: 4 Found: 3: p1;3;4"',
    '',
  ]);
  expect(summaryOf(summary)).toContain(`3 rows refused, kept with the reason in ${refused}`);

  writeFileSync(
    refused,
    readFileSync(refused, 'utf8').replace('stranger', 'p1').replace('"a;b"', '2').replace('- 5', '5'),
  );
  expect((await run(refused, taker).done).counts).toMatchObject({ rows: 3, stored: 3, refusedRows: 1 });
});

it.each(['moved away', 'made shorter'])('goes on when the file of refused rows was %s', async (what) => {
  const lines = long().with(1, 'p1,0,bad');
  const file = written([...lines, 'p1,x,worse']);
  const refused = `${file}.refused.csv`;
  const taker = new FakeTaker();
  const stop = new AbortController();
  taker.before = () => taker.batches.length === 1 && stop.abort();
  await expect(run(file, taker, {}, stop).done).rejects.toThrow('the same command goes on');
  if (what === 'moved away') renameSync(refused, `${refused}.mine`);
  else writeFileSync(refused, 'asset\n');
  taker.before = () => undefined;
  expect((await run(file, taker).done).counts).toMatchObject({ rows: 50_001, refusedRows: 2 });
  expect(readFileSync(refused, 'utf8')).toBe(
    'asset,ts,t,refused_at,refused_reason,refused_detail\np1,x,worse,row 50001,wrong-type,found worse\n',
  );
});

it('is not done with a file of which lines may be hidden, until it is mended', async () => {
  const lines = ['asset,ts,t', ...Array.from({ length: 5000 }, (_, at) => `p1,${at},1`)];
  const file = written(lines.with(1001, '"p1,1000,1'));
  const taker = new FakeTaker();
  const refusal = /history\.csv, line 1002: .*import the file again/s;
  await expect(run(file, taker).done).rejects.toThrow(refusal);
  await expect(run(file, taker).done).rejects.toThrow(refusal);
  await expect(run(file, taker, { dryRun: true }).done).rejects.toThrow(refusal);
  expect(taker.kept.size).toBe(1000);
  writeFileSync(file, lines.join('\n'));
  expect((await run(file, taker).done).counts).toMatchObject({ rows: 5000, stored: 4000, duplicate: 1000 });
});

it('tells before anything is stored what can not be right', async () => {
  const taker = new FakeTaker();
  const odd = written(['asset,ts,t,odd', 'stranger,1,1,1', 'p1,2,2,2', 'p1,3,3,']);
  await expect(run(odd, taker).done).rejects.toThrow(/history\.csv: 'odd': no metric\n.*--skip/);
  const strangers = written(['asset,ts,t', 'stranger,1,1', 'stranger,2,2']);
  await expect(run(strangers, taker).done).rejects.toThrow(
    /none of its first 2 rows can be taken:\n {2}unknown-asset: nobody "x"\nunknown-asset: register/,
  );
  expect(taker.batches).toEqual([]);
  expect((await run(odd, taker, { skip: ['odd'] }).done).counts).toMatchObject({ stored: 2, refusedRows: 1 });
});

it('stores and writes nothing in a dry run', async () => {
  const file = written(['asset,ts,t', 'p1,1,1', 'stranger,2,2']);
  const taker = new FakeTaker();
  const summary = await run(file, taker, { dryRun: true }).done;
  expect(summary.counts).toMatchObject({ rows: 2, stored: 0, refusedRows: 1 });
  expect(summaryOf(summary)).toContain('1 samples can be read; nothing was stored');
  expect(taker.batches).toEqual([]);
  expect([existsSync(`${file}.import.json`), existsSync(`${file}.refused.csv`)]).toEqual([false, false]);
});

it('keeps its notes where it is told, one for each file of the same name', async () => {
  const notes = tempFolder();
  const taker = new FakeTaker();
  const files = ['p1,1,bad', 'p1,2,bad'].map((row) => written(['asset,ts,t', 'p1,0,0', row]));
  const summaries = await Promise.all(files.map((file) => run(file, taker, { notes }).done));
  const places = summaries.map(({ refusedFile }) => refusedFile!);
  expect(new Set(places).size).toBe(2);
  expect(places.map((place) => readFileSync(place, 'utf8').includes(notes))).toEqual([false, false]);
  for (const file of files) expect(existsSync(`${file}.import.json`)).toBe(false);
  const nowhere = join(notes, 'not-there');
  await expect(run(files[0]!, taker, { notes: nowhere }).done).rejects.toThrow(/can't be written: .*--notes <folder>/);
});
