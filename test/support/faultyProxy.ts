import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What goes wrong with one request on its way to a server, or with its answer on the way back. */
export type Fault =
  /** The server does what it was asked; its answer gets lost. */
  | 'lost-answer'
  /** The server does what it was asked; half of its answer arrives. */
  | 'half-answer'
  /** The server does what it was asked; its answer comes when nobody waits any more. */
  | 'late-answer'
  /** The server does what it was asked and says 500. */
  | 'done-and-500'
  /** The server never hears of it. */
  | 'lost-request'
  /** Somebody in between answers. */
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

interface Planned {
  readonly fault: Fault;
  readonly matches: (seen: Seen) => boolean;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Stands between a client and an HTTP server on loopback, and lets go wrong what a test plans. */
export class FaultyProxy {
  readonly url: string;
  /** In order of arrival, whatever became of them. */
  readonly seen: Seen[] = [];
  readonly #planned: Planned[] = [];
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(target: string): Promise<FaultyProxy> {
    const server = createServer((request, response) => void proxy.#pass(target, request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy: FaultyProxy = new FaultyProxy(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      },
    );
    return proxy;
  }

  /** For the next request that matches; any that writes when absent. Several are for as many requests. */
  plan(fault: Fault, matches: Planned['matches'] = ({ method }) => method !== 'GET'): void {
    this.#planned.push({ fault, matches });
  }

  /** Requests that write, such as are not to be made twice. */
  get writes(): readonly Seen[] {
    return this.seen.filter(({ method }) => method !== 'GET');
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #pass(target: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const { method = '', url = '', headers } = incoming;
    const seen = { method, url, headers, body: body.toString() };
    this.seen.push(seen);
    const index = this.#planned.findIndex(({ matches }) => matches(seen));
    const fault = index < 0 ? undefined : this.#planned.splice(index, 1)[0]!.fault;
    if (fault === 'lost-request') return void response.destroy();
    if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'Content-Type': 'application/json', ...fault.headers });
      return void response.end(fault.body ?? '');
    }
    const reply = await forward(target, incoming, body).catch(() => undefined);
    if (!reply || fault === 'lost-answer') return void response.destroy();
    if (fault === 'late-answer') return;
    if (fault === 'done-and-500') return void response.writeHead(500).end('internal error');
    const { 'transfer-encoding': _, connection: __, ...kept } = reply.headers;
    response.writeHead(reply.status, { ...kept, 'content-length': String(reply.body.length) });
    if (fault === 'half-answer') {
      response.write(reply.body.subarray(0, Math.floor(reply.body.length / 2)), () => response.destroy());
    } else response.end(reply.body);
  }
}

function forward(target: string, { method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<Reply> {
  const { origin } = new URL(target);
  const { host: _, ...rest } = headers;
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(url, origin), { method, headers: rest, agent: false }, async (answer) => {
      try {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
