import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Duration, Timestamp } from '../domain/time.ts';
import { MINUTE, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { type ApiKey, type KeyRepository, ROLES, type Role } from '../ports/database.ts';
import { ProblemError } from './errors.ts';
import { hashKey } from './keys.ts';
import type { Actor } from './services.ts';

/** A revoked key is refused after at most this long. */
const FRESH: Duration = 5 * SECOND;
/** While the database does not answer, a key seen this recently is still taken: metrics matter most then. */
const GRACE: Duration = 15 * MINUTE;
/** So long the database has to answer where a remembered key would do. */
const PATIENCE: Duration = 2 * SECOND;
const MAX_CACHED = 1000;

/** Looks keys up; rejects like the database does when the key is not remembered. */
export type Keyring = (key: string) => Promise<ApiKey | undefined>;

export function createKeyring(keys: Pick<KeyRepository, 'findByHash'>, now: () => Timestamp, log: Log): Keyring {
  const cache = new Map<string, { readonly key: ApiKey; readonly at: Timestamp }>();
  return async (text) => {
    const hash = hashKey(text);
    const cached = cache.get(hash);
    const age = cached ? now() - cached.at : Number.POSITIVE_INFINITY;
    if (cached && age < FRESH) return cached.key;
    try {
      const lookup = keys.findByHash(hash);
      const found = await (cached ? inTime(lookup) : lookup);
      cache.delete(hash);
      if (!found || !sameHash(found.hash, hash)) return undefined;
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(hash, { key: found, at: now() });
      return found;
    } catch (error) {
      if (!cached || age > GRACE) throw error;
      log.warn({ err: error, key: cached.key.name }, 'keys cannot be looked up; a remembered one was taken');
      return cached.key;
    }
  };
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const CHALLENGE = 'Bearer realm="fettle"';

/** Who calls, if its role is at least `needed`; rejects with `unauthenticated` or `forbidden`. */
export async function authorize(header: string | undefined, needed: Role, keyring: Keyring): Promise<Actor> {
  if (header === undefined) throw unauthenticated('No Authorization header; send "Authorization: Bearer <key>".', '');
  const match = /^Bearer +(\S+) *$/i.exec(header);
  if (!match)
    throw unauthenticated('The Authorization header is not of the form "Bearer <key>".', ', error="invalid_request"');
  const key = await keyring(match[1]!);
  if (!key) throw unauthenticated('This key is unknown or revoked.', ', error="invalid_token"');
  if (ROLES.indexOf(key.role) < ROLES.indexOf(needed)) {
    const detail = `This needs the role ${needed}; the key "${key.name}" has the role ${key.role}.`;
    const headers = { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${needed}"` };
    throw new ProblemError('forbidden', detail, { headers });
  }
  return { name: key.name, role: key.role };
}

function unauthenticated(detail: string, parameters: string): ProblemError {
  return new ProblemError('unauthenticated', detail, { headers: { 'www-authenticate': CHALLENGE + parameters } });
}

/** Who calls; only in handlers of routes that need a role. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new TypeError(`route ${request.routeOptions.url} has no role`);
  return request.actor;
}
