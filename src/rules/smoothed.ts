import type { Duration, Timestamp } from '../domain/time.ts';

/** An exponentially weighted mean over time (Roberts, Technometrics 1(3), 1959); plain JSON. */
export interface Smoothed {
  value: number | null;
  time: Timestamp | null;
}

export function initSmoothed(): Smoothed {
  return { value: null, time: null };
}

/**
 * Takes samples into an exponentially weighted mean with this time constant; 0 leaves them as they are. At first and
 * after a gap longer than `maxGap` it starts from `usual`, where that is known, so that one sample proves nothing. Of
 * shorter gaps a sample stands for `holds` at most: where some come late, the others don't weigh the more.
 */
export function smoother(constant: Duration, maxGap: Duration, holds = Number.POSITIVE_INFINITY) {
  return (smoothed: Smoothed, time: Timestamp, value: number, usual?: number): number => {
    const passed = smoothed.time === null ? Number.POSITIVE_INFINITY : time - smoothed.time;
    smoothed.time = time;
    if (constant === 0) smoothed.value = value;
    else if (smoothed.value === null || passed > maxGap) smoothed.value = usual ?? value;
    else smoothed.value += (1 - Math.exp(-Math.min(passed, holds) / constant)) * (value - smoothed.value);
    return smoothed.value;
  };
}
