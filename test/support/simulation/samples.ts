import type { Sample } from '../../../src/domain/sample.ts';
import type { SampleKind, StoredSample, TimeSeriesStore, Watermark } from '../../../src/ports/timeSeriesStore.ts';
import type { Calls, Life } from './calls.ts';

const CHUNK = 7;
const YEARS = 400 * 86_400_000;

/** What a time-series store has on disk: one value a point, and which points it was given as new though they were there. */
export class StoredSamples {
  readonly points = new Map<string, StoredSample>();
  readonly storedTwice: string[] = [];
  /** Points of calls that failed, which a repetition may bring again. */
  readonly #attempted = new Map<Life, Set<string>>();

  append(life: Life, samples: readonly Sample[], share: number): void {
    const attempted = this.#attempted.get(life) ?? new Set();
    this.#attempted.set(life, attempted);
    for (const sample of part(samples, share)) {
      const key = keyOf(sample);
      const there = this.points.get(key);
      if (there && !there.historical && !attempted.has(key)) this.storedTwice.push(key);
      this.points.set(key, storedOf(sample));
    }
    // A call that succeeds is not repeated; whether it did, only its caller knows.
    for (const sample of samples) attempted.add(keyOf(sample));
  }

  /** The answer reached the caller. */
  taken(life: Life, samples: readonly Sample[]): void {
    for (const sample of samples) this.#attempted.get(life)?.delete(keyOf(sample));
  }

  replace(samples: readonly Sample[], share: number): void {
    for (const sample of part(samples, share)) this.points.set(keyOf(sample), storedOf(sample));
  }

  valueAt(point: Pick<Sample, 'series' | 'time'>, kind: SampleKind): number | undefined {
    const there = this.points.get(keyOf(point));
    return there && (there.historical === true) === (kind === 'history') ? there.value : undefined;
  }

  after(watermarks: readonly Watermark[]): StoredSample[] {
    const place = new Map<string, number>();
    for (const { assetId } of watermarks) if (!place.has(assetId)) place.set(assetId, place.size);
    const marks = new Map(watermarks.map((mark, at) => [`${mark.assetId}|${mark.metricId}`, { ...mark, at }]));
    const markOf = ({ assetId, metricId }: StoredSample) => marks.get(`${assetId}|${metricId}`);
    return [...this.points.values()]
      .filter((sample) => {
        const mark = markOf(sample);
        return mark !== undefined && !sample.historical && (mark.after === undefined || sample.time > mark.after);
      })
      .sort(
        (a, b) => place.get(a.assetId)! - place.get(b.assetId)! || a.time - b.time || markOf(a)!.at - markOf(b)!.at,
      );
  }
}

/** The store as one process sees it. What the pipeline under test has no use for is missing, loudly. */
export function storeOn(samples: StoredSamples, calls: Calls, life: Life): TimeSeriesStore {
  const call = <T>(name: string, work: (share: number) => T) => calls.call(life, 'store', name, work);
  const store: Partial<TimeSeriesStore> = {
    retention: YEARS,
    aggregateRetention: { 300000: YEARS, 3600000: YEARS },
    async append(added) {
      await call('append', (share) => samples.append(life, added, share));
      samples.taken(life, added);
    },
    replace: (changed) => call('replace', (share) => samples.replace(changed, share)),
    valuesAt: (points, kind = 'live') => call('valuesAt', () => points.map((point) => samples.valueAt(point, kind))),
    async *readFrom(watermarks) {
      let left = await call('readFrom', () => samples.after(watermarks));
      while (left.length > 0) {
        const next = left.slice(0, CHUNK);
        left = left.slice(CHUNK);
        yield next;
        await call('readFrom', () => undefined);
      }
    },
    buckets: () => call('buckets', () => []),
    applyRetention: () => call('applyRetention', () => ({ droppedSamples: 0, freedBytes: 0 })),
    ping: () => call('ping', () => undefined),
    close: async () => undefined,
  };
  return store as TimeSeriesStore;
}

function part<T>(items: readonly T[], share: number): readonly T[] {
  return items.slice(0, Math.round(share * items.length));
}

function keyOf({ series, time }: Pick<Sample, 'series' | 'time'>): string {
  return `${series.assetId}|${series.metricId}|${time}`;
}

function storedOf({ series: { assetId, metricId }, ...sample }: Sample): StoredSample {
  return { assetId, metricId, ...sample };
}
