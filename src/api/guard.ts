import type { FastifyInstance } from 'fastify';
import type { Role } from '../ports/database.ts';
import { accepts } from './accept.ts';
import { authorize, type Keyring } from './auth.ts';
import { ProblemError } from './errors.ts';
import type { ProblemName } from './problems.ts';
import type { Actor } from './services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role that may call; `public` needs no key. Every route of the API says one. */
    access?: Role | 'public';
    /** Media types of the answer; `application/json` when absent. */
    produces?: readonly string[];
    /** Problems beyond those that every route of its kind may answer. */
    problems?: readonly ProblemName[];
  }
  interface FastifyRequest {
    actor?: Actor;
  }
}

/** Lets only those in whom the routes of `scope` allow, in the media types these have. */
export function guard(scope: FastifyInstance, keyring: Keyring): void {
  scope.addHook('onRoute', ({ config, method, url }) => {
    if (config?.access === undefined) throw new TypeError(`${method} ${url} does not say who may call it`);
  });
  scope.addHook('onRequest', async (request) => {
    const { access, produces = ['application/json'] } = request.routeOptions.config;
    if (!accepts(request.headers.accept, produces)) {
      throw new ProblemError('not-acceptable', `This is available as ${produces.join(' or ')} only.`);
    }
    if (access !== undefined && access !== 'public') {
      request.actor = await authorize(request.headers.authorization, access, keyring);
    }
  });
}
