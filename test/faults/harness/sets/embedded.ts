import { freePort } from '../../../support/freePort.ts';
import type { PartSet, SetOptions } from '../world.ts';
import { endNode, startNode } from './node.ts';

/** Everything in one process; its data folder on a disk of its own. */
export async function startEmbedded(options: SetOptions): Promise<PartSet> {
  const mqttPort = await freePort();
  const config = { ...options.config, mqtt: { port: mqttPort } };
  const node = await startNode({ ...options, config, name: 'fettle', ownDisk: true });
  return { nodes: [node], servers: {}, mqttPort, close: () => endNode(node) };
}
