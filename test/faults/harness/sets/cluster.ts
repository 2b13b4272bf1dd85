import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TcpProxy } from '../../../support/tcpProxy.ts';
import type { FettleNode, PartSet, ServerName, SetOptions } from '../world.ts';
import { endNode, startNode } from './node.ts';
import { configOf, linksTo, type RealServers, startServers } from './servers.ts';

const NAMES = ['a', 'b'];

/** Two Fettles that share Mosquitto, InfluxDB, PostgreSQL and Redis, each with a network of its own to each of them. */
export async function startCluster(options: SetOptions): Promise<PartSet> {
  const real = await startServers();
  const nodes: FettleNode[] = [];
  const networks: Record<ServerName, TcpProxy>[] = [];
  const close = async () => {
    for (const node of nodes) await endNode(node);
    for (const link of networks.flatMap((links) => Object.values(links))) await link.close();
    await real.close();
  };
  try {
    for (const name of NAMES) {
      const links = await linksTo(real.ports);
      networks.push(links);
      nodes.push(await startMember(name, options, links));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return partSet(real, nodes, close);
}

function startMember(
  name: string,
  { folder, assets, config }: SetOptions,
  links: Record<ServerName, TcpProxy>,
): Promise<FettleNode> {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  return startNode({
    name,
    folder: place,
    assets,
    config: {
      ...config,
      ...configOf(links),
      assess: { mode: 'sharded', grace: '500ms', checkpointEvery: '1s', tickEvery: '1s' },
      cluster: { adoptAfter: '15s' },
    },
    links,
    ownDisk: true,
    env: { FETTLE_CLUSTER_NODE: name },
  });
}

function partSet(real: RealServers, nodes: readonly FettleNode[], close: () => Promise<void>): PartSet {
  return {
    nodes,
    servers: real.servers,
    mqttPort: real.ports.broker,
    sessions: { url: real.brokerUrl, clientIds: NAMES.map((name) => `fettle-${name}`) },
    flushQueue: real.flushQueue,
    close,
  };
}
