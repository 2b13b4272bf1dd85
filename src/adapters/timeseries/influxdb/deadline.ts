import type { Transport } from '@influxdata/influxdb-client';
import { type Duration, SECOND } from '../../../domain/time.ts';

/** Aborts its signal when a wait takes too long. The client's own timeouts leave the request open. */
export class Deadline {
  readonly #limit: Duration;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: Duration) {
    this.#limit = limit;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#controller.abort(), this.#limit);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Why a request failed: the deadline, or what it says itself. */
  reason(error: unknown): unknown {
    return this.signal.aborted ? new Error(`no answer within ${this.#limit / SECOND} s`, { cause: error }) : error;
  }
}

/** The transport with a limit on how long sending and the whole answer may take. */
export function withTimeLimit(inner: Transport, limit: Duration): Transport {
  return {
    chunkCombiner: inner.chunkCombiner,
    request: (...args) => inner.request(...args),
    iterate: (...args) => inner.iterate(...args),
    send: (path, body, options, callbacks) => {
      const deadline = new Deadline(limit);
      deadline.start();
      inner.send(
        path,
        body,
        { ...options, signal: deadline.signal },
        {
          ...callbacks,
          complete: () => {
            deadline.stop();
            callbacks?.complete?.();
          },
          error: (error) => {
            deadline.stop();
            callbacks?.error?.(deadline.reason(error) as Error);
          },
        },
      );
    },
  };
}
