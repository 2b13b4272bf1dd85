import type { ListenOptions } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Duration, MINUTE, SECOND } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import { workerUrl } from '../../../workerUrl.ts';
import type { WorkerReport, WorkerSettings } from './worker.ts';

const FIRST_PAUSE: Duration = 100;
const LONGEST_PAUSE: Duration = 10 * SECOND;
/** A thread that ends sooner than this after it opened the database has not mended anything: the pauses go on growing. */
const STEADY: Duration = MINUTE;

interface Run {
  readonly worker: Worker;
  /** Where it listens; 0 for a Unix socket. */
  readonly port: number;
  /** Resolves with the reason when the thread ends. */
  readonly ended: Promise<string>;
}

/**
 * The thread of the embedded database. One that ends by itself (a full disk makes PostgreSQL panic, memory runs out) is
 * started again with growing pauses; meanwhile its clients are refused, as by a server that is away.
 */
export class DatabaseThread {
  readonly #settings: WorkerSettings;
  readonly #log: Log;
  readonly #closing = new AbortController();
  readonly #gone: Promise<void>;
  #run: Run;

  private constructor(settings: WorkerSettings, run: Run, log: Log) {
    this.#settings = settings;
    this.#run = run;
    this.#log = log;
    this.#gone = this.#keep();
  }

  /** Rejects with the reason when the database does not open: a first start is not repeated. */
  static async start(settings: WorkerSettings, log: Log): Promise<DatabaseThread> {
    const run = await start(settings);
    return new DatabaseThread({ ...settings, listen: sameAddress(settings.listen, run.port) }, run, log);
  }

  get port(): number {
    return this.#run.port;
  }

  /** Closes the files; resolves when the thread has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#run.worker.postMessage('close');
    await this.#gone;
  }

  async #keep(): Promise<void> {
    const { directory } = this.#settings;
    let pause = FIRST_PAUSE;
    for (;;) {
      const since = performance.now();
      const reason = await this.#run.ended;
      if (this.#closing.signal.aborted) return;
      if (performance.now() - since > STEADY) pause = FIRST_PAUSE;
      this.#log.error({ directory, reason }, 'embedded database ended; opening it again');
      pause = await this.#open(pause);
      if (this.#closing.signal.aborted) {
        this.#run.worker.postMessage('close');
        await this.#run.ended;
        return;
      }
      this.#log.info({ directory }, 'embedded database opened again');
    }
  }

  /** Starts a thread until one opens the database, or this is closed; returns the next pause. */
  async #open(firstPause: Duration): Promise<Duration> {
    for (let pause = firstPause; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closing.signal.aborted) return pause;
      try {
        this.#run = await start(this.#settings);
        return Math.min(2 * pause, LONGEST_PAUSE);
      } catch (error) {
        const { directory } = this.#settings;
        this.#log.error({ directory, err: error }, 'embedded database does not open; trying again');
      }
    }
  }
}

/** Resolves once the thread listens. */
async function start(settings: WorkerSettings): Promise<Run> {
  const worker = new Worker(workerUrl(import.meta.url, './worker.js'), { workerData: settings });
  let reason = 'its thread ended without a word';
  worker.on('error', (error) => {
    reason = error.message;
  });
  const ended = new Promise<string>((resolve) => worker.once('exit', () => resolve(reason)));
  const port = await new Promise<number>((resolve, reject) => {
    worker.on('message', (report: WorkerReport) => {
      if (report.type === 'ready') resolve(report.port);
      else reason = report.reason;
    });
    void ended.then((why) => reject(new Error(why)));
  });
  return { worker, port, ended };
}

/** Clients know the port that the system picked. */
function sameAddress(listen: ListenOptions, port: number): ListenOptions {
  return listen.path === undefined ? { ...listen, port } : listen;
}
