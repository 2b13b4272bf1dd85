import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openQueue, type QueueBackend, type QueueOptions } from '../../../src/adapters/queue/index.ts';
import type { DeliveryJob, JobQueue } from '../../../src/ports/jobQueue.ts';
import { PermanentDeliveryError } from '../../../src/ports/serviceDesk.ts';
import { workerUrl } from '../../../src/workerUrl.ts';
import { recordLog } from '../../support/recordLog.ts';
import { until } from '../../support/until.ts';

const QUEUE = workerUrl(new URL('../../../src/adapters/queue/index.ts', import.meta.url).href, './index.js');
const HANGING_WORKER = fileURLToPath(new URL('./hangingWorker.mjs', import.meta.url));
const CLOSING_WORKER = fileURLToPath(new URL('./closingWorker.mjs', import.meta.url));

/** A server that queues of a test run on. */
export interface QueueServer {
  readonly backend: QueueBackend;
  /** Forgets all jobs and the pause. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A queue closed when the test has finished. Retries at once unless a test wants otherwise. */
export async function queueOn(backend: QueueBackend, options: Partial<QueueOptions> = {}): Promise<JobQueue> {
  const queue = await openQueue({ backend, backoffMs: 1, log: recordLog().log, ...options });
  onTestFinished(() => queue.close());
  return queue;
}

/** What every job queue keeps to. */
export function jobQueueSuite(name: string, start: () => Promise<QueueServer>): void {
  describe(`job queue on ${name}`, () => {
    let server: QueueServer;
    const open = (options?: Partial<QueueOptions>) => queueOn(server.backend, options);
    beforeAll(async () => {
      server = await start();
    });
    beforeEach(() => server.clear());
    afterAll(() => server?.close());

    it('hands each delivery to the handler, the first time as attempt 1', async () => {
      const queue = await open();
      const jobs = await recording(queue);
      await queue.add('a');
      await queue.add('b');
      await until('both', () => jobs.length === 2);
      expect(jobs).toContainEqual({ id: 'a', attempt: 1, lastAttempt: false });
      expect(jobs).toContainEqual({ id: 'b', attempt: 1, lastAttempt: false });
      await until('nothing left', async () => isEmpty(queue));
    });

    it('takes up a delivery at once when it has been idle', async () => {
      const queue = await open();
      const jobs = await recording(queue);
      await queue.add('first');
      await until('the first', () => jobs.length === 1);
      await until('idleness', async () => isEmpty(queue));
      const added = performance.now();
      await queue.add('second');
      await until('the second', () => jobs.length === 2);
      expect(performance.now() - added).toBeLessThan(1000);
    });

    it('makes a delivery that is to be made later not before, and one that is told again later as was told first', async () => {
      const queue = await open();
      const jobs = await recording(queue);
      const added = Date.now();
      await queue.add('later', 400);
      await queue.add('later', 60_000);
      await queue.add('much-later', 60_000);
      await queue.add('now', 0);
      await until('both', () => jobs.length === 2);
      expect(Date.now() - added).toBeGreaterThanOrEqual(400);
      expect(jobs.map(({ id }) => id)).toEqual(['now', 'later']);
      await until('the last one alone', async () => (await queue.counts()).delayed === 1);
    });

    it('tries again until it works, counting', async () => {
      const queue = await open({ attempts: 5 });
      const jobs = await recording(queue, ({ attempt }) => failIf(attempt < 4));
      await queue.add('a');
      await until('nothing left', async () => jobs.length > 3 && isEmpty(queue));
      expect(jobs.map((job) => job.attempt)).toEqual([1, 2, 3, 4]);
    });

    it('gives up after the last attempt, which it announces', async () => {
      const queue = await open({ attempts: 3 });
      const jobs = await recording(queue, () => failIf(true));
      await queue.add('a');
      await until('the failure', async () => (await queue.counts()).failed === 1);
      expect(jobs.map((job) => job.lastAttempt)).toEqual([false, false, true]);
    });

    it('waits between attempts, longer each time, and as long as the desk asks', async () => {
      const queue = await open({ attempts: 4, backoffMs: 100 });
      const times: number[] = [];
      await recording(queue, async ({ attempt }) => {
        times.push(performance.now());
        if (attempt === 3) throw Object.assign(new Error('later'), { retryAfterMs: 700 });
        if (attempt < 4) throw new Error('no');
      });
      await queue.add('a');
      await until('four attempts', () => times.length === 4);
      const waits = times.slice(1).map((time, index) => time - times[index]!);
      expect(waits[0]).toBeGreaterThanOrEqual(49);
      expect(waits[1]).toBeGreaterThanOrEqual(99);
      expect(waits[2]).toBeGreaterThanOrEqual(699);
    });

    it('does not try again after a permanent failure', async () => {
      const queue = await open();
      const jobs = await recording(queue, async () => {
        throw new PermanentDeliveryError('no such desk');
      });
      await queue.add('a');
      await until('the failure', async () => (await queue.counts()).failed === 1);
      expect(jobs).toHaveLength(1);
    });

    it('survives a handler that throws what is no error', async () => {
      const queue = await open({ attempts: 2 });
      const jobs = await recording(queue, () => Promise.reject(undefined));
      await queue.add('a');
      await until('the failure', async () => (await queue.counts()).failed === 1);
      expect(jobs).toHaveLength(2);
    });

    it('runs a delivery that is added twice once, while it waits and while it runs', async () => {
      const queue = await open();
      const gate = new Gate();
      await queue.add('a');
      await queue.add('a');
      expect(await queue.counts()).toMatchObject({ waiting: 1 });
      const jobs = await recording(queue, () => gate.opened);
      await until('the start', () => jobs.length === 1);
      await queue.add('a');
      await queue.add('b');
      gate.open();
      await until('nothing left', async () => jobs.length > 1 && isEmpty(queue));
      expect(jobs.map((job) => job.id)).toEqual(['a', 'b']);
    });

    it('runs a delivery again that is added after it was done', async () => {
      const queue = await open();
      const jobs = await recording(queue);
      for (const runs of [1, 2]) {
        await queue.add('a');
        await until('nothing left', async () => jobs.length === runs && isEmpty(queue));
      }
    });

    it('runs a delivery again, from attempt 1, that is added after it had failed', async () => {
      const queue = await open({ attempts: 2 });
      const jobs = await recording(queue, () => failIf(jobs.length <= 2));
      await queue.add('a');
      await until('the failure', async () => (await queue.counts()).failed === 1);
      await queue.add('a');
      await until('success', async () => jobs.length === 3 && isEmpty(queue));
      expect(jobs.map((job) => job.attempt)).toEqual([1, 2, 1]);
    });

    it('does nothing while paused, across processes and restarts, and goes on when resumed', async () => {
      const queue = await open();
      await queue.pause();
      await queue.add('a');
      await queue.close();

      const again = await open();
      const jobs = await recording(again);
      await again.add('b');
      await again.ping();
      expect(await again.counts()).toEqual({ waiting: 2, active: 0, delayed: 0, failed: 0 });
      expect(jobs).toEqual([]);
      await again.resume();
      await until('both', () => jobs.length === 2);
    });

    it('counts what waits, runs, is put off and has failed', async () => {
      const queue = await open({ concurrency: 1, backoffMs: 60_000, attempts: 2 });
      const gate = new Gate();
      await recording(queue, async ({ id }) => {
        if (id === 'put-off') throw new Error('not now');
        if (id === 'failing') throw new PermanentDeliveryError('never');
        await gate.opened;
      });
      for (const id of ['failing', 'put-off', 'running', 'waiting-1', 'waiting-2']) await queue.add(id);
      await until('the one that runs', async () => (await queue.counts()).waiting === 2);
      expect(await queue.counts()).toEqual({ waiting: 2, active: 1, delayed: 1, failed: 1 });
      gate.open();
    });

    it('keeps what waits when it is closed', async () => {
      const queue = await open();
      await queue.add('a');
      await queue.close();
      const jobs = await recording(await open());
      await until('the delivery', () => jobs.length === 1);
    });

    it('lets a running handler end when it is closed, and begins no other', async () => {
      const queue = await open({ concurrency: 1 });
      const gate = new Gate();
      const jobs = await recording(queue, () => gate.opened);
      await queue.add('a');
      await queue.add('b');
      await until('the start', () => jobs.length === 1);
      const closed = queue.close();
      gate.open();
      await closed;
      const others = await recording(await open());
      await until('the other', () => others.length === 1);
      expect(others).toEqual([{ id: 'b', attempt: 1, lastAttempt: false }]);
    });

    it('gives a handler up that does not end, and runs the delivery again as the same attempt', async () => {
      const queue = await open({ closeMs: 100 });
      const gate = new Gate();
      const jobs = await recording(queue, () => gate.opened);
      await queue.add('a');
      await until('the start', () => jobs.length === 1);
      const began = performance.now();
      await queue.close();
      expect(performance.now() - began).toBeLessThan(2000);
      const again = await recording(await open());
      await until('the second run', () => again.length === 1);
      expect(again[0]).toEqual({ id: 'a', attempt: 1, lastAttempt: false });
      gate.open();
    });

    it('lets its process end by itself once it is closed', async () => {
      const child = startWorker(CLOSING_WORKER, server.backend);
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
    });

    it('runs a delivery again whose process was killed', async () => {
      const queue = await open({ lockMs: 500 });
      await queue.add('a');
      await killWhileRunning(server.backend, 'a');
      expect((await queue.counts()).active).toBe(1);
      const jobs = await recording(queue);
      await until('the second run', () => jobs.length === 1);
      expect(jobs[0]!.id).toBe('a');
    });

    it('runs a thousand deliveries, shared between two workers', async () => {
      const [one, two] = [await open(), await open()];
      const jobs = [...(await Promise.all([recording(one), recording(two)]))];
      const ids = Array.from({ length: 1000 }, (_, i) => `job-${i}`);
      await Promise.all(ids.map((id) => one.add(id)));
      await until('all of them', () => jobs[0]!.length + jobs[1]!.length >= 1000);
      expect(new Set(jobs.flat().map((job) => job.id))).toEqual(new Set(ids));
      await until('nothing left', async () => isEmpty(one));
    }, 90_000);

    it('answers a ping until it is closed, and can be closed twice', async () => {
      const queue = await open();
      await queue.ping();
      await queue.close();
      await queue.close();
      await expect(queue.ping()).rejects.toThrow('the queue is closed');
      await expect(queue.add('a')).rejects.toThrow('the queue is closed');
    });
  });
}

/** Starts work and returns the deliveries as they are handed over. */
export async function recording(
  queue: JobQueue,
  handler: (job: DeliveryJob) => Promise<void> = async () => undefined,
): Promise<DeliveryJob[]> {
  const jobs: DeliveryJob[] = [];
  await queue.work((job) => {
    jobs.push(job);
    return handler(job);
  });
  return jobs;
}

async function isEmpty(queue: JobQueue): Promise<boolean> {
  return Object.values(await queue.counts()).every((count) => count === 0);
}

async function failIf(failing: boolean): Promise<void> {
  if (failing) throw new Error('the desk is away');
}

/** Kills a process with kill -9 while its handler runs this delivery. */
async function killWhileRunning(backend: QueueBackend, id: string): Promise<void> {
  const child = startWorker(HANGING_WORKER, backend);
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [unknown];
  child.kill('SIGKILL');
  await exited;
  expect(String(line)).toBe(`${id}\n`);
}

function startWorker(script: string, backend: QueueBackend): ChildProcessByStdio<null, Readable, null> {
  const args = [script, QUEUE.href, JSON.stringify(backend)];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
}

class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
