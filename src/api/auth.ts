import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { type ApiKey, type KeyRepository, ROLES, type Role } from '../ports/database.ts';
import { ProblemError } from './errors.ts';
import { hashKey } from './keys.ts';
import { remembered } from './remembered.ts';
import type { Actor } from './services.ts';

/** Looks keys up; rejects like the database does when the key is not remembered. */
export type Keyring = (key: string) => Promise<ApiKey | undefined>;

export function createKeyring(keys: Pick<KeyRepository, 'findByHash'>, now: () => Timestamp, log: Log): Keyring {
  const known = remembered((hash) => keys.findByHash(hash), now, log);
  return async (text) => {
    const hash = hashKey(text);
    const found = await known.find(hash);
    return found && isSame(found.hash, hash) ? found : undefined;
  };
}

/** In the same time wherever two texts of the same length differ. */
export function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const CHALLENGE = 'Bearer realm="fettle"';

/** Who sends telemetry: with a key of the role device, of that source only. */
export interface Sender {
  readonly name: string;
  readonly sourceId: string | undefined;
}

/** Who calls with an API key; rejects with `unauthenticated`, and with `forbidden` for the key of a device. */
export async function holderOf(header: string | undefined, keyring: Keyring): Promise<Actor> {
  const { name, role } = await keyOf(header, keyring);
  if (role !== 'device') return { name, role };
  throw new ProblemError('forbidden', `The key "${name}" may only send telemetry.`);
}

/** Who sends telemetry: a device with its key, or anybody who may handle dead letters. Rejects as `holderOf` does. */
export async function senderOf(header: string | undefined, keyring: Keyring): Promise<Sender> {
  const { name, role, sourceId } = await keyOf(header, keyring);
  if (role !== 'device') requireRole({ name, role }, 'engineer', `the key "${name}"`);
  return { name, sourceId: sourceId ?? undefined };
}

async function keyOf(header: string | undefined, keyring: Keyring): Promise<ApiKey> {
  if (header === undefined) throw unauthenticated('No Authorization header; send "Authorization: Bearer <key>".', '');
  const match = /^Bearer +(\S+) *$/i.exec(header);
  if (!match)
    throw unauthenticated('The Authorization header is not of the form "Bearer <key>".', ', error="invalid_request"');
  const key = await keyring(match[1]!);
  if (!key) throw unauthenticated('This key is unknown or revoked.', ', error="invalid_token"');
  return key;
}

/** Rejects with `forbidden` when the role is not at least `needed`; `who` says whose it is. */
export function requireRole({ role }: Actor, needed: Role, who: string): void {
  if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) return;
  const detail = `This needs the role ${needed}; ${who} has the role ${role}.`;
  const headers = { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${needed}"` };
  throw new ProblemError('forbidden', detail, { headers });
}

function unauthenticated(detail: string, parameters: string): ProblemError {
  return new ProblemError('unauthenticated', detail, { headers: { 'www-authenticate': CHALLENGE + parameters } });
}

/** Of a cookie whose session ended. */
export function sessionOver(): ProblemError {
  const detail = 'The session is over; sign in again.';
  return new ProblemError('session-over', detail, { headers: { 'www-authenticate': CHALLENGE } });
}

/** Who calls; only in handlers of routes that need a role. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new TypeError(`route ${request.routeOptions.url} has no role`);
  return request.actor;
}
