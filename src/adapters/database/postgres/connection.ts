import type { ConnectionOptions } from 'node:tls';
import type { PoolConfig } from 'pg';
import { type Duration, SECOND } from '../../../domain/time.ts';

/** As libpq means them. */
export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

export interface ServerOptions {
  /** `postgres://…`; `host`, `port`, `sslmode`, `options` and the like may stand in its query. */
  readonly url: string;
  /** Takes the place of what `url` says, as do the others. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly sslMode?: SslMode | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly connectTimeout: Duration;
  readonly statementTimeout: Duration;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** A transaction that sends nothing for this long has lost its owner. */
const IDLE_IN_TRANSACTION: Duration = 60 * SECOND;
/** A server that does not even say that a statement took too long is gone. */
const ANSWER_MARGIN: Duration = 5 * SECOND;
const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'ssl'];

/** What `pg` takes for a server. Holds the password: not for logs. */
export function serverConnection(options: ServerOptions): PoolConfig {
  const url = new URL(options.url);
  const { host, port, user, password, dbname, ...others } = Object.fromEntries(url.searchParams);
  for (const name of TLS_PARAMETERS) delete others[name];
  const config: PoolConfig = {
    application_name: options.applicationName,
    ...others,
    host: host ?? (decoded(url.hostname.replace(/^\[(.+)\]$/, '$1')) || 'localhost'),
    port: Number(port ?? (url.port || 5432)),
    user: options.username ?? user ?? decoded(url.username),
    database: dbname ?? decoded(url.pathname.slice(1)),
    ssl: tlsOptions(options, url.searchParams.get('sslmode')),
    keepAlive: true,
    connectionTimeoutMillis: options.connectTimeout,
    statement_timeout: options.statementTimeout,
    query_timeout: options.statementTimeout + ANSWER_MARGIN,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
  };
  if (config.user === '') delete config.user;
  if (config.database === '') delete config.database;
  const secret = options.password ?? password ?? decoded(url.password);
  return secret === '' ? config : { ...config, password: secret };
}

/** The same without limits on how long a statement may take. */
export function withoutStatementLimit(connection: PoolConfig): PoolConfig {
  const { statement_timeout: _, query_timeout: __, ...others } = connection;
  return others;
}

function tlsOptions({ sslMode, ca, cert, key }: ServerOptions, inUrl: string | null): ConnectionOptions | false {
  const mode = sslMode ?? inUrl ?? (ca === undefined ? 'disable' : 'verify-full');
  if (mode === 'disable') return false;
  const given = { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert, key }) };
  if (mode === 'require') return { ...given, rejectUnauthorized: false };
  return mode === 'verify-ca' ? { ...given, checkServerIdentity: () => undefined } : given;
}

/** A lone % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
