import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGunzip, gunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Described } from './duckdbTable.ts';
import { MOST_REJECTS, readRejects } from './rejects.ts';
import { fileName, quoted } from './sql.ts';
import { UnreadableTableError } from './tableFile.ts';

/** As far as the names of the columns are looked for. */
const HEAD_BYTES = 256 * 1024;

const DELIMITERS = ['\t', ';', '|', ','];

/**
 * CSV (RFC 4180) in UTF-8 whose first line names the columns; all cells are texts, and empty ones null. Rejects with
 * UnreadableTableError.
 */
export async function describeCsv(file: string): Promise<Described> {
  const { text, compression } = await headOf(file);
  const [line = '', ...rows] = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (line.trim() === '')
    throw new UnreadableTableError(`${file} is empty, or its first line is: it names the columns`);
  if (line.includes('\ufffd') || line.includes('\0'))
    throw new UnreadableTableError(`${file} is not in UTF-8; save it so`);
  const delimiter = delimiterOf(line, rows.find((row) => row !== '') ?? '');
  const names = namesIn(line, delimiter, file);
  const columns = names.map((name) => ({ name, kind: 'text', type: 'text' }) as const);
  const cells = names.map((_, at) => `c${at}`);
  const options = [
    'auto_detect = false',
    'header = true',
    `delim = ${quoted(delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `compression = '${compression}'`,
    'store_rejects = true',
    `rejects_limit = ${MOST_REJECTS}`,
    `columns = {${cells.map((cell) => `'${cell}': 'VARCHAR'`).join(', ')}}`,
  ];
  return {
    columns,
    rows: undefined,
    ...(compression === 'gzip' && { check: (signal) => checkGzip(file, signal) }),
    expressions: cells,
    source: (from) => `read_csv(${fileName(file)}, ${options.join(', ')}) OFFSET ${from}`,
    malformed: (connection) => readRejects(file, connection),
  };
}

/** What the heading and the first row have most of: names may hold the others, and numbers a comma. */
function delimiterOf(heading: string, row: string): string {
  const counts = DELIMITERS.map((one) => {
    const named = countOutsideQuotes(heading, one);
    return { one, named, both: Math.min(named, countOutsideQuotes(row, one)) };
  });
  const [most] = counts.sort((a, b) => b.both - a.both || b.named - a.named);
  return most!.named === 0 ? ',' : most!.one;
}

function countOutsideQuotes(line: string, delimiter: string): number {
  return line.replace(/"[^"]*"?/g, '').split(delimiter).length - 1;
}

async function headOf(file: string): Promise<{ text: string; compression: 'gzip' | 'none' }> {
  const bytes = await readHead(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return {
    text: (isGzip ? await inflate(bytes, file) : bytes).toString('utf8'),
    compression: isGzip ? 'gzip' : 'none',
  };
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UnreadableTableError(`${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Of the beginning of a stream. */
async function inflate(bytes: Buffer, file: string): Promise<Buffer> {
  try {
    return await promisify<Buffer, object, Buffer>(gunzip)(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new UnreadableTableError(`${file} is no gzip: ${(error as Error).message}`, { cause: error });
  }
}

/** DuckDB takes a file that is cut off for one that ends there. */
async function checkGzip(file: string, signal: AbortSignal): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(file), createGunzip(), nowhere, { signal });
}

function namesIn(line: string, delimiter: string, file: string): string[] {
  let names: string[] | undefined;
  try {
    [names] = parse(line, { delimiter, trim: true }) as string[][];
  } catch {
    throw new UnreadableTableError(`${file}: the first line does not name the columns: ${line.slice(0, 200)}`);
  }
  const twice = names?.find((name, at) => name !== '' && names!.indexOf(name) !== at);
  if (twice !== undefined) throw new UnreadableTableError(`${file} has two columns called '${twice}'`);
  return names ?? [];
}
