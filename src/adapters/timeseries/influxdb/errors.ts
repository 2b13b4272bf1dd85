import { HttpError } from '@influxdata/influxdb-client';
import { SECOND } from '../../../domain/time.ts';
import { SetupError, UnavailableError } from '../../../errors.ts';
import { bucketOf, MEASUREMENT, POLICIES } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';

/** The server, or the one that a proxy stands before, is away or has too much to do. */
const AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** InfluxDB does not do what Fettle needs; the message says who must do what. */
export class InfluxDbError extends SetupError {
  override readonly name: string = 'InfluxDbError';
}

/** The login is wrong, or may not do what Fettle needs. */
export class InfluxDbAccessError extends InfluxDbError {
  override readonly name = 'InfluxDbAccessError';
}

/** The database, a retention policy, a bucket, a mapping or the organisation is not there. */
export class InfluxDbMissingError extends InfluxDbError {
  override readonly name = 'InfluxDbMissingError';
}

/** Somebody else wrote a field of Fettle's with another type, which the server then wants of everybody. */
export class InfluxDbConflictError extends InfluxDbError {
  override readonly name = 'InfluxDbConflictError';
}

/** The server is of another version than `store.version`. */
export class InfluxDbVersionError extends InfluxDbError {
  override readonly name = 'InfluxDbVersionError';
}

/** What an error has to say about where it happened. */
export type Where = Pick<InfluxStoreOptions, 'url' | 'version' | 'database' | 'org' | 'username'>;

/** What the server said, without its wrapping. */
export function wordsOf(error: HttpError): string {
  try {
    const { error: words, message } = JSON.parse(error.body ?? '') as { error?: unknown; message?: unknown };
    if (typeof words === 'string') return words;
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: the body is what it says.
  }
  return error.body?.trim() || (error.statusMessage ?? '');
}

/** Any failure of a request as an error that says who must do what. */
export function toStoreError(error: unknown, where: Where): Error {
  if (error instanceof InfluxDbError || error instanceof UnavailableError) return error;
  if (!(error instanceof HttpError)) return new UnavailableError('time-series store', error);
  return saying(wordsOf(error), error.statusCode, where, error);
}

/** An error from what the server said, with an HTTP status or without one. */
export function saying(words: string, status: number | undefined, where: Where, cause?: unknown): Error {
  const said = `InfluxDB at ${where.url} says: ${status === undefined ? '' : `${status} `}${words}`;
  if (status === 401 || status === 403 || /\b(un)?authori[sz](ed|ing)|privilege|permission/i.test(words)) {
    return new InfluxDbAccessError(`${said}. ${accessHint(where)}`, { cause });
  }
  if (/field type conflict/i.test(words)) {
    return new InfluxDbConflictError(
      `${said}. Somebody else has written to the measurement ${MEASUREMENT} of ${where.database}, which has to be Fettle's own: stop that writer and have an administrator remove the points of that time which are not Fettle's, or that whole shard.`,
      { cause },
    );
  }
  if (status === 404 || /not found|does not exist/i.test(words)) {
    return new InfluxDbMissingError(
      `${said}. Check store.url, store.database and store.org; what is missing there Fettle creates at its next start, if it may (store.create).`,
      { cause },
    );
  }
  if (status !== undefined && AWAY.has(status))
    return new UnavailableError('time-series store', new Error(said, { cause }));
  return new InfluxDbError(said, { cause });
}

function accessHint({ version, database, org, username }: Where): string {
  if (version === 1) {
    const who = username === undefined ? 'a user' : `the user ${username}`;
    return `Set store.username and store.password to ${who} with rights on the database; an administrator grants them with: GRANT ALL ON "${database}" TO "${username ?? '<user>'}"`;
  }
  const buckets = POLICIES.map((policy) => bucketOf(database, policy)).join(', ');
  const where = version === 2 ? `buckets ${buckets} of the organisation ${org}` : `databases ${buckets}`;
  return `Set store.token to a token that may read and write the ${where}.`;
}

/** The server asked to be left alone for so long, in milliseconds; 0 when it did not. */
export function retryAfter(error: unknown): number {
  if (!(error instanceof HttpError) || (error.statusCode !== 429 && error.statusCode !== 503)) return 0;
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND : 0;
}
