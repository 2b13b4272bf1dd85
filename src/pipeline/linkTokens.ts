import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SECOND, type Timestamp } from '../domain/time.ts';
import type { RatingRepository } from '../ports/outcomes.ts';

/** What whoever has a link is let to. */
export interface Linked {
  readonly id: string;
  /** To the second. */
  readonly until: Timestamp;
  /** What has to be the same still; letters and digits. */
  readonly mark?: string;
}

/** The secret that links for customers are signed with: the configured one, else one that is made and kept. */
export function linkSecret(
  ratings: Pick<RatingRepository, 'secret'>,
  configured: string | undefined,
): () => Promise<string> {
  let secret = configured;
  return async () => {
    secret ??= await ratings.secret(randomBytes(32).toString('base64url'));
    return secret;
  };
}

/** The token of a link, for one purpose and no other. */
export function linkToken(purpose: string, { id, until, mark }: Linked, secret: string): string {
  const fields = [Buffer.from(id).toString('base64url'), Math.floor(until / SECOND).toString(36)];
  const content = [...fields, ...(mark === undefined ? [] : [mark])].join('.');
  return `${content}.${signature(purpose, content, secret)}`;
}

/** The id that a token claims to be of, before anybody has looked whether it is signed. */
export function claimedId(token: string): string {
  return Buffer.from(token.split('.', 1)[0]!, 'base64url').toString();
}

/** What a token that is signed for this purpose lets to, and whether its time is over; undefined for any other. */
export function readLinkToken(
  purpose: string,
  token: string,
  secret: string,
  now: Timestamp,
): (Linked & { readonly expired: boolean }) | undefined {
  const at = token.lastIndexOf('.');
  const content = token.slice(0, Math.max(at, 0));
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest();
  if (!timingSafeEqual(digest(token.slice(at + 1)), digest(signature(purpose, content, secret)))) return undefined;
  const [, seconds = '', mark] = content.split('.');
  const until = Number.parseInt(seconds, 36) * SECOND;
  return { id: claimedId(token), until, expired: until <= now, ...(mark !== undefined && { mark }) };
}

function signature(purpose: string, content: string, secret: string): string {
  return createHmac('sha256', secret).update(`${purpose}|${content}`).digest('base64url');
}
