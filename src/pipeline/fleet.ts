import type { Asset, DeviceBinding } from '../domain/asset.ts';
import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import { ID_FORM, isValidId } from '../domain/ids.ts';
import type { AssetModel } from '../domain/model.ts';
import type { RejectionReason, Series } from '../domain/sample.ts';
import { SHARDS, shardOf } from '../domain/shard.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Timestamp } from '../domain/time.ts';
import { type CompiledModel, compileModel } from '../rules/model.ts';
import { Tracked } from './tracked.ts';

/** All registered assets, in memory: what the decoder asks, what the assessment works on. */
export class Fleet implements Directory {
  readonly #models = new Map<string, CompiledModel>();
  readonly #assets = new Map<string, Tracked>();
  readonly #bySeries: (Tracked | undefined)[] = [];
  /** Of assets and metrics that are not known any more, by asset and metric. */
  readonly #gone = new Map<string, Series>();
  readonly #byShard: Tracked[][] = Array.from({ length: SHARDS }, () => []);
  readonly #bindings = new Map<string, DeviceBinding[]>();
  #selfRegistered = 0;
  readonly #unsaved: Tracked[] = [];
  #isPrepared = false;

  constructor(models: readonly AssetModel[]) {
    for (const model of models) this.#models.set(model.id, compileModel(model));
  }

  get models(): readonly CompiledModel[] {
    return [...this.#models.values()];
  }

  model(id: string): CompiledModel | undefined {
    return this.#models.get(id);
  }

  all(): IterableIterator<Tracked> {
    return this.#assets.values();
  }

  get size(): number {
    return this.#assets.size;
  }

  get(assetId: string): Tracked | undefined {
    return this.#assets.get(assetId);
  }

  inShard(shard: number): readonly Tracked[] {
    return this.#byShard[shard]!;
  }

  ofSeries(series: Series): Tracked {
    return this.#bySeries[series.ordinal]!;
  }

  /** The series of a metric, also of one that is not known any more: what was accepted once is stored. */
  seriesOf(assetId: string, metricId: string): Series {
    const tracked = this.#assets.get(assetId);
    const metricIndex = tracked?.metricIndex.get(metricId);
    if (tracked && metricIndex !== undefined) return tracked.series[metricIndex]!;
    const key = JSON.stringify([assetId, metricId]);
    const known = this.#gone.get(key);
    if (known) return known;
    const series = { ordinal: this.#bySeries.push(undefined) - 1, assetId, metricId, metricIndex: -1 };
    this.#gone.set(key, series);
    return series;
  }

  byAsset(assetId: string): DirectoryEntry | undefined {
    return this.#assets.get(assetId);
  }

  byDevice(deviceId: string, at: Timestamp): DirectoryEntry | undefined {
    const binding = this.#bindings.get(deviceId)?.find(({ from, to }) => from <= at && (to === undefined || at < to));
    return binding && this.#assets.get(binding.assetId);
  }

  register(
    source: SourceDefinition,
    assetId: string,
    siteId: string | undefined,
  ): DirectoryEntry | { readonly refused: RejectionReason; readonly detail: string } {
    const allowed = source.autoRegister;
    if (!allowed) {
      return {
        refused: 'unknown-asset',
        detail: `no asset '${assetId}' is registered, and source ${source.id} registers none`,
      };
    }
    const invalid = [assetId, siteId ?? allowed.siteId].find((id) => !isValidId(id));
    if (invalid !== undefined)
      return { refused: 'invalid-id', detail: `'${invalid}' can't be an id: an id has ${ID_FORM}` };
    if (this.#selfRegistered >= allowed.max) {
      const detail = `${this.#selfRegistered} assets have registered themselves, and source ${source.id} allows ${allowed.max} in all`;
      return { refused: 'registration-full', detail };
    }
    const tracked = this.#track({
      id: assetId,
      modelId: allowed.modelId,
      siteId: siteId ?? allowed.siteId,
      tier: 'standard',
      criticality: 'medium',
      registeredBy: 'auto',
      components: {},
    });
    this.#unsaved.push(tracked);
    return tracked;
  }

  /** Assets that announced themselves and are not in the database yet. */
  get hasUnsaved(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Hands out the assets that announced themselves; `giveBackUnsaved` when they could not be saved. */
  takeUnsaved(): Tracked[] {
    return this.#unsaved.splice(0);
  }

  giveBackUnsaved(batch: readonly Tracked[]): void {
    this.#unsaved.unshift(...batch);
  }

  /**
   * Lets the rules do what takes long before there are samples: those of models that have assets, also of those to come,
   * and of the models that sources may register assets with.
   */
  prepare(sources: readonly Pick<SourceDefinition, 'autoRegister'>[]): void {
    this.#isPrepared = true;
    for (const { autoRegister } of sources) if (autoRegister) this.#prepare(autoRegister.modelId);
    for (const modelId of new Set([...this.all()].map(({ model }) => model.id))) this.#prepare(modelId);
  }

  #prepare(modelId: string): void {
    for (const rule of this.#models.get(modelId)?.rules ?? []) {
      try {
        rule.prepare?.();
      } catch {
        // It fails again when it is called for an asset, and is reported then.
      }
    }
  }

  /**
   * Adds an asset, or takes over its new data. An asset keeps its model, unless it announced itself here before it was
   * known that it is registered elsewhere with another one.
   */
  add(asset: Asset): Tracked {
    const known = this.#assets.get(asset.id);
    if (known?.model.id !== asset.modelId) return this.#track(asset);
    known.asset = asset;
    return known;
  }

  setBindings(bindings: readonly DeviceBinding[]): void {
    this.#bindings.clear();
    for (const binding of bindings) {
      const list = this.#bindings.get(binding.deviceId) ?? [];
      list.push(binding);
      this.#bindings.set(binding.deviceId, list);
    }
  }

  #track(asset: Asset): Tracked {
    const isNew = !this.#assets.has(asset.id);
    const tracked = new Tracked(asset, this.#models.get(asset.modelId)!, this.#bySeries.length);
    tracked.connectivity = this.#assets.get(asset.id)?.connectivity;
    this.#assets.set(asset.id, tracked);
    if (this.#isPrepared) this.#prepare(asset.modelId);
    const shard = this.#byShard[shardOf(asset.id)]!;
    const known = shard.findIndex((other) => other.asset.id === asset.id);
    if (known === -1) shard.push(tracked);
    else shard[known] = tracked;
    if (isNew && asset.registeredBy === 'auto') this.#selfRegistered++;
    for (const series of tracked.series) this.#bySeries[series.ordinal] = tracked;
    return tracked;
  }
}
