import type { Role } from '../domain/request.ts';
import type { Timestamp } from '../domain/time.ts';

/** How somebody signed in: with an API key, or at an OpenID Connect provider. */
export const SIGN_IN_WAYS = ['key', 'oidc'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** Somebody who is signed in to the console. */
export interface Session {
  /** SHA-256 of its token in hex; the token itself is in the person's cookie alone. */
  readonly hash: string;
  /** What a request that changes something has to carry beside the cookie. */
  readonly csrfToken: string;
  readonly name: string;
  readonly role: Role;
  readonly way: SignInWay;
  /** Hash of the API key it was made with. */
  readonly keyHash?: string;
  readonly createdAt: Timestamp;
  readonly seenAt: Timestamp;
  /** It is over then, however much it is used. */
  readonly expiresAt: Timestamp;
}

export interface SessionRepository {
  add(session: Session): Promise<void>;
  /** One made with a key has the role that this key has now, and is over with it. */
  find(hash: string): Promise<Session | undefined>;
  /** Notes that it was used; an earlier time than the one known changes nothing. */
  seen(hash: string, at: Timestamp): Promise<void>;
  /** False when there is none. */
  remove(hash: string): Promise<boolean>;
  /** Removes those that expired by `now`, were last seen by `idleSince`, or whose key is gone; returns how many. */
  prune(now: Timestamp, idleSince: Timestamp): Promise<number>;
}
