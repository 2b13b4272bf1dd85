import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECOND, type Timestamp } from '../domain/time.ts';

/** Signs that whoever has the token may rate the ticket until then. */
export function ratingToken(ticketId: string, until: Timestamp, secret: string): string {
  const content = `${Buffer.from(ticketId).toString('base64url')}.${Math.floor(until / SECOND).toString(36)}`;
  return `${content}.${signature(content, secret)}`;
}

/** The ticket of a token that is signed with the secret, and whether its time is over; undefined for any other. */
export function readRatingToken(
  token: string,
  secret: string,
  now: Timestamp,
): { readonly ticketId: string; readonly expired: boolean } | undefined {
  const [id = '', until = '', signed = '', ...more] = token.split('.');
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest();
  const isSigned = timingSafeEqual(digest(signed), digest(signature(`${id}.${until}`, secret)));
  if (!isSigned || more.length > 0) return undefined;
  return {
    ticketId: Buffer.from(id, 'base64url').toString(),
    expired: Number.parseInt(until, 36) * SECOND <= now,
  };
}

function signature(content: string, secret: string): string {
  return createHmac('sha256', secret).update(`rating|${content}`).digest('base64url');
}
