import type { Weibull } from './weibull.ts';
import { ENOUGH_FAILURES, fitWeibull, type LifeRecord, type WeibullFit } from './weibullFit.ts';

/** How long one part was in use, and the production batch that it counts to, where known. */
export interface PartLife extends LifeRecord {
  readonly batch?: string;
}

/** What parts of one kind have taught of their life. */
export interface LearnedLives {
  /** Undefined where neither five failures nor a prior are there. */
  readonly all: WeibullFit | undefined;
  /** Of batches that have had five failures of their own. */
  readonly byBatch: ReadonlyMap<string, WeibullFit>;
}

/**
 * Life of one kind of part from those that failed, were taken out before (right-censored), are still in use
 * (right-censored) or were met in mid-life (left-truncated), over all and per batch. `rated` is the prior of the whole; a
 * batch speaks for itself once five of it have failed.
 */
export function learnLives(parts: readonly PartLife[], rated?: Weibull): LearnedLives {
  const byBatch = new Map<string, WeibullFit>();
  for (const [batch, alike] of grouped(parts)) {
    const life = alike.filter(({ failed }) => failed).length < ENOUGH_FAILURES ? undefined : fitWeibull(alike);
    if (life) byBatch.set(batch, life);
  }
  return { all: fitWeibull(parts, rated), byBatch };
}

function grouped(parts: readonly PartLife[]): Map<string, PartLife[]> {
  const groups = new Map<string, PartLife[]>();
  for (const part of parts) {
    if (part.batch === undefined) continue;
    const group = groups.get(part.batch);
    if (group) group.push(part);
    else groups.set(part.batch, [part]);
  }
  return groups;
}
