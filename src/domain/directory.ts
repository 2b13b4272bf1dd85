import type { Asset } from './asset.ts';
import type { AssetModel } from './model.ts';
import type { RejectionReason, Series } from './sample.ts';
import type { SourceDefinition } from './source.ts';
import type { Timestamp } from './time.ts';

/** A registered asset as the decoder needs it. */
export interface DirectoryEntry {
  readonly asset: Asset;
  readonly model: AssetModel;
  readonly metricIndex: ReadonlyMap<string, number>;
  /** By metric index. */
  readonly series: readonly Series[];
}

/** Who is known, in memory. */
export interface Directory {
  byAsset(assetId: string): DirectoryEntry | undefined;
  /** The asset that the device spoke for at that time. */
  byDevice(deviceId: string, at: Timestamp): DirectoryEntry | undefined;
  /** Registers an asset that announces itself; the reason when its source does not allow it or its cap is reached. */
  register(
    source: SourceDefinition,
    assetId: string,
    siteId: string | undefined,
  ): DirectoryEntry | { readonly refused: RejectionReason; readonly detail: string };
}
