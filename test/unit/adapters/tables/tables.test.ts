import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { openTable } from '../../../../src/adapters/tables/index.ts';
import type { MalformedLine, Row } from '../../../../src/adapters/tables/tableFile.ts';
import { tempFolder } from '../../../support/temp.ts';

interface Whole {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
  readonly malformed: readonly MalformedLine[];
}

async function readAll(file: string, from = 0, timeFormats = new Map<number, string>()): Promise<Whole> {
  const table = await openTable(file);
  try {
    const rows: Row[] = [];
    for await (const piece of table.read({ from, timeFormats })) rows.push(...piece);
    return { names: table.columns.map(({ name }) => name), rows, malformed: await table.malformed() };
  } finally {
    table.close();
  }
}

function written(name: string, content: string | Buffer): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, content);
  return file;
}

it('reads CSV by its first line, all cells as text, and tells lines that are no rows', async () => {
  const file = written(
    "odd '[1]*? name.csv",
    '\ufeffasset;ts;"t; °C"\r\np1;2025-01-01;1,5\r\n\r\np2;x;"un\r\nquoted ""so"""\r\np3;2\r\np4;2;3;4\r\np5;;\r\n',
  );
  const { names, rows, malformed } = await readAll(file);
  expect(names).toEqual(['asset', 'ts', 't; °C']);
  expect(rows).toEqual([
    ['p1', '2025-01-01', '1,5'],
    ['p2', 'x', 'un\r\nquoted "so"'],
    ['p5', null, null],
  ]);
  expect(malformed).toMatchObject([
    { line: 5, reason: expect.stringContaining('Expected Number of Columns: 3 Found: 2'), text: 'p3;2' },
    { line: 6, text: 'p4;2;3;4' },
  ]);
  expect((await readAll(file, 1)).rows.map(([asset]) => asset)).toEqual(['p2', 'p5']);
});

const many = (lines: number) => Array.from({ length: lines }, (_, at) => `p1,${at},${at % 10}`);

it('refuses a file when a quote that is not closed hides what stands behind it', async () => {
  const one = many(20_000);
  one[999] = '"p1,999,9';
  const message = /one\.csv, line 1001: .*unterminated quote.*begins with: "p1,999,9\n.*Mend it/;
  await expect(readAll(written('one.csv', ['asset,ts,t', ...one].join('\n')))).rejects.toThrow(message);
  // The second quote makes DuckDB go on behind it, as if what stands between were one line.
  const two = one.with(15_000, '"p1,15000,0');
  await expect(readAll(written('one.csv', ['asset,ts,t', ...two].join('\n')))).rejects.toThrow(message);
  const long = many(10).with(5, `p1,5,${'x'.repeat(2_100_000)}`);
  await expect(readAll(written('long.csv', ['asset,ts,t', ...long].join('\n')))).rejects.toThrow(
    /long\.csv, line 7: Maximum line size/,
  );
});

it('keeps every line that is no row, long as it is, or says that they are too many', async () => {
  const long = `p1,${'y'.repeat(5000)}`;
  const few = ['asset,ts,t', ...many(600).map((line, at) => (at % 2 === 0 ? line : long))];
  const { rows, malformed } = await readAll(written('few.csv', few.join('\n')));
  expect([rows.length, malformed.length]).toEqual([300, 300]);
  expect(malformed.every(({ text }) => text === long)).toBe(true);
  const bad = ['asset,ts,t', ...many(10), ...Array.from({ length: 30_000 }, () => 'p1,1')];
  await expect(readAll(written('bad.csv', bad.join('\n')))).rejects.toThrow(
    /bad\.csv: 20,000 lines or more are no rows.* The first is line 12: Expected Number of Columns: 3 Found: 2: p1,1\n/,
  );
});

it.each([
  ['ts,temp | avg\n1,2\n', ['ts', 'temp | avg'], ['1', '2']],
  ['ts,a | b | c\n\n1,2\n', ['ts', 'a | b | c'], ['1', '2']],
  ['ts;"a,b,c";d\n1;2,5;3,5\n', ['ts', 'a,b,c', 'd'], ['1', '2,5', '3,5']],
  ['ts,a,b;c\n"1;2;3",2,3\n', ['ts', 'a', 'b;c'], ['1;2;3', '2', '3']],
  ['ts|a;b|c\n', ['ts', 'a;b', 'c'], undefined],
  ['ts\n1;2\n', ['ts'], ['1;2']],
])('finds what divides the columns of %j', async (content, heading, first) => {
  const { names, rows } = await readAll(written('divided.csv', content));
  expect([names, rows[0]]).toEqual([heading, first]);
});

it('reads gzip, in odd places too, and says when it is cut off', async () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `p${at}\t${at}\n`);
  const bytes = gzipSync(`asset\tvalue\n${lines.join('')}`);
  const { rows } = await readAll(written('many?.tsv.gz', bytes), 49_998);
  expect(rows).toEqual([
    ['p49998', '49998'],
    ['p49999', '49999'],
  ]);
  await expect(readAll(written('cut.csv.gz', bytes.subarray(0, bytes.length - 20_000)))).rejects.toThrow(
    "cut.csv.gz can't be read",
  );
});

it('keeps the order of long files, and begins where it is told', async () => {
  const file = written('long.csv', `n,m\n${Array.from({ length: 30_000 }, (_, at) => `${at},x\n`).join('')}`);
  const all = (await readAll(file)).rows.map(([n]) => Number(n));
  expect(all).toEqual(Array.from({ length: 30_000 }, (_, at) => at));
  const rest = (await readAll(file, 12_345)).rows.map(([n]) => Number(n));
  expect(rest).toEqual(all.slice(12_345));
});

it('reads Parquet by the types of its columns', async () => {
  const file = join(tempFolder(), 'typed.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (SELECT i::INTEGER AS n, 'p' || i AS s, i % 2 = 0 AS b, TIMESTAMP '2025-01-01 01:02:03.456' AS wall,
    TIMESTAMPTZ '2025-01-01 00:00:00+02' AS instant, DATE '2025-01-05' AS day, 1.5::DECIMAL(9,2) AS exact, [1] AS list,
    CASE WHEN i = 1 THEN NULL ELSE 'nan'::DOUBLE END AS hole FROM range(5000) t(i)) TO '${file}'`);
  const table = await openTable(file);
  expect(table.columns.map(({ kind }) => kind)).toEqual([
    ...['number', 'text', 'boolean', 'wall-time', 'instant', 'wall-time', 'number', 'other', 'number'],
  ]);
  expect(table.rows).toBe(5000);
  table.close();
  const { rows } = await readAll(file, 4998);
  const wall = '2025-01-01T01:02:03.456000';
  const same = [wall, '2024-12-31T22:00:00.000000Z', '2025-01-05T00:00:00.000000', 1.5, null, Number.NaN];
  expect(rows).toEqual([
    [4998, 'p4998', true, ...same],
    [4999, 'p4999', false, ...same],
  ]);
});

it('reads times of a form that is told, and leaves others as they are', async () => {
  const file = written('times.csv', 'a,b\n01.02.2025 13:45,2025/02/01 13:45 +0200\nsoon,\n');
  const formats = new Map([
    [0, '%d.%m.%Y %H:%M'],
    [1, '%Y/%m/%d %H:%M %z'],
  ]);
  expect((await readAll(file, 0, formats)).rows).toEqual([
    ['2025-02-01T13:45:00.000000', '2025-02-01T11:45:00.000000Z'],
    ['soon', null],
  ]);
});

it('refuses what is no table, and says why', async () => {
  await expect(openTable('history.xlsx')).rejects.toThrow('history.xlsx is no table; expected .csv');
  await expect(openTable('/nowhere/at-all.csv')).rejects.toThrow("at-all.csv can't be read: ENOENT");
  await expect(openTable(written('empty.csv', ''))).rejects.toThrow('is empty');
  await expect(openTable(written('twice.csv', 'a,b,a\n1,2,3\n'))).rejects.toThrow("two columns called 'a'");
  await expect(openTable(written('utf16.csv', Buffer.from('a,b\n', 'utf16le')))).rejects.toThrow('not in UTF-8');
  await expect(openTable(written('no.csv.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3])))).rejects.toThrow('is no gzip');
  await expect(openTable(written('text.parquet', 'a,b\n'))).rejects.toThrow("text.parquet can't be read");
});
