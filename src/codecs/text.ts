import { Instant } from './instant.ts';

/** Longest piece of a payload that goes into a message for people. */
const MAX_QUOTED = 60;

/** No metric has a longer name. */
const LONGEST_PREFIX = 520;

/** Control characters and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** Text from a payload, cut, and free of what PostgreSQL can't hold and logs should not. */
export function printable(text: string, limit: number): string {
  return cut(text, limit).replace(UNPRINTABLE, '\ufffd');
}

/** Any decoded value in short, for messages: strings in quotes, objects by kind only. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, MAX_QUOTED));
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Instant) return 'a time';
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/**
 * What goes before many names, of which no more is taken than makes them too long to be any metric's: whole, a payload of a
 * megabyte could ask for gigabytes of names.
 */
export function asPrefix(text: string): string {
  return text.length > LONGEST_PREFIX ? text.slice(0, LONGEST_PREFIX) : text;
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
