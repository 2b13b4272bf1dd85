/** What stands at a JSON Pointer (RFC 6901); undefined when nothing does. */
export function at(value: unknown, pointer: string): unknown {
  if (pointer === '') return value;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((owner, token) => {
      const holds = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, token);
      return holds ? (owner as Record<string, unknown>)[token] : undefined;
    }, value);
}

/** As {@link at}, as text; undefined for what is no text, number or boolean, and for empty text. */
export function textAt(value: unknown, pointer: string): string | undefined {
  const found = at(value, pointer);
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** As {@link at}; empty where there is no list. */
export function listAt(value: unknown, pointer: string): readonly unknown[] {
  const found = at(value, pointer);
  return Array.isArray(found) ? found : [];
}
