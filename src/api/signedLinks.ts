import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { DAY, type Duration, startOfDay, type Timestamp } from '../domain/time.ts';
import type { SettingRepository } from '../ports/database.ts';
import { formatTime } from './times.ts';

/** So long somebody without a key may look, from the end of the day on which it was signed: the same link all day. */
const VALID: Duration = 90 * DAY;
const PREFIX = 'link-key:';

/** What lets those in who have no key: `until` and `signature` of a path, as query parameters. */
export interface LinkSigner {
  /** A path with its query. */
  sign(path: string): string;
}

/** Reads the key that links are signed with; makes one where there is none. Several made at once all count. */
export async function openLinkSigner(
  settings: Pick<SettingRepository, 'withPrefix' | 'set'>,
  now: () => Timestamp,
): Promise<LinkSigner> {
  let keys = await keysOf(settings);
  if (keys.length === 0) {
    await settings.set(`${PREFIX}${randomBytes(8).toString('hex')}`, randomBytes(32).toString('hex'));
    keys = await keysOf(settings);
  }
  const key = keys[0]!;
  return {
    sign(path) {
      const until = formatTime(startOfDay(now()) + DAY + VALID);
      return `${path}?${new URLSearchParams({ until, signature: signatureOf(path, until, key) })}`;
    },
  };
}

/** Whether a signature is that of the path until then, and it is not over. */
export async function isSigned(
  { path, until, signature }: { readonly path: string; readonly until: string; readonly signature: string },
  settings: Pick<SettingRepository, 'withPrefix'>,
  now: Timestamp,
): Promise<boolean> {
  const keys = await keysOf(settings);
  const given = Buffer.from(signature);
  const holds = keys.some((key) => {
    const due = Buffer.from(signatureOf(path, until, key));
    return due.length === given.length && timingSafeEqual(due, given);
  });
  return holds && now < Date.parse(until);
}

async function keysOf(settings: Pick<SettingRepository, 'withPrefix'>): Promise<string[]> {
  const keys = await settings.withPrefix<string>(PREFIX);
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

function signatureOf(path: string, until: string, key: string): string {
  return createHmac('sha256', key).update(`${path}\n${until}`).digest('base64url');
}
