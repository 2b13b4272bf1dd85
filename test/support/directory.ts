import type { Asset, DeviceBinding } from '../../src/domain/asset.ts';
import type { Directory, DirectoryEntry } from '../../src/domain/directory.ts';
import type { AssetModel } from '../../src/domain/model.ts';
import type { SourceDefinition } from '../../src/domain/source.ts';
import type { Timestamp } from '../../src/domain/time.ts';

/** A Directory of the given models in plain maps; assets register themselves as their source allows. */
export class MemoryDirectory implements Directory {
  readonly #models: ReadonlyMap<string, AssetModel>;
  readonly #entries = new Map<string, DirectoryEntry>();
  readonly #bindings: DeviceBinding[] = [];
  readonly #registered = new Map<string, number>();
  #nextOrdinal = 0;

  constructor(models: readonly AssetModel[]) {
    this.#models = new Map(models.map((model) => [model.id, model]));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an asset of a model; the rest of it is unremarkable. */
  add(assetId: string, modelId: string, more: Partial<Asset> = {}): DirectoryEntry {
    const model = this.#models.get(modelId);
    if (!model) throw new Error(`no model ${modelId} among ${[...this.#models.keys()].join(', ')}`);
    const entry: DirectoryEntry = {
      asset: {
        id: assetId,
        modelId,
        siteId: 'site-1',
        tier: 'standard',
        criticality: 'medium',
        registeredBy: 'file',
        components: {},
        ...more,
      },
      model,
      metricIndex: new Map(model.metrics.map((metric, index) => [metric.id, index])),
      series: model.metrics.map((metric, metricIndex) => ({
        ordinal: this.#nextOrdinal++,
        assetId,
        metricId: metric.id,
        metricIndex,
      })),
    };
    this.#entries.set(assetId, entry);
    return entry;
  }

  bind(binding: DeviceBinding): void {
    this.#bindings.push(binding);
  }

  byAsset(assetId: string): DirectoryEntry | undefined {
    return this.#entries.get(assetId);
  }

  byDevice(deviceId: string, at: Timestamp): DirectoryEntry | undefined {
    const binding = this.#bindings.find(
      (candidate) => candidate.deviceId === deviceId && candidate.from <= at && at < (candidate.to ?? Infinity),
    );
    return binding && this.#entries.get(binding.assetId);
  }

  register(source: SourceDefinition, assetId: string, siteId: string | undefined): ReturnType<Directory['register']> {
    const allowed = source.autoRegister;
    if (!allowed) return { refused: 'unknown-asset', detail: `source ${source.id} registers no assets` };
    const count = this.#registered.get(source.id) ?? 0;
    if (count >= allowed.max) return { refused: 'registration-full', detail: `${count} of ${allowed.max} registered` };
    this.#registered.set(source.id, count + 1);
    return this.add(assetId, allowed.modelId, { siteId: siteId ?? allowed.siteId, registeredBy: 'auto' });
  }
}
