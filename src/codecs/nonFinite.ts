import { endOfString } from './nesting.ts';

/** Longest first, so that a sign is taken with its word. */
const WORDS = ['-Infinity', 'Infinity', '-NaN', 'NaN'];

/** A JSON number that overflows when parsed: what stands for a value that is not finite. */
const OVERFLOW = '1e999';

/**
 * Python and C write NaN and Infinity into what is JSON otherwise. Replaces these words outside of strings by a number
 * that parses to Infinity, so that only that value is refused; undefined when there is none.
 */
export function replaceNonFinite(text: string): string | undefined {
  if (!text.includes('NaN') && !text.includes('Infinity')) return undefined;
  let out = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    if (char !== '-' && char !== 'N' && char !== 'I') continue;
    const word = WORDS.find((candidate) => text.startsWith(candidate, at));
    if (!word) continue;
    out += text.slice(copied, at) + OVERFLOW;
    copied = at + word.length;
    at = copied - 1;
  }
  return copied === 0 ? undefined : out + text.slice(copied);
}
