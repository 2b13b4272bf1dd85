import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** How the receiver answers one request. */
export type WebhookAnswer =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
      /** Makes a work order although the status says otherwise. */
      readonly creates?: true;
    }
  /** Ends the connection without a word. */
  | 'hang-up'
  /** Sends the status and half of a body, then ends the connection. */
  | 'hang-up-in-body'
  /** Sends the status and a body without end. */
  | 'endless'
  /** Keeps the connection open and says nothing. */
  | 'silence'
  /** Answers as usual, when whoever waits no longer than a second has gone. */
  | 'late'
  /** Sends the usual answer, and on the same connection another one. */
  | 'twice';

export interface WebhookRequest {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as JSON. */
  readonly json: {
    readonly key: string;
    readonly event: string;
    readonly ticket: { readonly id: string; readonly assetId: string; readonly episodeKey: string };
  };
  readonly signatureValid: boolean;
}

export interface WorkOrder {
  readonly id: string;
  readonly assetId: string;
  readonly episodeKey: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** For `desk.lookupUrl`. */
  readonly lookupUrl: string;
  /** What it made of `ticket.opened`: one for each request, or with `honoursKeys` for each key. */
  readonly workOrders: WorkOrder[];
  /** Episode keys that were looked for, with a sound signature. */
  readonly lookups: string[];
  /** In order of arrival, whatever was answered. */
  readonly requests: WebhookRequest[];
  /** Answers the next requests like this, one each; then 200 with `{ id, url }` again. */
  script(...answers: WebhookAnswer[]): void;
  /** Likewise for what is told about one asset. */
  scriptFor(assetId: string, ...answers: WebhookAnswer[]): void;
  /** Answers every request like this until it is called with undefined; scripted answers go first. */
  always(answer: WebhookAnswer | undefined): void;
  close(): Promise<void>;
}

export interface WebhookReceiverOptions {
  readonly secret: string;
  readonly port?: number;
  /** A request whose key it knows makes no other work order. */
  readonly honoursKeys?: boolean;
}

const LOOKUP = '/work-orders/';

/** A service desk's end of the webhook on 127.0.0.1, which checks signatures by the documented recipe. */
export async function startWebhookReceiver(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const requests: WebhookRequest[] = [];
  const scripted: WebhookAnswer[] = [];
  const scriptedFor = new Map<string, WebhookAnswer[]>();
  const workOrders: WorkOrder[] = [];
  const byKey = new Map<string, WorkOrder>();
  const lookups: string[] = [];
  let standing: WebhookAnswer | undefined;

  const named = ({ id }: { readonly id: string }) => ({ id, url: `http://desk.example/${id}` });
  const lookUp = (url: string, headers: IncomingMessage['headers'], response: ServerResponse): void => {
    const key = decodeURIComponent(url.slice(LOOKUP.length));
    const known = workOrders.find(({ episodeKey }) => episodeKey === key);
    const signed = isSigned(options.secret, headers, key);
    if (signed) lookups.push(key);
    const found: WebhookAnswer = known ? { status: 200, body: named(known) } : { status: 404 };
    send(response, signed ? found : { status: 401 });
  };
  const take = ({ key, event, ticket }: WebhookRequest['json'], answer: WebhookAnswer | undefined) => {
    const known = options.honoursKeys ? byKey.get(key) : undefined;
    if (known) return known;
    const { assetId, episodeKey } = ticket;
    const made = { id: `WO-${requests.length}`, assetId, episodeKey };
    const refuses = typeof answer === 'object' && answer.status > 299 && !answer.creates;
    if (event === 'ticket.opened' && !refuses) {
      workOrders.push(made);
      byKey.set(key, made);
    }
    return made;
  };

  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const { method = '', headers, url = '' } = request;
    if (method === 'GET' && url.startsWith(LOOKUP)) return lookUp(url, headers, response);
    if (method === 'GET') return send(response, scripted.shift() ?? { status: 404 });
    const json = parse(body);
    requests.push({ method, headers, body, json, signatureValid: isSigned(options.secret, headers, body) });
    const answer = scriptedFor.get(json.ticket.assetId)?.shift() ?? scripted.shift() ?? standing;
    send(response, answer ?? 'usual', named(take(json, answer)));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/hook`,
    lookupUrl: `${origin}${LOOKUP}{key}`,
    requests,
    workOrders,
    lookups,
    script: (...answers) => void scripted.push(...answers),
    scriptFor: (assetId, ...answers) => void scriptedFor.set(assetId, answers),
    always: (answer) => {
      standing = answer;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, answer: WebhookAnswer | 'usual', usual: object = {}): void {
  if (answer === 'silence') return;
  if (answer === 'hang-up') {
    response.destroy();
  } else if (answer === 'hang-up-in-body') {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('{"id": "WO', () => response.destroy());
  } else if (answer === 'endless') {
    response.writeHead(200);
    pipeline(Readable.from(endlessly()), response, () => undefined);
  } else if (answer === 'late') {
    setTimeout(() => send(response, 'usual', usual), 1500).unref();
  } else if (answer === 'twice') {
    const body = JSON.stringify(usual);
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    response.socket?.end(text + text);
  } else {
    const { status, headers, body = {} } = answer === 'usual' ? { status: 200, headers: {}, body: usual } : answer;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

function* endlessly(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(16 * 1024, 'x');
}

function isSigned(secret: string, headers: IncomingMessage['headers'], body: string): boolean {
  const timestamp = String(headers['fettle-timestamp']);
  const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  const given = String(headers['fettle-signature']);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function parse(body: string): WebhookRequest['json'] {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error(`the webhook body is no JSON: ${body.slice(0, 100)}`);
  }
}
