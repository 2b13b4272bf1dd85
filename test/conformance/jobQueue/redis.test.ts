import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnavailableError } from '../../../src/errors.ts';
import { recordLog } from '../../support/recordLog.ts';
import { RedisServer } from '../../support/redis.ts';
import { requireProgram } from '../../support/services.ts';
import { until } from '../../support/until.ts';
import { jobQueueSuite, queueOn, recording } from './suite.ts';

describe.skipIf(!requireProgram('redis-server'))('with a real Redis', () => {
  jobQueueSuite('Redis', async () => {
    const server = await RedisServer.start();
    return {
      backend: { kind: 'redis', url: server.url },
      clear: async () => {
        const client = new Redis(server.url);
        await client.flushall();
        await client.quit();
      },
      close: () => server.remove(),
    };
  });

  describe('that goes away', () => {
    it('is told at once to whoever adds or asks, and worked on again when it is back', async () => {
      const server = await RedisServer.start();
      onTestFinished(() => server.remove());
      const queue = await queueOn({ kind: 'redis', url: server.url });
      const jobs = await recording(queue);
      await queue.add('before');
      await until('the first', () => jobs.length === 1);

      await server.kill();
      await until('the loss', () =>
        queue.ping().then(
          () => false,
          () => true,
        ),
      );
      const began = performance.now();
      await expect(queue.add('meanwhile')).rejects.toThrow(UnavailableError);
      expect(performance.now() - began).toBeLessThan(2000);
      const reason = new RegExp(`the job queue does not answer: Redis at ${server.url}: connect ECONNREFUSED`);
      await until('the reason', () =>
        queue.ping().then(
          () => false,
          (error: unknown) => error instanceof Error && reason.test(error.message),
        ),
      );

      await server.resume();
      await until('an answer', () =>
        queue.ping().then(
          () => true,
          () => false,
        ),
      );
      await queue.add('after');
      await until('the second', () => jobs.some((job) => job.id === 'after'));
    });

    it('does not hold up closing', async () => {
      const server = await RedisServer.start();
      onTestFinished(() => server.remove());
      const { log, lines } = recordLog();
      const queue = await queueOn({ kind: 'redis', url: server.url }, { closeMs: 200, log });
      const jobs = await recording(queue, () => new Promise(() => undefined));
      await queue.add('hanging');
      await until('the start', () => jobs.length === 1);
      await server.kill();
      await until('a vain attempt to connect', () => lines.some((line) => /connect/.test(JSON.stringify(line.err))));
      const began = performance.now();
      await queue.close();
      expect(performance.now() - began).toBeLessThan(1500);
    });
  });

  it('that is not there makes opening fail with its address', async () => {
    const opening = queueOn({ kind: 'redis', url: 'redis://user:pass@127.0.0.1:1' });
    await expect(opening).rejects.toThrow('Redis at redis://127.0.0.1:1: connect ECONNREFUSED');
  });
});
