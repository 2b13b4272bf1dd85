/**
 * Whether an Accept header takes one of the media types (RFC 9110, 12.5.1): the most specific range counts, and
 * `q=0` refuses. Preferences among several do not matter, for every address has one form.
 */
export function accepts(header: string | undefined, types: readonly string[]): boolean {
  if (header === undefined || header.trim() === '') return true;
  const ranges = header.split(',').map(parseRange);
  return types.some((type) => weight(ranges, type) > 0);
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
