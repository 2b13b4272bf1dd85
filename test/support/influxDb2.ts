import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

interface Bucket {
  readonly id: string;
  readonly orgID: string;
  readonly name: string;
  retentionRules: { type: 'expire'; everySeconds: number }[];
}

interface Mapping {
  readonly id: string;
  readonly bucketID: string;
  readonly database: string;
  readonly retention_policy: string;
  default: boolean;
  readonly virtual: boolean;
}

/** A write as the server got it, its body decompressed. */
export interface ReceivedWrite {
  readonly bucket: string;
  readonly org: string;
  readonly precision: string;
  readonly gzip: boolean;
  readonly lines: readonly string[];
}

/** What a write is answered; nothing for 204. */
export interface WriteAnswer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly retryAfter?: number;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

const ORG = { id: '0000000000000001', name: 'plant' };
/** May do everything. */
export const ALL_ACCESS = 'all-access';
/** May read and write buckets, and create nothing. */
export const READ_WRITE = 'read-write';

/**
 * Stands in for InfluxDB 2, of which there is no Debian package: organisations, buckets, mappings and writes with the
 * requests, answers and errors of https://docs.influxdata.com/influxdb/v2/api/ (orgs, buckets, dbrps, write-data,
 * response-codes); it stores no points, and answers every query with nothing found.
 */
export class InfluxDb2 {
  readonly buckets: Bucket[] = [];
  /** Explicit ones; a bucket named `database/policy` has a virtual one besides. */
  readonly mappings: Mapping[] = [];
  readonly writes: ReceivedWrite[] = [];
  readonly queries: URLSearchParams[] = [];
  /** Decides what a write is answered. */
  answer: (write: ReceivedWrite) => WriteAnswer | undefined = () => undefined;
  readonly #server: Server;
  #ids = 10;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** The caller calls `close`. */
  static async start(): Promise<InfluxDb2> {
    const standIn = new InfluxDb2();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    const address = this.#server.address();
    return address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : '';
  }

  addBucket(name: string, everySeconds: number): Bucket {
    const rule = { type: 'expire' as const, everySeconds };
    const bucket = { id: this.#newId(), orgID: ORG.id, name, retentionRules: everySeconds === 0 ? [] : [rule] };
    this.buckets.push(bucket);
    return bucket;
  }

  addMapping(bucketID: string, database: string, policy: string, isDefault: boolean): Mapping {
    const mapping = {
      id: this.#newId(),
      bucketID,
      database,
      retention_policy: policy,
      default: isDefault,
      virtual: false,
    };
    this.mappings.push(mapping);
    return mapping;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, headers } = this.#answer(request, await buffer(request));
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(body && `${JSON.stringify(body)}\n`);
  }

  #answer(request: IncomingMessage, body: Buffer): Answer {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    if (pathname === '/ping') return { status: 204, headers: { 'X-Influxdb-Version': 'v2.7.12' } };
    const token = request.headers.authorization?.replace(/^Token /, '');
    if (token !== ALL_ACCESS && token !== READ_WRITE) return refuse(401, 'unauthorized', 'unauthorized access');
    if (pathname === '/api/v2/write') return this.#write(request, body, searchParams);
    if (pathname === '/query') return this.#query(searchParams, body);
    const creates = request.method !== 'GET' && token !== ALL_ACCESS;
    if (creates) return refuse(403, 'forbidden', 'insufficient permissions for write');
    return this.#administer(`${request.method} ${pathname}`, searchParams, body);
  }

  #administer(what: string, query: URLSearchParams, body: Buffer): Answer {
    const asked = body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
    const id = what.split('/').at(-1);
    if (query.get('org') !== null && query.get('org') !== ORG.name) {
      return refuse(404, 'not found', `organization name "${query.get('org')}" not found`);
    }
    if (what === 'GET /api/v2/orgs') return answer(200, { orgs: [ORG] });
    if (what === 'GET /api/v2/buckets') {
      const found = this.buckets.filter(({ name }) => name === query.get('name'));
      if (found.length > 0) return answer(200, { buckets: found });
      return refuse(404, 'not found', `bucket "${query.get('name')}" not found`);
    }
    if (what === 'POST /api/v2/buckets') {
      const rules = asked.retentionRules as Bucket['retentionRules'];
      return answer(201, this.addBucket(asked.name as string, rules[0]?.everySeconds ?? 0));
    }
    if (what === `PATCH /api/v2/buckets/${id}`) {
      const bucket = this.buckets.find((one) => one.id === id)!;
      bucket.retentionRules = asked.retentionRules as Bucket['retentionRules'];
      return answer(200, bucket);
    }
    if (what === 'GET /api/v2/dbrps') return answer(200, { content: this.#mappingsOf(query.get('db')!) });
    if (what === 'POST /api/v2/dbrps') {
      const { bucketID, database, retention_policy: policy, default: isDefault } = asked as unknown as Mapping;
      return answer(201, this.addMapping(bucketID, database, policy, isDefault));
    }
    if (what === `PATCH /api/v2/dbrps/${id}`) {
      const mapping = this.mappings.find((one) => one.id === id)!;
      mapping.default = asked.default as boolean;
      return answer(200, { content: mapping });
    }
    return refuse(404, 'not found', `path not found`);
  }

  #mappingsOf(database: string): Mapping[] {
    const virtual = this.buckets
      .filter(({ name }) => name.startsWith(`${database}/`))
      .map(({ id, name }, at): Mapping => {
        const policy = name.slice(database.length + 1);
        return { id, bucketID: id, database, retention_policy: policy, default: at === 0, virtual: true };
      });
    return [...this.mappings.filter((mapping) => mapping.database === database), ...virtual];
  }

  #write(request: IncomingMessage, body: Buffer, query: URLSearchParams): Answer {
    const gzip = request.headers['content-encoding'] === 'gzip';
    const text = (gzip ? gunzipSync(body) : body).toString();
    const [bucket, org, precision] = ['bucket', 'org', 'precision'].map((name) => query.get(name) ?? '');
    const write = { bucket: bucket!, org: org!, precision: precision!, gzip, lines: text.split('\n') };
    if (!this.buckets.some(({ name }) => name === bucket)) {
      return refuse(404, 'not found', `bucket "${bucket}" not found`);
    }
    if (text === '') return refuse(400, 'invalid', 'writing requires points');
    this.writes.push(write);
    const decided = this.answer(write);
    if (!decided) return { status: 204 };
    const refusal = refuse(decided.status, decided.code ?? 'unavailable', decided.message ?? 'write limit reached');
    return { ...refusal, headers: decided.retryAfter === undefined ? {} : { 'Retry-After': `${decided.retryAfter}` } };
  }

  #query(query: URLSearchParams, body: Buffer): Answer {
    const form = new URLSearchParams(body.toString());
    this.queries.push(new URLSearchParams([...query, ...form]));
    const results = (form.get('q') ?? '').split(';').map((_, statement) => ({ statement_id: statement }));
    return answer(200, { results });
  }

  #newId(): string {
    return (++this.#ids).toString(16).padStart(16, '0');
  }
}

function answer(status: number, body: object): Answer {
  return { status, body };
}

function refuse(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}
