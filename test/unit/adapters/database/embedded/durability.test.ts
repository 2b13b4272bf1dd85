import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { FolderInUseError, startEmbeddedPostgres } from '../../../../../src/adapters/database/embedded/index.ts';
import { createLog } from '../../../../../src/log.ts';
import { makeTempFolder } from '../../../../support/temp.ts';

const WRITER = fileURLToPath(new URL('../../../../support/embeddedWriter.mjs', import.meta.url));

let folder: string;
let directory: string;
beforeAll(() => {
  folder = makeTempFolder();
  directory = join(folder, 'database');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startWriter(directory: string): ChildProcessByStdio<null, Readable, null> {
  const writer = spawn(process.execPath, [WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  return writer;
}

/** Kills the writer after it acknowledged `count` numbers; returns the last it acknowledged. */
async function killAfter(writer: ChildProcessByStdio<null, Readable, null>, count: number): Promise<number> {
  const exit = once(writer, 'exit');
  let last = 0;
  let seen = 0;
  for await (const line of createInterface(writer.stdout)) {
    last = Number(line);
    seen += 1;
    if (seen === count) writer.kill('SIGKILL');
  }
  await exit;
  expect(seen).toBeGreaterThanOrEqual(count);
  return last;
}

async function numbersIn(directory: string): Promise<number[]> {
  const embedded = await startEmbeddedPostgres({ directory, log: createLog('silent') });
  const client = new pg.Client(embedded.connection);
  await client.connect();
  const { rows } = await client.query<{ number: string }>('SELECT number FROM written ORDER BY number');
  await client.end();
  await embedded.close();
  return rows.map(({ number }) => Number(number));
}

it('refuses a folder another process uses, and takes it when that was killed', { timeout: 60_000 }, async () => {
  const writer = startWriter(directory);
  await once(writer.stdout, 'data');
  const refused = startEmbeddedPostgres({ directory, log: createLog('silent') });
  await expect(refused).rejects.toThrow(FolderInUseError);
  await expect(refused).rejects.toThrow(`${directory} is in use by process ${writer.pid}`);
  writer.stdout.resume();
  const exit = once(writer, 'exit');
  writer.kill('SIGKILL');
  await exit;
  expect((await numbersIn(directory)).length).toBeGreaterThan(0);
});

it('keeps every acknowledged transaction through repeated kill -9', { timeout: 90_000 }, async () => {
  for (const count of [1, 60, 200]) {
    const acknowledged = await killAfter(startWriter(directory), count);
    const numbers = await numbersIn(directory);
    // One more may have been committed and not yet told; none may be missing or cut.
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
    expect(numbers.length - acknowledged).toBeOneOf([0, 1]);
  }
});
