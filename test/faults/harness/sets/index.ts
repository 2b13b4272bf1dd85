import type { PartSet, SetName, SetOptions } from '../world.ts';
import { startCluster } from './cluster.ts';
import { startEmbedded } from './embedded.ts';
import { startOnServers } from './servers.ts';

const STARTS: Readonly<Record<SetName, (options: SetOptions) => Promise<PartSet>>> = {
  embedded: startEmbedded,
  servers: startOnServers,
  cluster: startCluster,
};

export function startSet(name: SetName, options: SetOptions): Promise<PartSet> {
  return STARTS[name](options);
}
