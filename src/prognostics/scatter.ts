/**
 * How far single points of a series scatter about its own course, learned point by point. Plain JSON of fixed size.
 */
export interface Scatter {
  /** Clock and value of the last two points, oldest first. */
  readonly x: number[];
  readonly y: number[];
  /** Sum of squared deviations in units of a point's variance, and their number. */
  squares: number;
  count: number;
}

export function emptyScatter(): Scatter {
  return { x: [], y: [], squares: 0, count: 0 };
}

/**
 * Takes a point: how far the one before lies off the straight line between its neighbours tells of noise and little of
 * the course, whatever their spacing (Gasser, Sroka & Jennen-Steinmetz 1986). A clock that stood still is passed over.
 */
export function addToScatter(scatter: Scatter, at: number, value: number): void {
  const { x, y } = scatter;
  if (x.length > 0 && at <= x.at(-1)!) return;
  if (x.length === 2) {
    const share = (at - x[1]!) / (at - x[0]!);
    const off = y[1]! - share * y[0]! - (1 - share) * value;
    scatter.squares += off ** 2 / (1 + share ** 2 + (1 - share) ** 2);
    scatter.count++;
    x.shift();
    y.shift();
  }
  x.push(at);
  y.push(value);
}

/** Standard deviation of a point: what was seen, and what is usual counted as so many deviations. */
export function scatterOf({ squares, count }: Scatter, usual: number, counts: number): number {
  return Math.sqrt((squares + counts * usual ** 2) / (count + counts));
}
