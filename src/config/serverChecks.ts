import { type Flaw, isMap } from './inspect.ts';
import type { Path } from './problem.ts';
import { SSL_MODES } from './serverSchemas.ts';
import { valueAt } from './values.ts';

/** Why an option of ioredis may not be given. */
const REFUSED: Readonly<Record<string, string>> = {
  maxRetriesPerRequest: 'Fettle sets it: the worker has to wait for a lost Redis, everyone else is told at once',
  enableOfflineQueue: 'Fettle sets it: the worker has to wait for a lost Redis, everyone else is told at once',
  retryStrategy: 'Fettle reconnects by itself',
  reconnectOnError: 'Fettle reconnects by itself',
  commandTimeout: 'it would cut off the command that waits for the next job',
  socketTimeout: 'it would cut off the connection that waits for the next job',
  keyPrefix: 'BullMQ makes its own keys; use redis.prefix',
  replyMapping: 'BullMQ reads replies in the usual form only',
  protocol: 'BullMQ reads replies in the usual form only',
  readOnly: 'jobs have to be written',
  monitor: 'such a connection takes no other commands',
  lazyConnect: 'Fettle has to know at its start that Redis answers',
  username: 'use redis.username',
  password: 'use redis.password, which stays out of messages',
};

/** Contradictions within the options of PostgreSQL and Redis. */
export function serverFlaws(config: unknown): Flaw[] {
  return [
    ...databaseFlaws(config),
    ...urlNeeded(config, 'database', ['username', 'password', 'sslMode', 'caFile', 'certFile', 'keyFile']),
    ...certificatePair(config, 'database'),
    ...redisFlaws(config),
    ...urlNeeded(config, 'redis', ['username', 'password', 'caFile', 'certFile', 'keyFile']),
    ...certificatePair(config, 'redis'),
  ];
}

function databaseFlaws(config: unknown): Flaw[] {
  const url = urlAt(config, ['database', 'url']);
  const inUrl = url?.searchParams.get('sslmode');
  const option = valueAt(config, ['database', 'sslMode']);
  if (typeof inUrl === 'string' && option === undefined && !(SSL_MODES as readonly string[]).includes(inUrl)) {
    return [flaw(['database', 'url'], `sslmode must be ${SSL_MODES.join(', ')}, not '${inUrl}'`)];
  }
  const mode = option ?? inUrl;
  const noTls = (key: string) => mode === 'disable' && valueAt(config, ['database', key]) !== undefined;
  return ['caFile', 'certFile']
    .filter(noTls)
    .map((key) => flaw(['database', key], 'needs TLS, but sslMode is disable'));
}

function redisFlaws(config: unknown): Flaw[] {
  const options = valueAt(config, ['redis', 'options']);
  const refused = Object.keys(isMap(options) ? options : {}).flatMap((key) => {
    const reason = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
    const path = ['redis', 'options', key];
    return reason === undefined ? [] : [{ path, message: `can not be given: ${reason}`, on: 'key' as const }];
  });
  const plain = urlAt(config, ['redis', 'url'])?.protocol === 'redis:';
  const unprotected = ['caFile', 'certFile'].filter((key) => plain && valueAt(config, ['redis', key]) !== undefined);
  return [
    ...refused,
    ...unprotected.map((key) => flaw(['redis', key], 'needs TLS: redis.url must begin with rediss://')),
  ];
}

function urlNeeded(config: unknown, part: string, keys: readonly string[]): Flaw[] {
  if (valueAt(config, [part, 'url']) !== undefined) return [];
  return keys
    .filter((key) => valueAt(config, [part, key]) !== undefined)
    .map((key) => flaw([part, key], `needs ${part}.url as well`));
}

function certificatePair(config: unknown, part: string): Flaw[] {
  const missing = (key: string, other: string) =>
    valueAt(config, [part, key]) !== undefined && valueAt(config, [part, other]) === undefined
      ? [flaw([part, key], `needs ${part}.${other} as well`)]
      : [];
  return [...missing('certFile', 'keyFile'), ...missing('keyFile', 'certFile')];
}

function urlAt(config: unknown, path: Path): URL | undefined {
  const text = valueAt(config, path);
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
}

function flaw(path: Path, message: string): Flaw {
  return { path, message, on: 'value' };
}
