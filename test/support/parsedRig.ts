import { parseModel } from '../../src/config/parseModel.ts';
import type { Asset } from '../../src/domain/asset.ts';
import type { AssetModel } from '../../src/domain/model.ts';
import { rigModel } from './rig.ts';

/** The model of the test rig, read as from a file. */
export function parsedRig(options?: Parameters<typeof rigModel>[0]): AssetModel {
  const parsed = parseModel(JSON.stringify(rigModel(options)), 'rig.yaml');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.model;
}

export const RIG: Asset = {
  id: 'r1',
  modelId: 'rig',
  siteId: 'plant',
  tier: 'standard',
  criticality: 'medium',
  registeredBy: 'api',
  components: {},
};
