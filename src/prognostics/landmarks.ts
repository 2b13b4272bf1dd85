import { invert } from './invert.ts';
import type { LifeDistribution } from './lifeDistribution.ts';
import { logNormalCdf } from './normal.ts';
import { type Scatter, scatterOf } from './scatter.ts';

/** What units that came to an age showed there, and what their lives had to do with it. */
export interface Landmark {
  /** Age, in the clock of the life. */
  readonly at: number;
  /** Usual level of the indicator, as it rises towards its limit, and usual noise of a point. */
  readonly level: number;
  readonly noise: number;
  /** Usual life of units that have both, from new to the end. */
  readonly life: number;
  /** What the life gains for each unit that the level is higher, and for each doubling of the noise. */
  readonly perLevel: number;
  readonly perNoise: number;
  /** Standard deviation of lives about that. */
  readonly spread: number;
}

export interface Shown {
  readonly age: number;
  /** Without its noise. */
  readonly level: number;
  readonly scatter: Scatter;
}

/** Deviations for which the usual noise counts, until a unit has shown its own. */
const USUAL_COUNTS = 8;

/**
 * Life left by landmarks: at each of a few ages the lives of the units that came so far were regressed on what they
 * showed there, and between two of them the regression goes over from one to the other (landmarking: Anderson, Cain &
 * Gelber 1983; van Houwelingen 2007). Lives lie normally about it, and are longer than the present age.
 */
export function lifeByLandmarks(landmarks: readonly Landmark[], shown: Shown): LifeDistribution {
  const { age } = shown;
  const { mean, spread } = livesAt(landmarks, shown);
  const survived = logNormalCdf((mean - age) / spread);
  const within = (left: number) => (left <= 0 ? 0 : -Math.expm1(logSurvival((mean - age - left) / spread) - survived));
  return { within, quantile: (probability) => invert(within, probability, spread) };
}

function logSurvival(z: number): number {
  return z === Number.NEGATIVE_INFINITY ? z : logNormalCdf(z);
}

function livesAt(landmarks: readonly Landmark[], { age, level, scatter }: Shown): { mean: number; spread: number } {
  const usual = landmarkAt(landmarks, age);
  const doublings = Math.log2(scatterOf(scatter, usual.noise, USUAL_COUNTS) / usual.noise);
  return {
    mean: usual.life + usual.perLevel * (level - usual.level) + usual.perNoise * doublings,
    spread: usual.spread,
  };
}

/** Between two landmarks all that belongs to them changes in proportion; before the first and beyond the last not. */
function landmarkAt(landmarks: readonly Landmark[], age: number): Landmark {
  const next = landmarks.findIndex(({ at }) => at > age);
  if (next === 0) return landmarks[0]!;
  if (next < 0) return landmarks.at(-1)!;
  const [from, to] = [landmarks[next - 1]!, landmarks[next]!];
  const share = (age - from.at) / (to.at - from.at);
  const between = (key: keyof Landmark) => from[key] + share * (to[key] - from[key]);
  return {
    at: age,
    level: between('level'),
    noise: between('noise'),
    life: between('life'),
    perLevel: between('perLevel'),
    perNoise: between('perNoise'),
    spread: between('spread'),
  };
}
