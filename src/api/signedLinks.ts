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
  const key = await keyOf(settings);
  return {
    sign(path) {
      const until = formatTime(startOfDay(now()) + DAY + VALID);
      return `${path}?${new URLSearchParams({ until, signature: signatureOf(path, until, key) })}`;
    },
  };
}

/** A text that somebody else keeps, in a form of which {@link unseal} knows that it was written here. */
export async function seal(
  text: string,
  until: Timestamp,
  settings: Pick<SettingRepository, 'withPrefix' | 'set'>,
): Promise<string> {
  const body = Buffer.from(text).toString('base64url');
  const end = formatTime(until);
  return [body, Buffer.from(end).toString('base64url'), signatureOf(body, end, await keyOf(settings))].join('.');
}

/** What was sealed; undefined when it was not, or its time is over. */
export async function unseal(
  sealed: string,
  settings: Pick<SettingRepository, 'withPrefix'>,
  now: Timestamp,
): Promise<string | undefined> {
  const [path = '', end = '', signature = ''] = sealed.split('.');
  const until = Buffer.from(end, 'base64url').toString();
  if (!(await isSigned({ path, until, signature }, settings, now))) return undefined;
  return Buffer.from(path, 'base64url').toString();
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

/** What to sign with from now on; made where there is none. */
async function keyOf(settings: Pick<SettingRepository, 'withPrefix' | 'set'>): Promise<string> {
  const [known] = await keysOf(settings);
  if (known !== undefined) return known;
  await settings.set(`${PREFIX}${randomBytes(8).toString('hex')}`, randomBytes(32).toString('hex'));
  return (await keysOf(settings))[0]!;
}

async function keysOf(settings: Pick<SettingRepository, 'withPrefix'>): Promise<string[]> {
  const keys = await settings.withPrefix<string>(PREFIX);
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

function signatureOf(path: string, until: string, key: string): string {
  return createHmac('sha256', key).update(`${path}\n${until}`).digest('base64url');
}
