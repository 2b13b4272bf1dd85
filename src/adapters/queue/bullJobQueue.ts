import {
  type IQueueBackend,
  type Job,
  type JobProgress,
  type JobType,
  Queue,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import { type Duration, SECOND } from '../../domain/time.ts';
import { reasonOf, UnavailableError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { DeliveryJob, JobQueue, QueueCounts } from '../../ports/jobQueue.ts';
import { PermanentDeliveryError } from '../../ports/serviceDesk.ts';
import { backoffDelay } from './backoff.ts';
import { withDeadline } from './deadline.ts';
import type { QueueEngine } from './engine.ts';
import type { QuietLog } from './quietLog.ts';

const KEEP_FAILED = 1000;
/** A worker that stalls is no fault of the delivery: it runs again as often as that happens. */
const MAX_STALLED = 1_000_000;
const ANSWER_WITHIN: Duration = 5 * SECOND;
/** For what BullMQ has to write down after the last handler has ended. */
const WRITE_WITHIN: Duration = 2 * SECOND;

export interface BullJobQueueOptions {
  readonly name: string;
  readonly attempts: number;
  readonly backoffMs: Duration;
  readonly concurrency: number;
  readonly lockMs: Duration;
  readonly closeMs: Duration;
  /** Leaves the backend as it is, for who opens the queue only to ask. */
  readonly onlyLook: boolean;
  readonly log: Log;
}

/**
 * What waits while the queue is paused: on PostgreSQL BullMQ counts it under this name only, though its types do not
 * know it; on Redis it stays among the waiting.
 */
const PAUSED = 'paused' as JobType;

type Data = Record<string, never>;
type Handler = (job: DeliveryJob) => Promise<void>;

/** The queue was closed before the handler ended. */
class CutOffError extends Error {
  override readonly name = 'CutOffError';
}

/** Work as BullMQ jobs, whose id is that of a delivery or a backtest; made by `openQueue`. */
export class BullJobQueue implements JobQueue {
  readonly #engine: QueueEngine;
  readonly #options: BullJobQueueOptions;
  readonly #quiet: QuietLog;
  readonly #queue: Queue<Data, void, string, Data, void, string, IQueueBackend, object>;
  /** One for each running handler: gives it up. */
  readonly #cutOffs = new Set<(reason: Error) => void>();
  #concerns: readonly string[] = [];
  #worker: Worker<Data, void, string, IQueueBackend, JobProgress, object> | undefined;
  #closing: Promise<void> | undefined;

  constructor(engine: QueueEngine, options: BullJobQueueOptions, quiet: QuietLog) {
    this.#engine = engine;
    this.#options = options;
    this.#quiet = quiet;
    const settings = {
      connection: {},
      skipMetasUpdate: options.onlyLook,
      ...(engine.prefix !== undefined && { prefix: engine.prefix }),
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: {
        attempts: options.attempts,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: { count: KEEP_FAILED },
        stackTraceLimit: 1,
      },
    };
    this.#queue = new Queue(options.name, settings, engine.createBackend);
    this.#queue.on('error', (error) => {
      quiet.warn(error, 'queue: an error between jobs');
    });
  }

  /** Resolves when the engine answers; rejects with UnavailableError and the reason when it does not in time. */
  async open(): Promise<void> {
    try {
      await this.#answered(this.#queue.waitUntilReady());
      this.#concerns = await this.#answered(this.#engine.concerns());
    } catch (error) {
      throw error instanceof UnavailableError ? error : new UnavailableError('job queue', error);
    }
    for (const concern of this.#concerns) this.#options.log.warn(`queue: ${concern}`);
  }

  async work(handler: Handler): Promise<void> {
    this.#assertOpen();
    if (this.#worker) throw new Error('the queue works already');
    const { name, backoffMs, concurrency, lockMs } = this.#options;
    const settings = {
      connection: {},
      ...(this.#engine.prefix !== undefined && { prefix: this.#engine.prefix }),
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MAX_STALLED,
      runRetryDelay: SECOND,
      settings: {
        backoffStrategy: (attempt: number, _type?: string, error?: Error) => backoffDelay(attempt, backoffMs, error),
      },
    };
    const process = (job: Job<Data, void>, token?: string) => this.#process(handler, job, token);
    const worker = new Worker(name, process, settings, this.#engine.createBackend);
    worker.on('error', (error) => this.#quiet.warn(error, 'queue: the worker met an error'));
    this.#worker = worker;
    await this.#answered(worker.waitUntilReady());
  }

  async add(id: string, delay: Duration = 0): Promise<void> {
    this.#assertOpen();
    await this.#reached(async () => {
      const state = await this.#queue.getJobState(id);
      // BullMQ takes no second job with the id of one that it still remembers, ended or not.
      if (state === 'failed' || state === 'completed') await this.#queue.remove(id);
      await this.#queue.add(this.#options.name, {}, { jobId: id, ...(delay > 0 && { delay }) });
    });
  }

  async pause(): Promise<void> {
    await this.#queue.pause();
  }

  async resume(): Promise<void> {
    await this.#queue.resume();
  }

  async counts(): Promise<QueueCounts> {
    const counts = await this.#queue.getJobCounts('waiting', PAUSED, 'active', 'delayed', 'failed');
    return {
      waiting: (counts.waiting ?? 0) + (counts[PAUSED] ?? 0),
      active: counts.active ?? 0,
      delayed: counts.delayed ?? 0,
      failed: counts.failed ?? 0,
    };
  }

  /** Rejects with UnavailableError, which says where the engine is and why it can not be reached. */
  async ping(): Promise<void> {
    this.#assertOpen();
    await this.#answered(this.#queue.isPaused());
  }

  get concerns(): readonly string[] {
    return this.#concerns;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #process(handler: Handler, job: Job<Data, void>, token: string | undefined): Promise<void> {
    const attempt = job.attemptsMade + 1;
    const lastAttempt = attempt >= (job.opts.attempts ?? 1);
    const running = Promise.resolve({ id: job.id ?? '', attempt, lastAttempt }).then(handler);
    try {
      await this.#untilCutOff(running);
    } catch (error) {
      if (error instanceof CutOffError) return this.#putBack(job, token, running);
      if (error instanceof PermanentDeliveryError) throw new UnrecoverableError(error.message);
      throw error instanceof Error ? error : new Error(String(error));
    }
  }

  async #untilCutOff(running: Promise<void>): Promise<void> {
    let cutOff: (reason: Error) => void = () => undefined;
    const cut = new Promise<never>((_resolve, reject) => {
      cutOff = reject;
    });
    this.#cutOffs.add(cutOff);
    try {
      await Promise.race([running, cut]);
    } finally {
      this.#cutOffs.delete(cutOff);
    }
  }

  /** Leaves a job whose handler goes on beyond closing to whoever works next, without counting the attempt. */
  async #putBack(job: Job<Data, void>, token: string | undefined, running: Promise<void>): Promise<never> {
    const { log } = this.#options;
    running.catch((error: unknown) => log.debug({ err: error, job: job.id }, 'queue: a cut off delivery failed'));
    log.warn({ job: job.id }, 'queue: closed before a delivery had ended; it runs again');
    await job.moveToWait(token);
    throw new WaitingError();
  }

  async #close(): Promise<void> {
    const { closeMs } = this.#options;
    if (this.#cutOffs.size === 0) this.#engine.giveUp();
    const timer = setTimeout(() => this.#cutOffRunning(), closeMs);
    try {
      if (this.#worker) await this.#closeOrDisconnect(this.#worker, closeMs + WRITE_WITHIN);
      this.#engine.giveUp();
      await this.#closeOrDisconnect(this.#queue, WRITE_WITHIN);
    } finally {
      clearTimeout(timer);
      await this.#engine.close();
    }
  }

  #cutOffRunning(): void {
    this.#engine.giveUp();
    for (const cutOff of this.#cutOffs) cutOff(new CutOffError('the queue was closed'));
  }

  async #closeOrDisconnect(part: Pick<Worker, 'close' | 'disconnect'>, limit: Duration): Promise<void> {
    const { log } = this.#options;
    try {
      await withDeadline(part.close(), limit, 'queue: closing');
    } catch (error) {
      log.warn({ err: error }, 'queue: closed without a clean end');
      await withDeadline(part.disconnect(), WRITE_WITHIN, 'queue: disconnecting').catch((failure: unknown) => {
        log.debug({ err: failure }, 'queue: the connection was lost already');
      });
    }
  }

  #answered<T>(answer: Promise<T>): Promise<T> {
    return this.#reached(() => withDeadline(answer, ANSWER_WITHIN, this.#engine.address));
  }

  /** While the connection is lost, its reason takes the place of what clients say of a command that waits for it. */
  async #reached<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { outage, address } = this.#engine;
      if (outage === undefined) throw error;
      throw new UnavailableError('job queue', new Error(`${address}: ${reasonOf(outage)}`, { cause: outage }));
    }
  }

  #assertOpen(): void {
    if (this.#closing) throw new Error('the queue is closed');
  }
}
