import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../ports/sessions.ts';
import type { GuardParts } from './guard.ts';
import type { NewSession } from './sessions.ts';

/** Starts a session in place of the one that the browser may have had. */
export async function signIn(
  { sessions, cookie }: GuardParts,
  who: NewSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  const former = cookie.read(request);
  const { token, session } = await sessions.start(who);
  if (former !== undefined) await sessions.end(former);
  request.log.info({ by: who.name, role: who.role, way: who.way, from: request.ip }, 'signed in');
  cookie.write(reply, token);
  return session;
}
