import type { Format } from './format.ts';

interface Quantiles {
  readonly p10: string | null;
  readonly p90: string | null;
}

/** The early and the late day of a forecast; undefined where there is no early one, and where both are the same. */
export function bandOf(
  { p10, p90 }: Quantiles,
  format: Pick<Format, 'date'>,
  beyond: string,
): readonly [string, string] | undefined {
  if (p10 === null) return undefined;
  const [early, late] = [format.date(p10), p90 === null ? beyond : format.date(p90)];
  return early === late ? undefined : [early, late];
}
