import type { FastifyRequest } from 'fastify';
import { isSame } from './auth.ts';
import { ProblemError } from './errors.ts';

/** What a request that changes something has to carry beside a session's cookie. */
const CSRF_HEADER = 'x-csrf-token';

/** Methods that change nothing (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses a change that a page of another site asks for, which browsers send cookies along with. */
export function refuseForged(request: FastifyRequest, csrfToken: string, publicUrl: string): void {
  if (SAFE.has(request.method)) return;
  refuseForeign(request, publicUrl);
  const given = request.headers[CSRF_HEADER];
  if (typeof given === 'string' && isSame(given, csrfToken)) return;
  const wrong = given === undefined ? 'is missing' : 'is not that of the session';
  throw new ProblemError('csrf-token', `${CSRF_HEADER} ${wrong}; GET /api/v1/session tells it.`);
}

/** Refuses what comes from a page of another origin. Browsers say so themselves; what is no browser says neither. */
export function refuseForeign({ headers, host }: FastifyRequest, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const foreign = site === 'cross-site' || site === 'same-site' || (origin !== undefined && !isOwn(origin));
  if (foreign) throw new ProblemError('cross-site', `Only pages of ${new URL(publicUrl).origin} may ask for this.`);

  /** That of the public address, or of the one that was called: a proxy in between may have changed the latter. */
  function isOwn(text: string): boolean {
    if (!URL.canParse(text)) return false;
    return text === new URL(publicUrl).origin || new URL(text).host === host;
  }
}
