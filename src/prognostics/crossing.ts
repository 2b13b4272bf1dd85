const MAX_STEPS = 100;

/**
 * The smallest t with within(t) ≥ p between `low`, where it is less, and `high`, where it is not, to a relative accuracy: by
 * inverse quadratic interpolation where that is sure to do better than halving (Chandrupatla 1997). `within` must not fall.
 */
export function crossing(
  within: (t: number) => number,
  p: number,
  low: number,
  high: number,
  accuracy: number,
): number {
  // The newest point, the one across the crossing from it, and the one before.
  let [t, across, before] = [low, high, high];
  let [ofT, ofAcross, ofBefore] = [within(low) - p, within(high) - p, within(high) - p];
  let share = 0.5;
  for (let step = 0; step < MAX_STEPS && Math.abs(across - t) > accuracy * Math.max(t, across); step++) {
    const next = t + share * (across - t);
    const ofNext = within(next) - p;
    if (ofNext < 0 === ofT < 0) [before, ofBefore] = [t, ofT];
    else [before, ofBefore, across, ofAcross] = [across, ofAcross, t, ofT];
    [t, ofT] = [next, ofNext];
    share = nextShare([t, across, before], [ofT, ofAcross, ofBefore], accuracy);
  }
  return Math.max(t, across);
}

type Three = readonly [number, number, number];

/** How far to go from the first point towards the second, as a share of their distance. */
function nextShare([a, b, c]: Three, [ofA, ofB, ofC]: Three, accuracy: number): number {
  const xi = (a - b) / (c - b);
  const phi = (ofA - ofB) / (ofC - ofB);
  if (!(phi ** 2 < xi && (1 - phi) ** 2 < 1 - xi)) return 0.5;
  const share =
    (ofA / (ofB - ofA)) * (ofC / (ofB - ofC)) + ((c - a) / (b - a)) * (ofA / (ofC - ofA)) * (ofB / (ofC - ofB));
  // Beyond the crossing by no more than is asked for, so that both ends close in on it.
  const least = (accuracy * Math.max(a, b)) / (2 * Math.abs(b - a));
  return Math.min(1 - least, Math.max(least, share));
}
