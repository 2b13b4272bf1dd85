import type { Duration, Timestamp } from './time.ts';

export const SCOPE_KINDS = ['fleet', 'broker', 'site', 'gateway'] as const;
/**
 * What assets have in common, the widest first: all that this Fettle hears, the broker that brings them where there are
 * several, where they stand, what they speak through.
 */
export type ScopeKind = (typeof SCOPE_KINDS)[number];

export interface StormScope {
  readonly kind: ScopeKind;
  /** Of the broker, site or gateway; empty for the fleet. */
  readonly id: string;
}

/** Id of the failure mode of a storm's ticket: Fettle's own, of assets as a whole. */
export const STORM_MODE = 'storm';

export interface StormPolicy {
  /** How long a finding is held back, and how close together they are one storm; 0: none are held back. */
  readonly window: Duration;
  /** So many assets of a scope at least. */
  readonly assets: number;
  /** And at least this share of those that are neither in maintenance nor shut down as planned. */
  readonly share: number;
}

/** Where an asset is. */
export interface Place {
  readonly assetId: string;
  readonly siteId: string;
  readonly gateway?: string | undefined;
  /** That it was last heard through, of several. */
  readonly broker?: string | undefined;
}

/** What a storm's ticket says of it. */
export interface Storm {
  readonly scope: StormScope;
  /** Assets that were ever part of it. */
  readonly assets: number;
  /** Those of them that are still out. */
  readonly out: number;
  /** Assets of the scope when it was last counted, without those that are muted. */
  readonly of: number;
  /** How many assets the desk was last told of. */
  readonly told: number;
}

interface Count {
  all: number;
  out: number;
}

interface Tally extends Count {
  /** The next narrower scopes that it consists of; assets without one are their own. */
  readonly parts: Map<string, Count>;
}

/** How many assets of each scope there are, and are out. */
export type Tallies = ReadonlyMap<string, Readonly<Count> & Pick<Tally, 'parts'>>;

/** The scopes that an asset is in, the widest first. */
function scopesOf({ siteId, gateway, broker }: Place): StormScope[] {
  return [
    { kind: 'fleet', id: '' },
    ...(broker === undefined ? [] : [{ kind: 'broker' as const, id: broker }]),
    { kind: 'site', id: siteId },
    ...(gateway === undefined ? [] : [{ kind: 'gateway' as const, id: gateway }]),
  ];
}

export function scopeKey({ kind, id }: StormScope): string {
  return `${kind}/${id}`;
}

export function isIn(place: Place, scope: StormScope): boolean {
  return scopesOf(place).some((one) => scopeKey(one) === scopeKey(scope));
}

/** @param places of the assets that count: those that are not muted */
export function tally(places: Iterable<Place>, out: ReadonlySet<string>): Tallies {
  const tallies = new Map<string, Tally>();
  for (const place of places) {
    const isOut = out.has(place.assetId);
    const scopes = scopesOf(place);
    scopes.forEach((scope, at) => {
      const known = tallies.get(scopeKey(scope)) ?? { all: 0, out: 0, parts: new Map() };
      tallies.set(scopeKey(scope), known);
      count(known, isOut);
      const next = scopes[at + 1];
      const part = next ? scopeKey(next) : `asset/${place.assetId}`;
      const counted = known.parts.get(part) ?? { all: 0, out: 0 };
      known.parts.set(part, counted);
      count(counted, isOut);
    });
  }
  return tallies;
}

function count(into: Count, isOut: boolean): void {
  into.all++;
  if (isOut) into.out++;
}

/**
 * The scope of the storm that an asset is part of: the widest in which enough assets are out and which that does not
 * merely owe to one part of it, so that a site without power is not taken for a broker that is cut off. Undefined: no
 * storm.
 */
export function stormScope(place: Place, tallies: Tallies, policy: StormPolicy): StormScope | undefined {
  return scopesOf(place).find((scope) => {
    const one = tallies.get(scopeKey(scope));
    return one !== undefined && isEnough(one, policy) && !isOfOnePart(one, policy);
  });
}

function isEnough({ all, out }: Readonly<Count>, { assets, share }: StormPolicy): boolean {
  return out >= assets && out >= share * all;
}

/** Whether one part is a storm by itself, and without it the share does not hold, or is that of a single asset. */
function isOfOnePart({ all, out, parts }: Readonly<Tally>, policy: StormPolicy): boolean {
  const worst = [...parts.values()].reduce((most, part) => (part.out > most.out ? part : most));
  const rest = { all: all - worst.all, out: out - worst.out };
  return isEnough(worst, policy) && (rest.out < 2 || rest.out < policy.share * rest.all);
}

/** A planned shutdown of a site: what is then found silent or without power is no news. */
export interface Shutdown {
  readonly id: string;
  readonly siteId: string;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly note?: string;
  readonly by: string;
  readonly recordedAt: Timestamp;
}
