import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../ports/database.ts';
import type { IdentityProvider } from '../ports/identityProvider.ts';
import type { Session } from '../ports/sessions.ts';
import { accepts } from './accept.ts';
import { holderOf, type Keyring, requireRole, type Sender, senderOf, sessionOver } from './auth.ts';
import { refuseForged } from './crossSite.ts';
import { ProblemError } from './errors.ts';
import type { HostCookie } from './hostCookie.ts';
import type { ProblemName } from './problems.ts';
import type { Actor } from './services.ts';
import type { Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The least role that may call; `public` needs no key, `telemetry` one of a device or an engineer. Every route of the API
     * says one.
     */
    access?: Role | 'public' | 'telemetry';
    /** Media types of the answer; `application/json` when absent. */
    produces?: readonly string[];
    /** Problems beyond those that every route of its kind may answer. */
    problems?: readonly ProblemName[];
    /** Whether the query is nothing for the log. */
    secretQuery?: boolean;
  }
  interface FastifyRequest {
    actor?: Actor;
    /** Of who sends telemetry. */
    sender?: Sender;
    /** Of who calls with its cookie. */
    session?: Session;
  }
}

export interface GuardParts {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly cookie: HostCookie;
  /** Where people sign in with an account they have already. */
  readonly identityProvider?: IdentityProvider | undefined;
  readonly publicUrl: string;
}

/** Lets only those in whom the routes of `scope` allow, in the media types these have. */
export function guard(scope: FastifyInstance, parts: GuardParts): void {
  scope.addHook('onRoute', ({ config, method, url }) => {
    if (config?.access === undefined) throw new TypeError(`${method} ${url} does not say who may call it`);
  });
  scope.addHook('onRequest', async (request) => {
    const { access, produces = ['application/json'] } = request.routeOptions.config;
    if (!accepts(request.headers.accept, produces)) {
      throw new ProblemError('not-acceptable', `This is available as ${produces.join(' or ')} only.`);
    }
    if (access === 'telemetry') request.sender = await senderOf(request.headers.authorization, parts.keyring);
    else if (access !== undefined && access !== 'public') await admit(request, access, parts);
  });
}

/**
 * A key counts before a cookie: only who can read the key sends it, so it needs no proof of where it comes from. Beside a cookie
 * another scheme is that of a proxy in between.
 */
async function admit(request: FastifyRequest, access: Role, parts: GuardParts): Promise<void> {
  const { authorization } = request.headers;
  const token = parts.cookie.read(request);
  if (token === undefined || /^Bearer\b/i.test(authorization ?? '')) {
    request.actor = await holderOf(authorization, parts.keyring);
    requireRole(request.actor, access, `the key "${request.actor.name}"`);
    return;
  }
  const session = await parts.sessions.find(token);
  if (!session) throw sessionOver();
  request.session = session;
  request.actor = { name: session.name, role: session.role };
  refuseForged(request, session.csrfToken, parts.publicUrl);
  requireRole(request.actor, access, session.name);
}
