import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { workerUrl } from '../../../src/workerUrl.ts';
import { tempFolder } from '../../support/temp.ts';
import { journalIn, texts } from './support.ts';

const JOURNAL = workerUrl(new URL('../../../src/adapters/journal/index.ts', import.meta.url).href, './index.js');
const WRITER = fileURLToPath(new URL('./writer.mjs', import.meta.url));

/** Lets a process append until it has acknowledged `count` records, kills it and returns the last acknowledged one. */
async function appendAndKill(directory: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, JOURNAL.href, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let acknowledged = -1;
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line);
    lines += 1;
    if (lines === count) child.kill('SIGKILL');
  }
  await exited;
  return acknowledged;
}

it('keeps every acknowledged record, in order and once, through kill -9', async () => {
  const directory = tempFolder();
  for (const count of [1, 40, 333, 90]) {
    const acknowledged = await appendAndKill(directory, count);
    const { journal } = await journalIn(directory);
    const numbers = texts(await journal.read(1_000_000)).map((text) => Number(text.split(' ')[0]));
    await journal.close();
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => i));
    expect(numbers.length).toBeGreaterThan(acknowledged);
    expect(acknowledged).toBeGreaterThanOrEqual(count - 1);
  }
});
