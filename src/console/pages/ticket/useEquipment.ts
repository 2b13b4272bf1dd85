import { useRead } from '../../api/queries';
import type { AssetDetail, Model } from '../../api/types';

/** The asset and its model, each once it is known. */
export function useEquipment(assetId: string): { asset: AssetDetail | undefined; model: Model | undefined } {
  const { data: asset } = useRead('GET /api/v1/assets/{assetId}', { params: { assetId } });
  const { data: model } = useRead(
    'GET /api/v1/models/{modelId}',
    { params: { modelId: asset?.modelId ?? '' } },
    { enabled: asset !== undefined },
  );
  return { asset, model };
}
