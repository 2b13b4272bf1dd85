import { isUtf8 } from 'node:buffer';
import { Unreadable } from './unreadable.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** The text of a payload, without a byte order mark; {@link Unreadable} where it is not UTF-8. */
export function textOf(payload: Buffer): string | Unreadable {
  const text = payload.toString('utf8');
  // Decoding puts U+FFFD for what is invalid; only then the bytes are looked at once more.
  if (text.includes('\ufffd') && !isUtf8(payload)) return new Unreadable('malformed', 'the payload is not UTF-8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
