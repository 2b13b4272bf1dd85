import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Duration, MINUTE } from '../../domain/time.ts';
import { SignInRefusedError } from '../../ports/identityProvider.ts';
import type { ApiContext } from '../context.ts';
import { HostCookie } from '../hostCookie.ts';
import { localPath } from '../localPath.ts';
import { NotFoundError, UnavailableError } from '../services.ts';
import { seal, unseal } from '../signedLinks.ts';
import { signIn } from '../signIn.ts';

/** So long somebody may take at the provider. */
const PATIENCE: Duration = 10 * MINUTE;

const Pending = Type.Object({
  state: Type.String(),
  nonce: Type.String(),
  codeVerifier: Type.String(),
  to: Type.String(),
});

/** Addresses a browser is sent to and fro: to the provider and back. What goes wrong is told on the page to sign in on. */
export const oidcRoutes =
  ({ access, services: { database }, now }: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { identityProvider: provider, publicUrl } = access;
    const cookie = new HostCookie('fettle_sign_in', PATIENCE, publicUrl);

    /** Where to tell what went wrong; `to` is where the person wanted to go. */
    const told = (problem: string, to: string) =>
      `${publicUrl}/sign-in?${new URLSearchParams({ problem, ...(to !== '/' && { to }) })}`;

    const pendingOf = async (sealed: string | undefined): Promise<Static<typeof Pending> | undefined> => {
      const text = sealed === undefined ? undefined : await unseal(sealed, database.settings, now());
      const pending: unknown = text === undefined ? undefined : JSON.parse(text);
      return Value.Check(Pending, pending) ? pending : undefined;
    };

    app.get<{ Querystring: { to?: unknown } }>(
      '/session/oidc',
      { config: { access: 'public' }, schema: { hide: true } },
      async (request, reply) => {
        if (!provider) throw new NotFoundError('No OpenID Connect provider is configured.');
        const to = localPath(request.query.to);
        try {
          const { url, pending } = await provider.begin();
          cookie.write(reply, await seal(JSON.stringify({ ...pending, to }), now() + PATIENCE, database.settings));
          return reply.redirect(url, 303);
        } catch (error) {
          const problem = problemOf(error);
          request.log.warn({ err: error, problem }, 'nobody can be sent to the provider');
          return reply.redirect(told(problem, to), 303);
        }
      },
    );

    app.get(
      '/session/oidc/callback',
      { config: { access: 'public', secretQuery: true }, schema: { hide: true } },
      async (request, reply) => {
        if (!provider) throw new NotFoundError('No OpenID Connect provider is configured.');
        cookie.clear(reply);
        let to = '/';
        try {
          const pending = await pendingOf(cookie.read(request));
          to = localPath(pending?.to);
          if (!pending) throw new SignInRefusedError('stale', 'nobody was sent to the provider, or too long ago');
          const query = request.url.slice(request.url.indexOf('?') + 1);
          const identity = await provider.finish(query, pending);
          await signIn(access, { ...identity, way: 'oidc' }, request, reply);
          return reply.redirect(publicUrl + to, 303);
        } catch (error) {
          const problem = problemOf(error);
          request.log.warn({ err: error, problem, from: request.ip }, 'signing in was refused');
          return reply.redirect(told(problem, to), 303);
        }
      },
    );
  };

/** By its name the page to sign in on says what to do. */
function problemOf(error: unknown): string {
  if (error instanceof SignInRefusedError) return error.refusal;
  if (error instanceof UnavailableError) return error.part === 'database' ? 'unavailable' : 'provider-unavailable';
  throw error;
}
