import type { Sample } from '../domain/sample.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RefoldNote } from '../ports/database.ts';
import type { StoredSample } from '../ports/timeSeriesStore.ts';
import { earliestOf } from './behind.ts';
import type { Fleet } from './fleet.ts';
import type { Tracked } from './tracked.ts';

/** The fresh samples of a batch about to be written, by what is known of the store. */
export interface SortedFresh {
  /** New to the store, for certain. */
  readonly known: readonly Sample[];
  /** May be in the store already. */
  readonly unknown: readonly Sample[];
  /** To be noted before the write: recovery found later samples of their series. */
  readonly overtaken: readonly RefoldNote[];
}

interface UnderWay {
  /** Of assets that were blind when the write began. */
  readonly blind: readonly Sample[];
  readonly overtaken: ReadonlySet<Sample>;
  readonly notes: readonly RefoldNote[];
}

/** An asset to be folded anew from `earliest`. */
export interface Overtaken {
  readonly tracked: Tracked;
  readonly earliest: Timestamp;
}

/**
 * Writes made while it is not known what the store has of an asset beyond its checkpoint. A sample placed as fresh then
 * may be in the store already, or lie behind others of its series. Recovery may read those others without it: before
 * its write, or while that is under way. Then its asset has to be folded anew. One batch is written at a time.
 */
export class BlindWrites {
  readonly #fleet: Fleet;
  #underWay: UnderWay | undefined;
  /** Of blind assets that are being read: samples that the read may miss, and has not met. */
  #unmet: ReadonlyMap<Tracked, Set<Sample>> = new Map();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Whether a batch is being written with samples of assets that were blind when it began. */
  get any(): boolean {
    return this.#underWay !== undefined && this.#underWay.blind.length > 0;
  }

  /** Called in the turn in which the write of a batch begins. */
  begin(fresh: readonly Sample[]): SortedFresh {
    this.#underWay = undefined;
    const isDoubtful = (sample: Sample): boolean => {
      const tracked = this.#trackedOf(sample);
      return tracked.blind || tracked.isKnown(sample);
    };
    if (!fresh.some(isDoubtful)) return { known: fresh, unknown: [], overtaken: [] };

    const unknown = fresh.filter(isDoubtful);
    const overtaken = unknown.filter((sample) => this.#trackedOf(sample).isOvertaken(sample));
    const notes = earliestOf(overtaken);
    const blind = unknown.filter((sample) => this.#trackedOf(sample).blind);
    this.#underWay = { blind, overtaken: new Set(overtaken), notes };
    for (const { assetId } of notes) this.#fleet.get(assetId)!.noted++;
    for (const sample of blind) this.#unmet.get(this.#trackedOf(sample))?.add(sample);
    return { known: fresh.filter((sample) => !isDoubtful(sample)), unknown, overtaken: notes };
  }

  /** Called in the turn in which the batch is stored, with what is stored of its fresh samples. */
  end(fresh: readonly Sample[]): { readonly inOrder: readonly Sample[]; readonly overtaken: readonly Sample[] } {
    const underWay = this.#underWay;
    this.#underWay = undefined;
    if (!underWay) return { inOrder: fresh, overtaken: [] };
    for (const { assetId } of underWay.notes) this.#fleet.get(assetId)!.noted--;
    return {
      inOrder: fresh.filter((sample) => !underWay.overtaken.has(sample)),
      overtaken: fresh.filter((sample) => underWay.overtaken.has(sample)),
    };
  }

  /** These assets are about to be read; what is stored by now will be met, except for what is being written. */
  readBegins(group: readonly Tracked[]): void {
    this.#unmet = new Map(group.filter(({ blind }) => blind).map((tracked) => [tracked, new Set()]));
    for (const sample of this.#underWay?.blind ?? []) this.#unmet.get(this.#trackedOf(sample))?.add(sample);
  }

  /** These were read. */
  met(samples: readonly StoredSample[]): void {
    for (const { assetId, metricId, time, value } of samples) {
      const tracked = this.#fleet.get(assetId);
      const unmet = tracked && this.#unmet.get(tracked);
      if (!unmet || unmet.size === 0) continue;
      for (const sample of unmet) {
        if (sample.time === time && sample.value === value && sample.series.metricId === metricId) unmet.delete(sample);
      }
    }
  }

  /** Which assets the read went past a sample of; whether it came to its end or not. */
  readEnds(): Overtaken[] {
    const missed = [...this.#unmet].flatMap(([tracked, unmet]) => {
      const times = [...unmet].filter((sample) => tracked.isOvertaken(sample)).map(({ time }) => time);
      return times.length === 0 ? [] : [{ tracked, earliest: Math.min(...times) }];
    });
    this.#unmet = new Map();
    return missed;
  }

  #trackedOf({ series }: Sample): Tracked {
    return this.#fleet.ofSeries(series);
  }
}
