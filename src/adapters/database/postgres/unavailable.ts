import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { UnavailableError } from '../../../errors.ts';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // The Unix socket of a server that does not run.
  'ENOENT',
]);
/** Connection exceptions, too many connections, shutdown, crash, starting up. */
const SQLSTATE = /^(?:08...|53300|57P0[1-3])$/;
/** What `pg` says without a code. */
const WORDS =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

interface LentClient extends PostgresPoolClient {
  release(destroy?: boolean): void;
}
interface Pool extends PostgresPool {
  connect(): Promise<LentClient>;
}

/** The same pool, that rejects with UnavailableError where the server can't be reached or went away. */
export function tellUnavailable(pool: Pool): PostgresPool {
  const connect = () => told(() => pool.connect());
  return { connect: async () => watched(await connect()), end: () => pool.end() };
}

/** A lost connection may look whole for a moment longer: it is not given back to the pool. */
function watched(client: LentClient): PostgresPoolClient {
  let lost = false;
  const query = (sql: string, parameters: readonly unknown[]) =>
    told(
      () => client.query(sql, parameters),
      () => {
        lost = true;
      },
    );
  return { query: query as PostgresPoolClient['query'], release: () => client.release(lost) };
}

async function told<T>(work: () => Promise<T>, onLost?: () => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    onLost?.();
    throw new UnavailableError('database', error);
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return NETWORK.has(code) || SQLSTATE.test(code) || WORDS.test(error.message);
}
