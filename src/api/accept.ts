/**
 * Whether an Accept header takes one of the media types (RFC 9110, 12.5.1): the most specific range counts, and
 * `q=0` refuses.
 */
export function accepts(header: string | undefined, types: readonly string[]): boolean {
  if (header === undefined || header.trim() === '') return true;
  const ranges = header.split(',').map(parseRange);
  return types.some((type) => weight(ranges, type) > 0);
}

/** Whether an Accept header would rather have the first of two media types. */
export function prefers(header: string | undefined, type: string, other: string): boolean {
  if (header === undefined || header.trim() === '') return false;
  const ranges = header.split(',').map(parseRange);
  return weight(ranges, type) > weight(ranges, other);
}

interface Range {
  readonly range: string;
  readonly weight: number;
}

function parseRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  return { range, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 };
}

function weight(ranges: readonly Range[], type: string): number {
  const candidates = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*'];
  for (const candidate of candidates) {
    const found = ranges.find(({ range }) => range === candidate);
    if (found) return found.weight;
  }
  return 0;
}
