import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ApiContext } from '../context.ts';
import { refuseForeign } from '../crossSite.ts';
import { ProblemError } from '../errors.ts';
import { RateLimit } from '../rateLimit.ts';
import { presentText, ref } from '../resources/common.ts';
import { presentSession, SessionSchema, SignInBody, WaysInSchema } from '../resources/session.ts';
import { ConflictError } from '../services.ts';
import { signIn } from '../signIn.ts';

const tags = ['session'];

/** Failed attempts of an address, by the minute. */
const FAILURES_PER_MINUTE = 10;

export const sessionRoutes =
  ({ access, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { keyring, sessions, cookie, identityProvider, publicUrl } = access;
    const failures = new RateLimit(FAILURES_PER_MINUTE);

    /** Undefined while the provider does not answer: who signs out has done so. */
    const signOutUrl = async (request: FastifyRequest) => {
      try {
        return await identityProvider?.signOutUrl();
      } catch (error) {
        request.log.warn({ err: error }, 'the provider does not say where to sign out');
        return undefined;
      }
    };

    app.get(
      '/session',
      {
        config: { access: 'public', problems: ['unavailable'] },
        schema: {
          tags,
          summary: 'Get who is signed in, and how to sign in',
          description: 'By the cookie of the request. Without one, or once it is over, there is no `session`.',
          operationId: 'getSession',
          response: {
            200: Type.Object(
              { session: Type.Optional(ref(SessionSchema)), waysIn: WaysInSchema },
              { description: 'Who is signed in' },
            ),
          },
        },
      },
      async (request) => {
        const token = cookie.read(request);
        const session = token === undefined ? undefined : await sessions.find(token);
        const oidc = identityProvider && { label: presentText(identityProvider.label) };
        const waysIn = { key: true as const, ...(oidc && { oidc }) };
        return { ...(session && { session: presentSession(session) }), waysIn };
      },
    );

    app.post(
      '/session',
      {
        config: { access: 'public', problems: ['sign-in-refused', 'cross-site', 'too-many-requests', 'unavailable'] },
        schema: {
          tags,
          summary: 'Sign in with an API key',
          description:
            'The answer sets a cookie, for pages of the same origin. The session has the name and the role of the key and is over ' +
            'when the key is revoked, after twelve hours without use, and after seven days at most.',
          operationId: 'signIn',
          body: SignInBody,
          response: { 201: ref(SessionSchema) },
        },
      },
      async (request, reply) => {
        refuseForeign(request, publicUrl);
        const key = await keyring(request.body.key.trim());
        if (!key || key.role === 'device') {
          // Behind a proxy everybody has one address: what others guess must not keep those out who have a key.
          if (failures.exceeded(request.ip, now())) {
            const headers = { 'retry-after': '60' };
            throw new ProblemError('too-many-requests', 'Too many attempts failed; try again in a minute.', {
              headers,
            });
          }
          throw new ProblemError('sign-in-refused', 'This key is unknown or revoked.');
        }
        const { name, role, hash: keyHash } = key;
        const session = await signIn(access, { name, role, way: 'key', keyHash }, request, reply);
        return reply.code(201).send(presentSession(session));
      },
    );

    app.delete(
      '/session',
      {
        config: { access: 'viewer', problems: ['conflict'] },
        schema: {
          tags,
          summary: 'Sign out',
          description: 'Ends the session of the cookie and takes the cookie back.',
          operationId: 'signOut',
          response: {
            200: Type.Object(
              { providerUrl: Type.Optional(Type.String({ description: 'Where to sign out at the provider as well' })) },
              { description: 'Done' },
            ),
          },
        },
      },
      async (request, reply) => {
        const { session } = request;
        const token = cookie.read(request);
        if (!session || token === undefined)
          throw new ConflictError('This request has a key and no session; revoke the key instead.');
        await sessions.end(token);
        request.log.info({ by: session.name, from: request.ip }, 'signed out');
        cookie.clear(reply);
        const providerUrl = session.way === 'oidc' ? await signOutUrl(request) : undefined;
        return providerUrl === undefined ? {} : { providerUrl };
      },
    );
  };
