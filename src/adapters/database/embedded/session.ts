import { readAnswer, SYNC, simpleQuery, type TransactionStatus } from './protocol.ts';

/** A connection, as the session sees it. */
export interface SessionClient {
  /** Hands over what the server answered, or what was notified. */
  receive(bytes: Buffer): void;
  /** Ends the connection with an error the client can read. */
  fail(code: string, reason: string): void;
}

/** Runs protocol messages on the one session there is and returns everything it answered. */
export type RunUnit = (unit: Uint8Array) => Promise<Buffer>;

interface Waiting {
  readonly client: SessionClient;
  readonly unit: Buffer;
}

/**
 * Shares the one session of PGlite among connections. A connection owns the session from its first unit until
 * ReadyForQuery says idle, so that transactions of different connections come one after the other and each answer
 * goes to whom it belongs. An owner that goes away, or sits in a transaction for longer than `idleLimit` milliseconds
 * while it holds up everybody else, is rolled back.
 */
export class Session {
  readonly #run: RunUnit;
  readonly #idleLimit: number;
  readonly #onFailure: (reason: unknown) => void;
  readonly #listeners = new Set<SessionClient>();
  #waiting: Waiting[] = [];
  #owner: SessionClient | undefined;
  #ownerIsGone = false;
  #closed = false;
  #busy = false;
  #drained = Promise.resolve();
  #idleTimer: NodeJS.Timeout | undefined;

  /** `onFailure` is told when the session itself broke; it must not be used any more then. */
  constructor(run: RunUnit, idleLimit: number, onFailure: (reason: unknown) => void) {
    this.#run = run;
    this.#idleLimit = idleLimit;
    this.#onFailure = onFailure;
  }

  /** Queues a unit: messages of one connection up to Sync, a simple Query or another that is answered at once. */
  submit(client: SessionClient, unit: Buffer): void {
    this.#waiting.push({ client, unit });
    this.#work();
  }

  /** Forgets a connection and rolls back what it left open. */
  leave(client: SessionClient): void {
    this.#listeners.delete(client);
    this.#waiting = this.#waiting.filter((waiting) => waiting.client !== client);
    if (this.#owner === client) this.#ownerIsGone = true;
    this.#work();
  }

  /** Ends after the unit that runs now. What an owner left open is up to whoever closes the database. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    await this.#drained;
  }

  #work(): void {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    this.#drained = this.#drain().catch(this.#onFailure);
  }

  async #drain(): Promise<void> {
    while (!this.#closed) {
      if (this.#ownerIsGone) await this.#rollBack();
      const next = this.#take();
      if (!next) break;
      clearTimeout(this.#idleTimer);
      this.#owner = next.client;
      await this.#execute(next);
    }
    this.#busy = false;
  }

  #take(): Waiting | undefined {
    const index = this.#owner ? this.#waiting.findIndex(({ client }) => client === this.#owner) : 0;
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #execute({ client, unit }: Waiting): Promise<void> {
    const answer = readAnswer(await this.#run(unit));
    if (answer.listens && !this.#ownerIsGone) this.#listeners.add(client);
    client.receive(answer.reply);
    this.#notify(answer.notifications);
    this.#keepOrRelease(client, answer.status);
  }

  #notify(notifications: readonly Buffer[]): void {
    for (const notification of notifications) {
      for (const listener of this.#listeners) listener.receive(notification);
    }
  }

  #keepOrRelease(client: SessionClient, status: TransactionStatus | undefined): void {
    if (status === 'I') {
      this.#owner = undefined;
      this.#ownerIsGone = false;
      return;
    }
    this.#idleTimer = setTimeout(() => {
      client.fail('25P03', `a transaction idle for ${this.#idleLimit} ms was rolled back: it held up all the others`);
    }, this.#idleLimit);
  }

  async #rollBack(): Promise<void> {
    clearTimeout(this.#idleTimer);
    // Sync first: the owner may have gone between messages, where a query is not allowed.
    await this.#run(SYNC);
    const { status } = readAnswer(await this.#run(simpleQuery('ROLLBACK')));
    if (status !== 'I') throw new Error(`the transaction of a lost connection could not be rolled back (${status})`);
    this.#owner = undefined;
    this.#ownerIsGone = false;
  }
}
