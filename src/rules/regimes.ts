/**
 * An indicator that depends on a regime (load, setpoint, operating state): what it gains or loses by the regime is
 * learned when that is entered, and taken out, so that a change of duty does not look like wear. The regime seen first
 * is the reference. Plain JSON.
 */
export interface Regimes {
  /** Group of values of the regime metric. */
  readonly keys: number[];
  /** By regime: how much higher the indicator is than in the reference, and from how many points that was learned. */
  readonly offsets: number[];
  readonly learned: number[];
  /** By regime: sum and number of samples since the last point. */
  readonly sums: number[];
  readonly counts: number[];
}

/** Points after which the offset of a regime stays as it is: what changes later is wear. */
const LEARNING = 5;

/** More regimes than this are no regimes; values in further ones are not used. */
const MOST = 12;

export function initRegimes(): Regimes {
  return { keys: [], offsets: [], learned: [], sums: [], counts: [] };
}

/** For a new component: what is known of the regimes stays. */
export function renewRegimes({ keys, offsets, learned }: Regimes): Regimes {
  return { keys, offsets, learned, sums: keys.map(() => 0), counts: keys.map(() => 0) };
}

/** Takes a sample of the indicator in a regime. */
export function addToRegime(regimes: Regimes, key: number, value: number): void {
  const { keys, offsets, learned, sums, counts } = regimes;
  let at = keys.indexOf(key);
  if (at < 0) {
    if (keys.length === MOST) return;
    at = keys.push(key) - 1;
    offsets.push(0);
    learned.push(at === 0 ? LEARNING : 0);
    sums.push(0);
    counts.push(0);
  }
  sums[at]! += value;
  counts[at]!++;
}

/**
 * The mean of the samples since the last point, as it would be in the reference regime; undefined when all of them are
 * from regimes that are still learned. `expected`: where the indicator should stand by what is known, for learning.
 */
export function closePoint(regimes: Regimes, expected: number | undefined): number | undefined {
  const { offsets, learned, sums, counts } = regimes;
  let sum = 0;
  let count = 0;
  for (const [at, samples] of counts.entries()) {
    if (samples === 0 || learned[at]! < LEARNING) continue;
    sum += sums[at]! - samples * offsets[at]!;
    count += samples;
  }
  const point = count > 0 ? sum / count : undefined;
  learn(regimes, point ?? expected);
  sums.fill(0);
  counts.fill(0);
  return point;
}

function learn({ offsets, learned, sums, counts }: Regimes, reference: number | undefined): void {
  if (reference === undefined) return;
  for (const [at, samples] of counts.entries()) {
    if (samples === 0 || learned[at]! >= LEARNING) continue;
    learned[at]!++;
    offsets[at]! += (sums[at]! / samples - reference - offsets[at]!) / learned[at]!;
  }
}
