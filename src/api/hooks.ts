import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './errors.ts';

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
} as const;

/** Gives every answer its security headers and the id under which the log knows it. */
export function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => setHeaders(request, reply));
}

/** For answers to what never becomes a request with hooks. */
export function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
}

/** Turns requests away from the moment the app closes. */
export function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async () => {
    if (closing) throw new ProblemError('unavailable', 'Fettle is stopping.', { headers: { connection: 'close' } });
  });
}

/** Turns requests away until Fettle has recovered. */
export function refuseWhileStarting(scope: FastifyInstance, started: () => boolean): void {
  const headers = { 'retry-after': '5' };
  scope.addHook('onRequest', async () => {
    if (started()) return;
    throw new ProblemError('unavailable', 'Fettle is starting; /readyz says how far it is.', { headers });
  });
}

/** One line a request: who changed something, or was turned away, at info; reading at debug; health checks at trace. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      url: shownUrl(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      key: request.actor?.name ?? request.sender?.name,
      from: request.ip,
    };
    request.log[levelOf(request, reply.statusCode)](line, 'request answered');
  });
}

/** Without a secret that is part of the path or the query. */
export function shownUrl({ url, routeOptions }: FastifyRequest): string {
  const secret = routeOptions.url?.includes(':secret') || routeOptions.config?.secretQuery;
  return secret ? (routeOptions.url ?? '') : url;
}

function levelOf(request: FastifyRequest, status: number): 'info' | 'debug' | 'trace' {
  if (status === 401 || status === 403) return 'info';
  if (request.sender && status < 400) return 'debug';
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'info';
  return request.routeOptions.config?.access === undefined || request.routeOptions.config.access === 'public'
    ? 'trace'
    : 'debug';
}
