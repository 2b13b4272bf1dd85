import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request that the server got, its body as it came. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const ADMIN_TOKEN = 'apiv3_admin';

/**
 * Stands in for InfluxDB 3 Core: databases, writes and queries with the requests and answers of
 * https://docs.influxdata.com/influxdb3/core/api/ (databases, write-data, query-data). Stores no points.
 */
export class InfluxDb3 {
  /** Retention by name. */
  readonly databases = new Map<string, string>();
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { status, body } = this.#answer(request, await buffer(request));
      response.writeHead(status, { 'content-type': 'application/json', 'x-influxdb-version': '3.4.1' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The caller calls `close`. */
  static async start(): Promise<InfluxDb3> {
    const standIn = new InfluxDb3();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    const address = this.#server.address();
    return address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : '';
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ method = '', url = '', headers }: IncomingMessage, body: Buffer): { status: number; body?: unknown } {
    const { pathname, searchParams } = new URL(url, this.url);
    if (headers.authorization !== `Token ${ADMIN_TOKEN}`) return { status: 401, body: { error: 'unauthorized' } };
    if (pathname === '/ping') return { status: 200, body: { version: '3.4.1' } };
    this.requests.push({ method, path: pathname, query: Object.fromEntries(searchParams), body });
    if (pathname === '/api/v2/write') return { status: 204 };
    if (pathname === '/query') return { status: 200, body: { results: [{ statement_id: 0 }] } };
    if (pathname !== '/api/v3/configure/database') return { status: 404 };
    if (method === 'GET')
      return { status: 200, body: [...this.databases.keys()].map((name) => ({ 'iox::database': name })) };
    const { db, retention_period } = JSON.parse(body.toString()) as { db: string; retention_period: string };
    this.databases.set(db, retention_period);
    return { status: 200 };
  }
}
