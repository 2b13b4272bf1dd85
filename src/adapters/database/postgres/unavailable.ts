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
/**
 * Connection exceptions, a server that became a standby, a full disk, no memory, too many connections, cancelled by a
 * time limit, shutdown, crash, starting up, an I/O error.
 */
const SQLSTATE = /^(?:08...|25006|53[123]00|57014|57P0[1-5]|58030)$/;
/** What `pg` says without a code. */
const WORDS =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/;

interface LentClient extends PostgresPoolClient {
  release(destroy?: boolean): void;
}
interface Pool extends PostgresPool {
  connect(): Promise<LentClient>;
}

/** The same pool, that rejects with UnavailableError where the server can't be reached or went away. */
export function tellUnavailable(pool: Pool): PostgresPool {
  const connect = () => told(() => pool.connect(), always);
  return { connect: async () => watched(await connect()), end: () => pool.end() };
}

/** A lost connection may look whole for a moment longer: it is not given back to the pool. */
function watched(client: LentClient): PostgresPoolClient {
  let lost = false;
  const isLoss = (error: unknown) => {
    lost ||= isUnavailable(error);
    return lost;
  };
  const query = (sql: string, parameters: readonly unknown[]) => told(() => client.query(sql, parameters), isLoss);
  return { query: query as PostgresPoolClient['query'], release: () => client.release(lost) };
}

/** Whatever keeps a connection from being made (a login or certificate refused, too): the database can't be reached. */
const always = () => true;

async function told<T>(work: () => Promise<T>, isUnavailable: (error: unknown) => boolean): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new UnavailableError('database', error) : error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return NETWORK.has(code) || SQLSTATE.test(code) || WORDS.test(error.message);
}
