import jstat from 'jstat';

export interface MeanTimeBetween {
  /** Operating time ÷ failures; absent while there is none. */
  readonly mean?: number;
  /** Two-sided bounds of it; absent while there is no failure. */
  readonly low?: number;
  readonly high?: number;
  /** One-sided lower bound while there is no failure. */
  readonly atLeast?: number;
}

/**
 * Mean time between failures that come at a constant rate, observed for a given time (time-terminated), with its confidence
 * interval by chi-square: 2T ÷ χ²(1 − α/2; 2r + 2) to 2T ÷ χ²(α/2; 2r), and T ÷ −ln(1 − confidence) at least without a failure.
 * Nothing is known of no time.
 *
 * SOURCE: IEC 60605-4:2001; MIL-HDBK-781A (1996), 4.3.
 */
export function meanTimeBetween(time: number, failures: number, confidence: number): MeanTimeBetween {
  if (time <= 0) return {};
  if (failures === 0) return { atLeast: time / -Math.log(1 - confidence) };
  const beyond = (1 - confidence) / 2;
  return {
    mean: time / failures,
    low: (2 * time) / jstat.jStat.chisquare.inv(1 - beyond, 2 * failures + 2),
    high: (2 * time) / jstat.jStat.chisquare.inv(beyond, 2 * failures),
  };
}
