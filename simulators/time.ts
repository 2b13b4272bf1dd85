export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** What {@link parseSpan} takes, for error messages. */
export const SPAN_FORM = 'a number with one of s, m, h, d, like 10s, 5m, 36h or 30d; negative is earlier';

/** Milliseconds of `5m`, `30d`, `-400d`; undefined when the text is none. */
export function parseSpan(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]!]! : undefined;
}
