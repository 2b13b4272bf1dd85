import type { Directory, DirectoryEntry } from '../domain/directory.ts';
import type { AssetModel } from '../domain/model.ts';

/** Whom a message speaks for, and the entry that it is taken for. */
export interface Pretence {
  readonly assetId: string | undefined;
  readonly deviceId: string | undefined;
  readonly entry: DirectoryEntry | undefined;
}

/** A directory in which those that a message speaks for are registered, or would be, and nobody else. */
export class TrialDirectory implements Directory {
  readonly #assets = new Map<string, DirectoryEntry>();
  readonly #devices = new Map<string, DirectoryEntry>();

  constructor(all: readonly Pretence[]) {
    for (const { assetId, deviceId, entry } of all) {
      if (!entry) continue;
      this.#assets.set(entry.asset.id, entry);
      if (assetId !== undefined) this.#assets.set(assetId, entry);
      else if (deviceId !== undefined) this.#devices.set(deviceId, entry);
    }
  }

  byAsset(assetId: string): DirectoryEntry | undefined {
    return this.#assets.get(assetId);
  }

  byDevice(deviceId: string): DirectoryEntry | undefined {
    return this.#devices.get(deviceId);
  }

  register(): ReturnType<Directory['register']> {
    return { refused: 'unknown-asset', detail: 'it is not registered, and no model knows any of these names' };
  }
}

/** An asset as it would be. */
export function pretended(assetId: string, siteId: string, model: AssetModel): DirectoryEntry {
  return {
    asset: {
      id: assetId,
      modelId: model.id,
      siteId,
      tier: 'standard',
      criticality: 'medium',
      registeredBy: 'api',
      components: {},
    },
    model,
    metricIndex: new Map(model.metrics.map(({ id }, at) => [id, at])),
    series: model.metrics.map(({ id }, at) => ({ ordinal: at, assetId, metricId: id, metricIndex: at })),
  };
}
