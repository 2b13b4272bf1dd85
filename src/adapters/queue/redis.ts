import { createRedisBackend } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { SECOND } from '../../domain/time.ts';
import type { QueueEngine } from './engine.ts';
import type { QuietLog } from './quietLog.ts';

const LONGEST_RECONNECT = 2 * SECOND;

/** BullMQ reads replies in the form that is ioredis' default. */
type QueueRedisOptions = Omit<RedisOptions, 'replyMapping'>;

export interface RedisBackendOptions {
  /** `redis://` or `rediss://` with host, port, credentials and database, or the path of a Unix socket. */
  readonly url: string;
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
  let givenUp = false;
  const connect = (patience: QueueRedisOptions): Redis => {
    const client = new QueueRedis(redis.url, {
      retryStrategy: (times) => (givenUp ? null : Math.min(times * 200, LONGEST_RECONNECT)),
      ...redis.options,
      ...patience,
    });
    client.on('error', (error) => quiet.warn(error, 'queue: Redis can not be reached'));
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
    address: `Redis at ${redis.url.replace(/\/\/[^/@]*@/, '//')}`,
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
