import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresPrograms, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { clearJobs } from './clearJobs.ts';
import { jobQueueSuite, queueOn, recording } from './suite.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('with a real PostgreSQL', () => {
  let server: TestPostgres;

  jobQueueSuite('PostgreSQL', async () => {
    server = await startPostgres(programs!);
    return {
      backend: { kind: 'postgres', connection: server.connection },
      clear: () => clearJobs(server.connection),
      close: () => server.stop(),
    };
  });

  it('that cuts its connections is worked on again', async () => {
    const own = await startPostgres(programs!);
    try {
      const queue = await queueOn({ kind: 'postgres', connection: own.connection });
      const jobs = await recording(queue);
      await queue.add('before');
      await until('the first', () => jobs.length === 1);
      await query(own, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
      await until('an answer', () =>
        queue.add('after').then(
          () => true,
          () => false,
        ),
      );
      await until('the second', () => jobs.some((job) => job.id === 'after'));
      await queue.close();
    } finally {
      await own.stop();
    }
  });

  it('that goes away is told at once to whoever adds or asks, does not keep the worker spinning, and lets it close', async () => {
    const own = await startPostgres(programs!);
    const queue = await queueOn({ kind: 'postgres', connection: own.connection }, { closeMs: 200 });
    const jobs = await recording(queue, () => new Promise(() => undefined));
    await queue.add('hanging');
    await until('the start', () => jobs.length === 1);
    await own.stop();
    await expect(queue.add('meanwhile')).rejects.toThrow();
    await expect(queue.ping()).rejects.toThrow();

    const attempts = await hangUpInPlaceOf(own);
    await until('eight attempts to connect', () => attempts.length >= 8);
    expect(attempts[7]! - attempts[0]!).toBeGreaterThan(250);

    const began = performance.now();
    await queue.close();
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('that is not there makes opening fail with the reason', async () => {
    const opening = queueOn({ kind: 'postgres', connection: { host: '127.0.0.1', port: 1 } });
    await expect(opening).rejects.toThrow('ECONNREFUSED');
  });
});

/** Takes the server's place, ends each connection at once and returns the times at which they came. */
async function hangUpInPlaceOf({ connection }: TestPostgres): Promise<number[]> {
  const attempts: number[] = [];
  mkdirSync(connection.host);
  onTestFinished(() => rmSync(connection.host, { recursive: true }));
  const server = createServer((socket) => {
    attempts.push(performance.now());
    socket.destroy();
  });
  onTestFinished(() => void server.close());
  server.listen(join(connection.host, `.s.PGSQL.${connection.port}`));
  await once(server, 'listening');
  return attempts;
}

async function query(server: TestPostgres, sql: string): Promise<void> {
  const client = new Client(server.connection);
  await client.connect();
  await client.query(sql);
  await client.end();
}
