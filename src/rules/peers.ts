import Type, { type Static } from 'typebox';
import { robustScale } from '../prognostics/robustScale.ts';
import { DurationText } from './params.ts';
import type { FleetLesson } from './rule.ts';

export const PeersParams = Type.Object(
  {
    recent: DurationText(
      "How far back an asset's level looks: time constant, in event time, of the mean that is held against those of its peers. At least a day, since they are compared once a day.",
      '3d',
    ),
    samples: Type.Integer({
      minimum: 5,
      maximum: 1_000_000,
      default: 30,
      description: 'As many recent samples must be there, in a band of duty, before a level counts.',
    }),
    minPeers: Type.Integer({
      minimum: 3,
      maximum: 1000,
      default: 6,
      description: 'With fewer others that have a level in the same band nothing is judged.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'Against other assets of the same model, at the same duty, instead of its own past: what all of them follow, such as the weather, is no anomaly.',
  },
);
export type PeersParams = Static<typeof PeersParams>;

/** By band of duty the recent level of one asset, null where it has none. Plain JSON, as what follows. */
export type PeerLesson = readonly (number | null)[];

/** Where an asset stands among its peers in one band, all of them at the same time. */
export interface PeerStanding {
  /** Its own level then. */
  readonly level: number;
  /** Of the levels of the others, how many they are. */
  readonly median: number;
  readonly spread: number;
  readonly peers: number;
}

export interface PeerReference {
  /** What was compared, and in which bands: a rule that means something else takes no notice. */
  readonly of: string;
  /** By band of duty, null where it has no level or its peers are too few. */
  readonly bands: readonly (PeerStanding | null)[];
}

export interface PeerOptions {
  readonly of: string;
  readonly minPeers: number;
  /** The least spread that counts, at this median. */
  leastSpread(median: number): number;
}

/** By how many spreads it is above the median. */
export function deviationOf({ level, median, spread }: PeerStanding): number {
  return (level - median) / spread;
}

/**
 * Holds each asset against the others: median and spread of their levels, its own left out, so that of few assets the odd
 * one does not widen what it is judged by. Levels of the same time are compared: what all of them follow cancels out.
 */
export function teachPeers(lessons: readonly FleetLesson[], options: PeerOptions): ReadonlyMap<string, PeerReference> {
  const bands = (lessons[0]?.lesson as PeerLesson | undefined)?.length ?? 0;
  const byBand = Array.from({ length: bands }, (_, band) => standings(levelsIn(lessons, band), options));
  return new Map(
    lessons.map(({ assetId }) => [assetId, { of: options.of, bands: byBand.map((standing) => standing(assetId)) }]),
  );
}

/** By asset. */
type Levels = ReadonlyMap<string, number>;

function levelsIn(lessons: readonly FleetLesson[], band: number): Levels {
  const levels = lessons.map(({ assetId, lesson }) => [assetId, (lesson as PeerLesson)[band] ?? null] as const);
  return new Map(levels.filter((one): one is [string, number] => one[1] !== null));
}

/** Of more levels than this the asset's own weighs next to nothing: one median and spread are for all. */
const MANY = 64;

function standings(levels: Levels, options: PeerOptions): (assetId: string) => PeerStanding | null {
  const all = levels.size > MANY ? describe([...levels.values()], options) : undefined;
  return (assetId) => {
    const level = levels.get(assetId);
    if (level === undefined || levels.size <= options.minPeers) return null;
    const others = () => [...levels].flatMap(([other, value]) => (other === assetId ? [] : [value]));
    return { level, ...(all ?? describe(others(), options)), peers: levels.size - 1 };
  };
}

/** Median, and the spread of one more asset: the median of n normal numbers has itself a variance of π/2n of theirs. */
function describe(levels: readonly number[], { leastSpread }: PeerOptions) {
  const { median, spread } = robustScale(levels);
  const ofOneMore = spread * Math.sqrt(1 + Math.PI / (2 * levels.length));
  return { median, spread: Math.max(ofOneMore, leastSpread(median)) };
}

/** A deviation that changes by less is not worth telling. */
const MATERIAL = 0.25;

export function peersDiffer(before: PeerReference | null, now: PeerReference): boolean {
  if (!before) return now.bands.some((band) => band !== null);
  return before.of !== now.of || now.bands.some((band, at) => bandsDiffer(before.bands[at] ?? null, band));
}

function bandsDiffer(before: PeerStanding | null, now: PeerStanding | null): boolean {
  if (!before || !now) return before !== now;
  return Math.abs(deviationOf(now) - deviationOf(before)) > MATERIAL;
}
