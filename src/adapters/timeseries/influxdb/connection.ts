import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { type Headers, InfluxDB, type Transport } from '@influxdata/influxdb-client';
import { MINUTE } from '../../../domain/time.ts';
import { Deadline, withTimeLimit } from './deadline.ts';
import { retryAfter, toStoreError, type Where } from './errors.ts';
import { bucketOf, type PolicyName } from './layout.ts';
import type { InfluxStoreOptions } from './options.ts';

/** Smaller bodies cost more to compress than to send. */
const GZIP_FROM = 1024;
/** The longest pause that a server may ask for. */
const LONGEST_PAUSE = MINUTE;

export type Method = 'GET' | 'POST' | 'PATCH';

export interface Answer {
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Requests to the server, through the client's transport: login, keep-alive, TLS and compression are its, time limits
 * and errors are Fettle's. Once closed, everything rejects.
 */
export class Connection {
  readonly where: Where;
  readonly #options: InfluxStoreOptions;
  readonly #agent: Agent;
  readonly #client: InfluxDB;
  readonly #transport: Transport;
  #pausedUntil = 0;
  #closed = false;

  constructor(options: InfluxStoreOptions) {
    this.where = options;
    this.#options = options;
    this.#agent = new (options.url.startsWith('https:') ? TlsAgent : Agent)({ keepAlive: true });
    const settings = { url: options.url, ...login(options), timeout: 0, transportOptions: { agent: this.#agent } };
    this.#transport = withTimeLimit(new InfluxDB(settings).transport, options.timeout);
    this.#client = new InfluxDB({ url: options.url, transport: this.#transport });
  }

  /** Writes lines of line protocol with times in microseconds. Rejects with the client's HttpError when refused. */
  async write(policy: PolicyName, lines: string): Promise<void> {
    this.#checkOpen();
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) throw new Error(`InfluxDB at ${this.where.url} asked for a pause of ${Math.ceil(pause)} ms more`);
    try {
      await this.#writeApi(policy, lines);
    } catch (error) {
      this.#pausedUntil = performance.now() + Math.min(retryAfter(error), LONGEST_PAUSE);
      throw error;
    }
  }

  /** The client's buffer and retries stay out of it: one body, one request, its error to the caller. */
  async #writeApi(policy: PolicyName, lines: string): Promise<void> {
    const { database, org = '', version } = this.#options;
    const api = this.#client.getWriteApi(org, bucketOf(database, policy), 'us', {
      maxRetries: 0,
      flushInterval: 0,
      batchSize: 2,
      maxBatchBytes: Number.POSITIVE_INFINITY,
      gzipThreshold: GZIP_FROM,
      writeFailed: (error) => Promise.reject(error),
    });
    if (version === 1) api.path = `/write?${new URLSearchParams({ db: database, rp: policy, precision: 'u' })}`;
    api.writeRecord(lines);
    await api.flush();
  }

  /** One request with its whole answer; rejects with the client's HttpError for a status from 300 on. */
  request(method: Method, path: string, body: object | string = ''): Promise<Answer> {
    this.#checkOpen();
    const json = typeof body === 'object';
    return new Promise((resolve, reject) => {
      let headers: Headers = {};
      const chunks: Uint8Array[] = [];
      this.#transport.send(
        path,
        json ? JSON.stringify(body) : body,
        { method, headers: json ? {} : { 'content-type': FORM } },
        {
          responseStarted: (received) => {
            headers = received;
          },
          next: (chunk) => void chunks.push(chunk),
          complete: () => resolve({ headers, text: Buffer.concat(chunks).toString() }),
          error: reject,
        },
      );
    });
  }

  /** The lines of an answer as they come, each within the time limit. */
  async *lines(path: string, form: string): AsyncGenerator<string> {
    this.#checkOpen();
    const decoder = new TextDecoder();
    const parts: string[] = [];
    for await (const chunk of this.#chunks(path, form)) {
      const [first, ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
      parts.push(first!);
      for (const part of rest) {
        yield parts.join('');
        parts.splice(0, parts.length, part);
      }
    }
    yield parts.join('') + decoder.decode();
  }

  async *#chunks(path: string, form: string): AsyncGenerator<Uint8Array> {
    const deadline = new Deadline(this.#options.timeout);
    const headers = { 'content-type': FORM, 'accept-encoding': 'gzip' };
    const chunks = this.#transport.iterate(path, form, { method: 'POST', headers, signal: deadline.signal });
    try {
      for (;;) {
        deadline.start();
        const next = await chunks.next();
        deadline.stop();
        if (next.done) return;
        yield next.value;
      }
    } catch (error) {
      throw toStoreError(deadline.reason(error), this.where);
    } finally {
      deadline.stop();
      await chunks.return?.();
    }
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('The time-series store is closed.');
  }
}

const FORM = 'application/x-www-form-urlencoded';

function login({ version, token, username, password }: InfluxStoreOptions): {
  token?: string;
  headers?: Record<string, string>;
} {
  if (version !== 1) return token === undefined ? {} : { token };
  if (username === undefined) return {};
  return { headers: { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` } };
}
