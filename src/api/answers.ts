import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { classify, ProblemError, toProblem } from './errors.ts';
import { shownUrl } from './hooks.ts';
import { PROBLEM_KINDS, PROBLEM_MEDIA_TYPE, type ProblemName, problemType } from './problems.ts';

/** Seconds after which a caller may try again; parts that went away are tried for more often than that. */
const RETRY_AFTER = 5;

/** Answers every error of the app, foreseen or not, as problem details. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    sendProblem(new ProblemError('unknown-route', `There is no ${request.url.split('?', 1)[0]}.`), request, reply);
  });
}

/** Sends an error as problem details; logs what the caller cannot help. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, request.id);
  if (classify(error) === 'internal') request.log.error({ err: error, url: shownUrl(request) }, 'request failed');
  else if (problem.status >= 500) request.log.warn({ err: error, url: shownUrl(request) }, 'request refused');
  if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER);
  if (error instanceof ProblemError) reply.headers(error.headers);
  // Not the serializer of the route: its schema says nothing of problems that come before it.
  const serialize = (payload: unknown): string => JSON.stringify(payload);
  void reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).serializer(serialize).send(problem);
}

const BY_SOCKET_ERROR: Readonly<Record<string, ProblemName>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Answers what is not HTTP, or came too slowly, on the bare socket: there is no request yet. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const name = BY_SOCKET_ERROR[error.code ?? ''] ?? 'malformed-request';
  const { status, title } = PROBLEM_KINDS[name];
  const body = JSON.stringify({ type: problemType(name), title, status, detail: `${title}.`, instance: 'about:blank' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
