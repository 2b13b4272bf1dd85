import type { Timestamp } from '../domain/time.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Prepared } from './decode.ts';

interface Waiting {
  readonly message: InboundMessage;
  prepared: Prepared | undefined;
  isReady: boolean;
}

/**
 * Messages whose readings are still being worked out, and those that came after them: all go on in the order in which they
 * came, since brokers want them settled in that order.
 */
export class WaitingLine {
  readonly #waiting: Waiting[] = [];
  readonly #goOn: (message: InboundMessage, prepared: Prepared | undefined) => void;
  #emptied: (() => void)[] = [];

  constructor(goOn: (message: InboundMessage, prepared: Prepared | undefined) => void) {
    this.#goOn = goOn;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** When the first in line came. */
  get oldest(): Timestamp | undefined {
    return this.#waiting[0]?.message.receivedAt;
  }

  /** Of a message that needs no preparation, `preparing` is undefined. What rejects stays in line for good: it comes again. */
  join(message: InboundMessage, preparing: Promise<Prepared> | undefined): void {
    const waiting: Waiting = { message, prepared: undefined, isReady: preparing === undefined };
    this.#waiting.push(waiting);
    preparing?.then(
      (prepared) => {
        waiting.prepared = prepared;
        waiting.isReady = true;
        this.#advance();
      },
      () => undefined,
    );
  }

  /** Resolves when nothing waits any more, or the signal aborts. */
  async emptied(signal: AbortSignal): Promise<void> {
    if (this.isEmpty || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#emptied.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #advance(): void {
    while (this.#waiting[0]?.isReady) {
      const { message, prepared } = this.#waiting.shift()!;
      this.#goOn(message, prepared);
    }
    if (!this.isEmpty) return;
    const emptied = this.#emptied;
    this.#emptied = [];
    for (const resolve of emptied) resolve();
  }
}
