import { Worker } from 'node:worker_threads';
import type { Log } from '../../../log.ts';
import { workerUrl } from '../../../workerUrl.ts';
import { fromErrorMessage, StoreWorkerError } from './errors.ts';
import {
  type Answer,
  type Argument,
  buffersOf,
  type Call,
  type EngineOptions,
  type Operation,
  type Result,
} from './protocol.ts';

interface Outstanding {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Calls to the worker and their answers. Once the worker has ended, every call rejects with the reason. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #opening: Promise<void>;
  readonly #exited: Promise<void>;
  #opened: Outstanding = { resolve: () => undefined, reject: () => undefined };
  #lastId = 0;
  #closing: Promise<void> | undefined;
  #ended: Error | undefined;

  private constructor(options: EngineOptions, log: Log) {
    this.#log = log;
    this.#worker = new Worker(workerUrl(import.meta.url, './worker.js'), { workerData: options });
    this.#opening = new Promise((resolve, reject) => {
      this.#opened = { resolve: () => resolve(), reject };
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end(new StoreWorkerError(`The thread of the time-series store ended with code ${code}.`));
        resolve();
      });
    });
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', (error) =>
      this.#end(new StoreWorkerError(`The thread of the time-series store failed: ${error.message}`, { cause: error })),
    );
  }

  /** Starts the worker; rejects when it could not open the store. */
  static async start(options: EngineOptions, log: Log): Promise<WorkerClient> {
    const client = new WorkerClient(options, log);
    try {
      await client.#opening;
    } catch (error) {
      await client.exited;
      throw error;
    }
    return client;
  }

  /** Resolves when the worker has ended, for whatever reason. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Buffers of typed arrays in the argument are handed over: the caller can't use them afterwards. */
  call<K extends Operation>(operation: K, argument: Argument<K>): Promise<Result<K>> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const call: Call = { id: ++this.#lastId, operation, argument };
      this.#outstanding.set(call.id, { resolve: (result) => resolve(result as Result<K>), reject });
      this.#worker.postMessage(call, buffersOf(argument));
    });
  }

  /** Closes the store and waits for the worker to end; closing again waits for the same. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.#ended) {
      const closed = this.call('close', undefined);
      this.#ended = new Error('The time-series store is closed.');
      await closed;
    }
    await this.#exited;
  }

  #take(answer: Answer): void {
    if (answer.kind === 'log') this.#log[answer.level](answer.fields, answer.text);
    else if (answer.kind === 'opened') this.#opened.resolve(undefined);
    else if (answer.kind === 'not-opened') this.#opened.reject(fromErrorMessage(answer.error));
    else this.#settle(answer);
  }

  #settle(answer: Extract<Answer, { id: number }>): void {
    const outstanding = this.#outstanding.get(answer.id);
    this.#outstanding.delete(answer.id);
    if (answer.kind === 'result') outstanding?.resolve(answer.result);
    else outstanding?.reject(fromErrorMessage(answer.error));
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    this.#opened.reject(reason);
    for (const { reject } of this.#outstanding.values()) reject(reason);
    this.#outstanding.clear();
  }
}
