import type { Weibull } from './weibull.ts';
import { ENOUGH_FAILURES, fitWeibull, type LifeRecord, type WeibullFit } from './weibullFit.ts';

/** One part in its place, from its installation to its end or to now; readings of the counter that its life is in. */
export interface PartInUse {
  readonly modelId: string;
  readonly componentId: string;
  /** Production batch of the asset, where known. */
  readonly batch?: string;
  /** Reading at its installation. */
  readonly installedReading: number;
  /** First reading ever heard of its machine: it came under watch then, if it was installed before. */
  readonly firstReading?: number;
  /** Reading at its end, or the newest. */
  readonly lastReading: number;
  /** failed: at its end. replaced: before it failed, for whatever reason. in-use: still there. */
  readonly end: 'failed' | 'replaced' | 'in-use';
}

/** What parts of a component have taught of its life; by batch where that has failures enough of its own. */
export interface LearnedLife {
  readonly modelId: string;
  readonly componentId: string;
  readonly batch?: string;
  readonly life: WeibullFit;
}

/**
 * Life per model and component from parts that failed, were replaced before (right-censored), are still in use
 * (right-censored) or were met in mid-life (left-truncated); per batch as well once five of it have failed. `rated` is
 * the prior of a component, undefined where it has none: then a life is learned from the fifth failure on. In the order
 * of the parts.
 */
export function learnLives(
  parts: readonly PartInUse[],
  rated: (modelId: string, componentId: string) => Weibull | undefined,
): LearnedLife[] {
  return grouped(parts, ({ modelId, componentId }) => [modelId, componentId]).flatMap((alike): LearnedLife[] => {
    const { modelId, componentId } = alike[0]!;
    const life = fitWeibull(alike.map(recordOf), rated(modelId, componentId));
    const whole = life ? [{ modelId, componentId, life }] : [];
    return [...whole, ...batchesOf(alike)];
  });
}

function batchesOf(alike: readonly PartInUse[]): LearnedLife[] {
  const known = alike.filter(({ batch }) => batch !== undefined);
  return grouped(known, ({ batch }) => [batch!]).flatMap((parts): LearnedLife[] => {
    if (parts.filter(({ end }) => end === 'failed').length < ENOUGH_FAILURES) return [];
    const { modelId, componentId, batch } = parts[0]!;
    const life = fitWeibull(parts.map(recordOf));
    return life ? [{ modelId, componentId, batch, life }] : [];
  });
}

function recordOf({ installedReading, firstReading, lastReading, end }: PartInUse): LifeRecord {
  return {
    age: lastReading - installedReading,
    entry: Math.max(0, (firstReading ?? installedReading) - installedReading),
    failed: end === 'failed',
  };
}

function grouped<T>(items: readonly T[], by: (item: T) => readonly string[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(by(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
