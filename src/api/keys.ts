import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'ftl_';

/** A new API key of 256 random bits, and the hash under which it is kept. The key itself is shown once. */
export function generateKey(): { readonly key: string; readonly hash: string } {
  const key = PREFIX + randomBytes(32).toString('base64url');
  return { key, hash: hashKey(key) };
}

/** SHA-256 of a key in hex. Plain and fast is enough: keys are random, there is nothing to guess. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
