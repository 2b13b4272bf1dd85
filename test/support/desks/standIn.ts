import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as a stand-in sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  /** What the pattern's groups matched. */
  readonly at: readonly string[];
}

export interface Answered {
  readonly status: number;
  readonly body?: unknown;
}

export type Route = readonly [method: string, pattern: RegExp, answer: (asked: Asked) => Answered];

/** A desk's documented API on 127.0.0.1, on top of what a test keeps in memory. */
export class StandIn {
  readonly url: string;
  readonly close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
  }

  /** `guard` answers what is not let in; `missing` what there is not. */
  static async start(
    routes: readonly Route[],
    guard: (asked: Asked) => Answered | undefined,
    missing: Answered,
  ): Promise<StandIn> {
    const server = createServer(async (request, response) => {
      const { answer, asked } = await read(request, routes);
      const { status, body } = guard(asked) ?? answer?.(asked) ?? missing;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandIn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
  }
}

async function read(request: IncomingMessage, routes: readonly Route[]) {
  const { method = '', headers } = request;
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const content = await text(request);
  const body = content === '' ? {} : JSON.parse(content);
  const route = routes.find(([verb, pattern]) => verb === method && pattern.test(path));
  const at = (route?.[1].exec(path) ?? []).slice(1);
  return { answer: route?.[2], asked: { method, path, query, headers, body, at } };
}
