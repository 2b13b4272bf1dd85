import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../../../src/adapters/database/embedded/index.ts';
import { openPool } from '../../../../support/postgres.ts';
import { recordLog } from '../../../../support/recordLog.ts';
import { tempFolder } from '../../../../support/temp.ts';
import { until } from '../../../../support/until.ts';

const threads = vi.hoisted((): Worker[] => []);
vi.mock('node:worker_threads', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:worker_threads')>();
  class WatchedWorker extends original.Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      threads.push(this);
    }
  }
  return { ...original, Worker: WatchedWorker };
});
it('is opened again when its thread ends, with every acknowledged row, and can be closed before', {
  timeout: 120_000,
}, async () => {
  const { log, lines } = recordLog();
  const directory = tempFolder();
  const embedded = await startEmbeddedPostgres({ directory, log });
  onTestFinished(() => embedded.close());
  const pool = openPool({ ...embedded.connection, max: 2 });
  onTestFinished(() => pool.end());
  await pool.query('CREATE TABLE written (number integer PRIMARY KEY)');
  const acknowledged: number[] = [];
  let next = 0;
  const write = async () => {
    const number = next++;
    await pool.query('INSERT INTO written VALUES ($1)', [number]);
    acknowledged.push(number);
  };
  for (let death = 1; death <= 2; death++) {
    for (let n = 0; n < 50; n++) await write();
    const cut = Promise.allSettled(Array.from({ length: 20 }, write));
    await threads.at(-1)!.terminate();
    expect((await cut).some(({ status }) => status === 'rejected')).toBe(true);
    await until('the database to take rows again', () =>
      write().then(
        () => true,
        () => false,
      ),
    );
    expect(threads).toHaveLength(death + 1);
  }
  const { rows } = await pool.query<{ number: number }>('SELECT number FROM written');
  expect(rows.map(({ number }) => number)).toEqual(expect.arrayContaining(acknowledged));
  expect(lines.filter(({ msg }) => msg === 'embedded database opened again')).toHaveLength(2);

  await threads.at(-1)!.terminate();
  await until('the end to be seen', () => lines.at(-1)?.msg === 'embedded database ended; opening it again');
  await embedded.close();
  const again = await startEmbeddedPostgres({ directory, log });
  await again.close();
});
