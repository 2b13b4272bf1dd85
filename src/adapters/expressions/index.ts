import { Worker } from 'node:worker_threads';
import type { Evaluated, Evaluation, Expressions } from '../../ports/expressions.ts';
import { workerUrl } from '../../workerUrl.ts';
import type { Answer, WorkerBounds } from './protocol.ts';

export interface ExpressionLimits {
  /** An evaluation that takes longer, in ms, is ended from within; one that can't be, such as a regular expression, after three times that. */
  readonly timeout: number;
  /** Memory of all evaluations under way, in MB. */
  readonly memoryMb: number;
}

const LIMITS: ExpressionLimits = { timeout: 1000, memoryMb: 128 };

const BOUNDS: Omit<WorkerBounds, 'timeout'> = { depth: 500, items: 100_000, characters: 4_000_000 };

/** A worker that is not up after so long, in ms, never will be. */
const START_LIMIT = 30_000;

/** Evaluates JSONata in a worker thread, which is started with the first evaluation and replaced when it has to be ended. */
export function createExpressions(limits: Partial<ExpressionLimits> = {}): Expressions {
  return new WorkerExpressions({ ...LIMITS, ...limits });
}

interface Outstanding {
  readonly evaluation: Evaluation;
  resolve(result: Evaluated): void;
  reject(error: Error): void;
}

class WorkerExpressions implements Expressions {
  readonly #limits: ExpressionLimits;
  /** The oldest first: it is the one under way. */
  #outstanding: Outstanding[] = [];
  #worker: Worker | undefined;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(limits: ExpressionLimits) {
    this.#limits = limits;
  }

  evaluate(evaluation: Evaluation): Promise<Evaluated> {
    if (this.#closed) return Promise.reject(new Error('expressions are no longer evaluated'));
    return new Promise((resolve, reject) => {
      this.#outstanding.push({ evaluation, resolve, reject });
      if (!this.#worker) this.#start();
      else if (this.#isReady) this.#ask(evaluation);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    const left = this.#outstanding;
    this.#outstanding = [];
    for (const { reject } of left) reject(new Error('expressions are no longer evaluated'));
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): void {
    const { timeout, memoryMb } = this.#limits;
    const worker = new Worker(workerUrl(import.meta.url, './worker.js'), {
      workerData: { ...BOUNDS, timeout } satisfies WorkerBounds,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      env: {},
    });
    this.#worker = worker;
    this.#isReady = false;
    let reason = 'the thread of expressions ended';
    worker.on('message', (answer: Answer) => {
      if (this.#worker === worker) this.#take(answer);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reason = isMemory ? `the expression needs more than ${memoryMb} MB` : error.message;
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#replace(reason);
    });
    this.#watch(START_LIMIT, 'the thread of expressions did not start');
  }

  #take(answer: Answer): void {
    if (answer.kind === 'evaluated') this.#outstanding.shift()?.resolve(answer.result);
    else {
      this.#isReady = true;
      for (const { evaluation } of this.#outstanding) this.#ask(evaluation);
    }
    this.#watchNext();
  }

  #ask(evaluation: Evaluation): void {
    this.#worker?.postMessage(evaluation);
    if (this.#timer === undefined) this.#watchNext();
  }

  #watchNext(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const limit = 3 * this.#limits.timeout;
    if (this.#outstanding.length > 0) this.#watch(limit, `the expression took more than ${limit} ms`);
    this.#keepAlive();
  }

  /** A thread that has nothing to do keeps no process from ending. */
  #keepAlive(): void {
    if (this.#outstanding.length > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #watch(limit: number, reason: string): void {
    this.#timer = setTimeout(() => this.#replace(reason), limit);
  }

  /** Refuses what was under way, ends its thread, and has another one do the rest. */
  #replace(reason: string): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#outstanding.shift()?.resolve({ failure: reason });
    if (this.#outstanding.length > 0) this.#start();
  }
}
