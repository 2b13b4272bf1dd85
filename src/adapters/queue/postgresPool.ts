import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import { DatabaseError, type Pool, type QueryResultRow } from 'pg';
import type { QuietLog } from './quietLog.ts';

/** SQLSTATE classes that say the server is going, gone or full: connection, operator intervention, resources. */
const OUTAGE_CLASSES = ['08', '57', '53'];

/**
 * The server can't be reached. BullMQ knows an outage only by this code; at any other error its worker asks again
 * without a pause, so that a lost socket file would keep it spinning.
 */
class PostgresOutageError extends Error {
  override readonly name = 'PostgresOutageError';
  readonly code = 'ECONNREFUSED';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/** What BullMQ uses of a `pg` pool, with outages made recognizable. It leaves the pool to its owner. */
export class QueuePool implements PgPool {
  readonly #pool: Pool;
  readonly #quiet: QuietLog;
  /** BullMQ looks here whether a lost connection would be noticed. */
  readonly options = { keepAlive: true };

  constructor(pool: Pool, quiet: QuietLog) {
    this.#pool = pool;
    this.#quiet = quiet;
    // The pool listens to idle connections alone; an error of one that BullMQ holds would end the process.
    pool.on('connect', (client) => {
      client.on('error', (error) => quiet.warn(error, 'queue: a connection to PostgreSQL was lost'));
    });
    pool.on('error', () => undefined);
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    const { rows, rowCount } = await this.#recognizingOutages(() =>
      this.#pool.query<QueryResultRow>(text, params && [...params]),
    );
    return { rows: rows as R[], rowCount };
  }

  connect(): Promise<PgPoolClient> {
    return this.#recognizingOutages(() => this.#pool.connect());
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  /** Errors of idle connections go to the log from here and connections are nobody's concern: nothing to hand on. */
  on(): this {
    return this;
  }

  removeAllListeners(): this {
    return this;
  }

  async #recognizingOutages<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !isOutage(error)) throw error;
      this.#quiet.warn(error, 'queue: PostgreSQL can not be reached');
      throw new PostgresOutageError(error);
    }
  }
}

/** What the server itself did not send comes from the connection. */
function isOutage(error: Error): boolean {
  return error instanceof DatabaseError ? OUTAGE_CLASSES.includes(error.code?.slice(0, 2) ?? '') : true;
}
