import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** How the receiver answers one request. */
export type WebhookAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** Ends the connection without a word. */
  | 'hang-up'
  /** Sends the status and half of a body, then ends the connection. */
  | 'hang-up-in-body'
  /** Sends the status and a body without end. */
  | 'endless'
  /** Keeps the connection open and says nothing. */
  | 'silence';

export interface WebhookRequest {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as JSON. */
  readonly json: { readonly key: string; readonly event: string; readonly ticket: { readonly id: string } };
  readonly signatureValid: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  /** In order of arrival, whatever was answered. */
  readonly requests: WebhookRequest[];
  /** Answers the next requests like this, one each; then 200 with `{ id, url }` again. */
  script(...answers: WebhookAnswer[]): void;
  /** Answers every request like this until it is called with undefined; scripted answers go first. */
  always(answer: WebhookAnswer | undefined): void;
  close(): Promise<void>;
}

/** A service desk's end of the webhook on 127.0.0.1, which checks signatures by the documented recipe. */
export async function startWebhookReceiver(options: { secret: string; port?: number }): Promise<WebhookReceiver> {
  const requests: WebhookRequest[] = [];
  const scripted: WebhookAnswer[] = [];
  let standing: WebhookAnswer | undefined;

  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const { method = '', headers } = request;
    requests.push({
      method,
      headers,
      body,
      json: parse(body),
      signatureValid: isSigned(options.secret, headers, body),
    });
    const usual = {
      status: 200,
      body: { id: `WO-${requests.length}`, url: `http://desk.example/WO-${requests.length}` },
    };
    send(response, scripted.shift() ?? standing ?? usual);
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    script: (...answers) => void scripted.push(...answers),
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

function send(response: ServerResponse, answer: WebhookAnswer): void {
  if (answer === 'silence') return;
  if (answer === 'hang-up') {
    response.destroy();
  } else if (answer === 'hang-up-in-body') {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('{"id": "WO', () => response.destroy());
  } else if (answer === 'endless') {
    response.writeHead(200);
    pipeline(Readable.from(endlessly()), response, () => undefined);
  } else {
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
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
