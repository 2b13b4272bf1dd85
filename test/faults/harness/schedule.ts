import { setTimeout as delay } from 'node:timers/promises';
import type { Draws } from './draws.ts';
import type { FaultKind, Heal } from './faults/fault.ts';
import { recovered } from './watch.ts';
import type { World } from './world.ts';

const SECOND = 1000;
/** A Fettle that is not ready by then, though nothing is broken any more, does not recover. */
const PATIENCE = 300 * SECOND;
const TOGETHER = 0.3;
const AT_ONCE_AGAIN = 0.2;

export interface Episode {
  readonly kinds: readonly string[];
  /** From the first break to the last repair, in milliseconds. */
  readonly lasted: number;
  /** From the last repair until ready; undefined where nobody waited for it. */
  readonly recovery: number | undefined;
}

export interface Course {
  readonly injected: Map<string, number>;
  readonly worst: { recovery: number; after: string };
  readonly problems: string[];
}

export function newCourse(): Course {
  return { injected: new Map(), worst: { recovery: 0, after: 'nothing' }, problems: [] };
}

/** A fault of each of `kinds` with others beside some; the longest recovery counts. */
export async function suffer(
  world: World,
  kinds: readonly FaultKind[],
  course: Course,
  draws: Draws,
  scale: number,
): Promise<Episode> {
  const heals: Heal[] = [];
  const since = Date.now();
  let name = '';
  try {
    for (const kind of kinds) {
      name = kind.name;
      course.injected.set(name, (course.injected.get(name) ?? 0) + 1);
      heals.push(await kind.inject(world, draws));
      await delay(scale * SECOND * draws.between(...kind.lasts));
    }
  } catch (error) {
    course.problems.push(`${name}: ${error instanceof Error ? error.message : error}`);
  }
  for (const heal of draws.shuffled(heals)) await heal();
  const lasted = Date.now() - since;
  const names = kinds.map((kind) => kind.name);
  if (draws.chance(AT_ONCE_AGAIN)) return { kinds: names, lasted, recovery: undefined };
  const recovery = await recovered(world.nodes, PATIENCE);
  if (recovery === undefined) course.problems.push(`not ready ${PATIENCE / SECOND} s after ${names.join(' and ')}`);
  else if (recovery > course.worst.recovery) Object.assign(course.worst, { recovery, after: names.join(' + ') });
  return { kinds: names, lasted, recovery };
}

/** Draws faults like cards: every kind comes once, or as often as it weighs, before any comes again. */
export class FaultDeck {
  readonly #cards: readonly FaultKind[];
  readonly #draws: Draws;
  #left: FaultKind[] = [];

  constructor(all: readonly FaultKind[], draws: Draws) {
    this.#cards = all.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind));
    this.#draws = draws;
  }

  /** The next faults: one, or two that break different things. */
  next(): FaultKind[] {
    const first = this.#take(() => true)!;
    const second = this.#draws.chance(TOGETHER) ? this.#take(({ breaks }) => breaks !== first.breaks) : undefined;
    if (!second) return [first];
    // Killed while something else is broken, rather than before.
    return first.name === 'kill -9' ? [second, first] : [first, second];
  }

  #take(fits: (kind: FaultKind) => boolean): FaultKind | undefined {
    if (this.#left.length === 0) this.#left = this.#draws.shuffled(this.#cards);
    const at = this.#left.findIndex(fits);
    return at < 0 ? undefined : this.#left.splice(at, 1)[0];
  }
}
