import {
  isIn,
  type Place,
  SCOPE_KINDS,
  type StormPolicy,
  type StormScope,
  scopeKey,
  stormScope,
  tally,
} from '../domain/storm.ts';
import type { Timestamp } from '../domain/time.ts';
import type { HeldFinding } from '../ports/storms.ts';

export interface HeldPlace {
  readonly held: HeldFinding;
  readonly place: Place;
  /** No sooner is it decided what becomes of it. */
  readonly dueAt: Timestamp;
}

export interface StormNow {
  readonly ticketId: string;
  readonly scope: StormScope;
  /** Assets that are part of it and still out. */
  readonly out: readonly string[];
}

export interface Situation {
  /** What is held of assets that are not muted, by time. */
  readonly held: readonly HeldPlace[];
  readonly storms: readonly StormNow[];
  /** Assets with a ticket of their own that was opened within the window. */
  readonly recent: readonly string[];
  /** Of all assets that are not muted. */
  readonly places: readonly Place[];
  readonly policy: StormPolicy;
  readonly now: Timestamp;
}

export interface JudgedStorm {
  /** Absent where it is new. */
  readonly ticketId?: string;
  readonly scope: StormScope;
  /** It had a narrower one. */
  readonly widened: boolean;
  readonly joining: readonly HeldPlace[];
}

export interface Judged {
  readonly storms: readonly JudgedStorm[];
  /** Of one asset alone. */
  readonly own: readonly HeldPlace[];
  /** Cleared before it was due. */
  readonly gone: readonly HeldPlace[];
  /** How many assets there are in a scope. */
  readonly sizeOf: (scope: StormScope) => number;
}

interface Known {
  readonly ticketId?: string;
  scope: StormScope;
  /** Whoever goes out in its scope is part of it. */
  active: boolean;
  widened: boolean;
  readonly joining: HeldPlace[];
}

/** What becomes of what is held: pure, so that whoever judges the same comes to the same. */
export function judge({ held, storms, recent, places, policy, now }: Situation): Judged {
  const alike = held.filter((one) => one.held.alike);
  const isOut = [...alike.map(({ place }) => place.assetId), ...storms.flatMap(({ out }) => out), ...recent];
  const tallies = tally(places, new Set(isOut));
  const known: Known[] = storms.map(({ ticketId, scope, out }) => {
    return { ticketId, scope, active: out.length > 0, widened: false, joining: [] };
  });
  const stormOf = (place: Place) => widest(known.filter(({ active, scope }) => active && isIn(place, scope)));
  for (const { held: one, place, dueAt } of alike) {
    if (dueAt > now || one.backAt !== undefined || stormOf(place)) continue;
    const scope = stormScope(place, tallies, policy);
    if (scope) brew(known, scope, places);
  }
  const [own, gone]: HeldPlace[][] = [[], []];
  for (const one of held) {
    const storm = one.held.alike ? stormOf(one.place) : undefined;
    if (storm) storm.joining.push(one);
    else if (one.dueAt <= now) (one.held.backAt === undefined ? own! : gone!).push(one);
  }
  const sizeOf = (scope: StormScope) => tallies.get(scopeKey(scope))?.all ?? 0;
  return { storms: known.filter(({ joining }) => joining.length > 0), own: own!, gone: gone!, sizeOf };
}

function widest(storms: readonly Known[]): Known | undefined {
  return storms.toSorted((a, b) => SCOPE_KINDS.indexOf(a.scope.kind) - SCOPE_KINDS.indexOf(b.scope.kind))[0];
}

/** There is a storm in this scope: one that was over goes on, one of a part of it becomes it, or it is new. */
function brew(known: Known[], scope: StormScope, places: readonly Place[]): void {
  const same = known.find((one) => scopeKey(one.scope) === scopeKey(scope));
  const inner = same ?? known.find((one) => one.active && isWithin(one.scope, scope, places));
  if (!inner) {
    known.push({ scope, active: true, widened: false, joining: [] });
    return;
  }
  inner.widened ||= inner !== same;
  inner.scope = scope;
  inner.active = true;
}

function isWithin(inner: StormScope, outer: StormScope, places: readonly Place[]): boolean {
  const narrower = SCOPE_KINDS.indexOf(inner.kind) > SCOPE_KINDS.indexOf(outer.kind);
  return narrower && places.some((place) => isIn(place, inner) && isIn(place, outer));
}
