/** A number of a measure with the interval in which it lies with 95 % probability, where it is a share of cases. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  /** Absent when there was no case. */
  readonly share?: number;
  readonly interval?: readonly [number, number];
}

export type Figure = number | string | boolean | null | Share | readonly Figure[] | { readonly [name: string]: Figure };

/** What must be reached. */
export interface Goal {
  /** Name of the figure. */
  readonly figure: string;
  /** For people: what was reached and what must be. */
  readonly reached: string;
  readonly target: string;
  /** Null where the data had no case to judge by. */
  readonly met: boolean | null;
}

export interface Measure {
  readonly figures: Readonly<Record<string, Figure>>;
  readonly goals: readonly Goal[];
  /** A line a unit, for people. */
  readonly lines: readonly string[];
}

/** z of the 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** A share of cases with its 95 % interval (Wilson, Probable inference, JASA 22, 1927). */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of };
  const share = hits / of;
  const middle = share + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const scale = 1 + Z ** 2 / of;
  return {
    hits,
    of,
    share,
    interval: [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)],
  };
}

/** A goal that a share of the cases reaches at least (`>=`) or at most (`<=`) this much. */
export function shareGoal(figure: string, { hits, of, share }: Share, side: '>=' | '<=', target: number): Goal {
  const reached = share === undefined ? 'no case' : `${hits} of ${of} (${percent(share)})`;
  const met = share === undefined ? null : side === '>=' ? share >= target : share <= target;
  return { figure, reached, target: `${side === '>=' ? '≥' : '≤'} ${percent(target)}`, met };
}

/** A goal for a number; null when there was nothing to judge by. */
export function numberGoal(figure: string, value: number | null, side: '<' | '<=' | '>=', target: number): Goal {
  const met = value === null ? null : side === '<' ? value < target : side === '<=' ? value <= target : value >= target;
  const sign = { '<': '<', '<=': '≤', '>=': '≥' }[side];
  return { figure, reached: value === null ? 'no case' : short(value), target: `${sign} ${short(target)}`, met };
}

/** A goal that either holds or does not. */
export function holds(figure: string, met: boolean, reached: string, target: string): Goal {
  return { figure, reached, target, met };
}

/** At most four significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}
