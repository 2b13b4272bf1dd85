import Type, { type Static } from 'typebox';
import { DAY, type Duration, HOUR, type Timestamp } from '../domain/time.ts';
import { initQuantile, observeQuantile, type QuantileEstimate, quantileOf } from '../prognostics/quantileEstimate.ts';
import { DurationText, duration } from './params.ts';

/** How a rule learns what is normal for its asset: spread it into the schema of a kind. */
export const learningParams = {
  learning: DurationText('How long it learns, in event time, before it judges. Then what it learned stands.', '14d'),
  learningSamples: Type.Integer({
    minimum: 10,
    maximum: 10_000_000,
    default: 100,
    description: 'It also learns until it has as many samples.',
  }),
  runIn: DurationText('Left out before it learns: warm-up, run-in after an exchange.', '0s'),
  learnFrom: Type.Enum(['start', 'renewal'], {
    default: 'start',
    description:
      'start: from the first sample, and anew when the component is installed or replaced. renewal: only from then on, where the asset may have been faulty when it was connected.',
  }),
};
type LearningParams = Static<ReturnType<typeof learningSchema>>;
const learningSchema = () => Type.Object(learningParams);

export interface LearningOptions {
  readonly time: Duration;
  readonly samples: number;
  readonly runIn: Duration;
  readonly fromStart: boolean;
}

export function learningOptions(params: LearningParams): LearningOptions {
  return {
    time: duration(params.learning),
    samples: params.learningSamples,
    runIn: duration(params.runIn),
    fromStart: params.learnFrom === 'start',
  };
}

/** How far learning has come; plain JSON. */
export interface Learning {
  /** May learn: from the start, or since the component was renewed. */
  open: boolean;
  /** The first sample seen since; the run-in counts from here. */
  since: Timestamp | null;
  samples: number;
  /** When it was done. */
  until: Timestamp | null;
}

export function initLearning(open: boolean): Learning {
  return { open, since: null, samples: 0, until: null };
}

/**
 * What is to be done with a sample: leave it, learn from it, learn from it and be done, or judge it. `first`: the first
 * sample of all, where this learns some of them only; the run-in counts from there.
 */
export function learningStep(
  learning: Learning,
  options: LearningOptions,
  time: Timestamp,
  first: Timestamp = time,
): 'leave' | 'learn' | 'conclude' | 'judge' {
  if (learning.until !== null) return 'judge';
  if (!learning.open) return 'leave';
  learning.since ??= Math.max(first, time - options.runIn);
  if (time - learning.since < options.runIn) return 'leave';
  learning.samples++;
  if (time - learning.since < options.runIn + options.time || learning.samples < options.samples) return 'learn';
  learning.until = time;
  return 'conclude';
}

/** How far learning has come, for people; undefined once it is done. */
export function learningProgress(
  { open, since, samples, until }: Learning,
  { time, runIn, samples: wanted }: LearningOptions,
  now: Timestamp,
) {
  if (until !== null) return undefined;
  const passed = open ? Math.max(0, now - (since ?? now)) : undefined;
  return { ...(passed !== undefined && { passed }), needed: runIn + time, samples, wanted };
}

/** From when to when a baseline was learned that is judged by. */
export function learnedSpan({ since, until }: Learning, { runIn }: LearningOptions): [from: Timestamp, to: Timestamp] {
  return [since! + runIn, until!];
}

export const PROFILES = ['hour-of-day', 'hour-of-week'] as const;
export type Profile = (typeof PROFILES)[number];

/** Hours of a profile, and the hour that a time falls into. UTC: a shift by the zone moves all hours alike. */
export function profileHours(profile: Profile): number {
  return profile === 'hour-of-day' ? 24 : 168;
}

export function profileHour(profile: Profile, time: Timestamp): number {
  return Math.floor((profile === 'hour-of-day' ? time % DAY : time % (7 * DAY)) / HOUR);
}

/** What is normal: location and spread, with offsets by the hour where there is a profile. Plain JSON. */
export interface Baseline {
  quartiles: [QuantileEstimate, QuantileEstimate, QuantileEstimate];
  /** Where the quartiles agree the spread is that of the moments (Welford 1962): count, mean, sum of squares. */
  moments: [n: number, mean: number, squares: number];
  /** By hour of the profile: count and mean; empty without one. */
  hours: [n: number, mean: number][];
}

export function initBaseline(hours: number): Baseline {
  return {
    quartiles: [initQuantile(), initQuantile(), initQuantile()],
    moments: [0, 0, 0],
    hours: Array.from({ length: hours }, () => [0, 0]),
  };
}

/** An hour must have been seen as often before what deviates from its mean says something of the spread. */
const HOUR_KNOWN = 2;

export function observeBaseline(baseline: Baseline, hour: number | undefined, value: number): void {
  const usual = hour === undefined ? undefined : baseline.hours[hour]!;
  if (!usual) {
    observeRest(baseline, value);
    return;
  }
  if (usual[0] >= HOUR_KNOWN) observeRest(baseline, value - usual[1]);
  usual[0]++;
  usual[1] += (value - usual[1]) / usual[0];
}

function observeRest({ quartiles, moments }: Baseline, value: number): void {
  const rest = moments[0] < FENCED_FROM ? value : withinFences(quartiles, value);
  quartiles.forEach((quartile, at) => {
    observeQuantile(quartile, QUARTILES[at]!, rest);
  });
  moments[0]++;
  const before = rest - moments[1];
  moments[1] += before / moments[0];
  moments[2] += before * (rest - moments[1]);
}

/** What lies beyond Tukey's outer fences (1977) counts as lying on them: the estimate is one by heights, and they are few. */
function withinFences([low, , high]: Baseline['quartiles'], value: number): number {
  const [first, third] = [quantileOf(low, QUARTILES[0]), quantileOf(high, QUARTILES[2])];
  const reach = 3 * (third - first);
  return reach > 0 ? Math.min(third + reach, Math.max(first - reach, value)) : value;
}

/** As many observations come before fences. */
const FENCED_FROM = 20;

const QUARTILES = [0.25, 0.5, 0.75] as const;

/** The quartiles of a normal distribution are as many standard deviations apart. */
const NORMAL_IQR = 1.349;

/** Location and spread of what was observed: median and interquartile range, which outliers do not move. */
export function conclude({ quartiles, moments }: Baseline): { mean: number; deviation: number } {
  const [low, middle, high] = quartiles.map((quartile, at) => quantileOf(quartile, QUARTILES[at]!)) as [
    number,
    number,
    number,
  ];
  const deviation = (high - low) / NORMAL_IQR;
  if (deviation > 0) return { mean: middle, deviation };
  return { mean: middle, deviation: moments[0] > 1 ? Math.sqrt(moments[2] / (moments[0] - 1)) : 0 };
}
