/** Deepest nesting of arrays and objects that is parsed. */
export const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether JSON text nests deeper than {@link MAX_DEPTH}. Costs next to nothing where there are few brackets. */
export function nestsTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  return count(text, '{') + count(text, '[') > MAX_DEPTH && depthExceeded(text);
}

/** Occurrences of a bracket, counted no further than needed. */
function count(text: string, bracket: string): number {
  let found = 0;
  for (let at = text.indexOf(bracket); at >= 0 && found <= MAX_DEPTH; at = text.indexOf(bracket, at + 1)) found++;
  return found;
}

function depthExceeded(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    // `[`, `{` and `]`, `}` differ in bit 5 only.
    else if ((code | 0x20) === 0x7b && ++depth > MAX_DEPTH) return true;
    else if ((code | 0x20) === 0x7d) depth--;
  }
  return false;
}

/** Position of the closing quote, or the end of the text. */
export function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
