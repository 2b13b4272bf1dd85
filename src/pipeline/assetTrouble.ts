import { UnavailableError } from '../errors.ts';

/** The assessment of one asset failed. */
export class AssetTrouble extends Error {
  override readonly name = 'AssetTrouble';
  readonly assetId: string;

  constructor(assetId: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.assetId = assetId;
  }
}

/** What made the assessment of this asset fail, if it was the asset. */
export function troubleOf(assetId: string, error: unknown): unknown {
  return error instanceof UnavailableError || error instanceof AssetTrouble ? error : new AssetTrouble(assetId, error);
}
