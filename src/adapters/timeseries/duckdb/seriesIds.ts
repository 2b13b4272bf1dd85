import type { Series } from '../../../domain/sample.ts';
import type { WorkerClient } from './client.ts';

const UNKNOWN = -1;

/** The catalogue ids of the series this process has met, by their ordinal. */
export class SeriesIds {
  readonly #client: WorkerClient;
  readonly #ids: number[] = [];

  constructor(client: WorkerClient) {
    this.#client = client;
  }

  /** The id of a series, or -1 when nothing of it was ever stored. */
  get(series: Series): number {
    return this.#ids[series.ordinal] ?? UNKNOWN;
  }

  /** Makes sure that each series has an id, durably. */
  async intern(items: readonly { readonly series: Series }[]): Promise<void> {
    await this.#ask('intern', items);
  }

  /** Looks up the ids without making any. */
  async find(items: readonly { readonly series: Series }[]): Promise<void> {
    await this.#ask('find', items);
  }

  async #ask(operation: 'intern' | 'find', items: readonly { readonly series: Series }[]): Promise<void> {
    const missing = new Set<Series>();
    for (const { series } of items) if (this.get(series) === UNKNOWN) missing.add(series);
    if (missing.size === 0) return;
    const series = [...missing];
    const ids = await this.#client.call(operation, {
      assetIds: series.map(({ assetId }) => assetId),
      metricIds: series.map(({ metricId }) => metricId),
    });
    series.forEach(({ ordinal }, index) => {
      if (ids[index] !== UNKNOWN) this.#ids[ordinal] = ids[index]!;
    });
  }
}
