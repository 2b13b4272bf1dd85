import { createRedisBackend } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { SECOND } from '../../domain/time.ts';
import type { QueueEngine } from './engine.ts';
import type { QuietLog } from './quietLog.ts';
import { redisConcerns } from './redisConcerns.ts';

const LONGEST_RECONNECT = 2 * SECOND;

/** BullMQ reads replies in the form that is ioredis' default. */
type QueueRedisOptions = Omit<RedisOptions, 'replyMapping'>;

export interface RedisBackendOptions {
  /** `redis://` or `rediss://` with host, port, credentials and database, or the path of a Unix socket. */
  readonly url: string;
  /** Takes the place of what `url` says, as does `password`. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Further options of ioredis, for instance `tls`. */
  readonly options?: QueueRedisOptions;
  /** Of all keys; `fettle` when absent. */
  readonly prefix?: string;
}

/**
 * BullMQ on Redis. The worker waits for a lost server to come back; whoever adds or asks is told at once.
 * Jobs outlive a restart of Redis only as far as its own persistence goes.
 */
export function openRedisEngine(redis: RedisBackendOptions, quiet: QuietLog): QueueEngine {
  const clients: Redis[] = [];
  const { url, login } = apart(redis);
  let givenUp = false;
  const outages = new Map<Redis, Error>();
  const connect = (patience: QueueRedisOptions): Redis => {
    const client = new QueueRedis(url, {
      retryStrategy: (times) => (givenUp ? null : Math.min(times * 200, LONGEST_RECONNECT)),
      ...redis.options,
      ...login,
      ...patience,
    });
    client.on('error', (error) => {
      outages.set(client, error);
      quiet.warn(error, 'queue: Redis can not be reached');
    });
    client.on('ready', () => outages.delete(client));
    clients.push(client);
    return client;
  };
  return {
    createBackend: (name, options, extra) => {
      const forWorker = extra?.withBlockingConnection === true;
      const patience = { maxRetriesPerRequest: forWorker ? null : 1, enableOfflineQueue: forWorker };
      return createRedisBackend(name, { ...options, connection: connect(patience) }, extra);
    },
    prefix: redis.prefix ?? 'fettle',
    address: `Redis at ${addressOf(redis.url)}`,
    get outage() {
      const [client] = clients;
      if (!client || isUp(client)) return undefined;
      return outages.get(client) ?? new Error('not connected');
    },
    concerns: async () => {
      const [client] = clients;
      return client ? redisConcerns(client) : [];
    },
    giveUp: () => {
      givenUp = true;
      for (const client of clients) {
        if (client.status !== 'ready') client.disconnect();
      }
    },
    close: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}

/** A client whose line has just ended counts itself as ready for a moment more. */
function isUp({ status, stream }: Redis): boolean {
  return status === 'ready' && stream.writable;
}

/** The login apart from the address, where what it says would win over options. */
function apart({ url, username, password }: RedisBackendOptions) {
  if (!URL.canParse(url) || (username === undefined && password === undefined)) return { url, login: {} };
  const parsed = new URL(url);
  const inUrl = { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) };
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, login: { username: username ?? inUrl.username, password: password ?? inUrl.password } };
}

/** Without the login and the query, which may hold one. */
function addressOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * ioredis leaves a client that is disconnected while it waits to reconnect as it is: it never ends, nor do its waiting
 * commands, and BullMQ waits for both when it closes. This one ends.
 */
class QueueRedis extends Redis {
  override disconnect(reconnect = false): void {
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait';
    super.disconnect(reconnect);
  }

  /** BullMQ makes its blocking connection so. */
  override duplicate(override?: Partial<RedisOptions>): Redis {
    return new QueueRedis({ ...this.options, ...override, replyMapping: 'legacy' });
  }
}
