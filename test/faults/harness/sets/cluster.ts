import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TcpProxy } from '../../../support/tcpProxy.ts';
import { until } from '../../../support/until.ts';
import type { FettleNode, PartSet, Server, ServerName, SetOptions } from '../world.ts';
import { endNode, startNode } from './node.ts';
import { configOf, linksTo, type RealServers, startServers } from './servers.ts';

const NAMES = ['a', 'b'];

/** Two Fettles that share Mosquitto, InfluxDB, PostgreSQL and Redis, each with a network of its own to each of them. */
export async function startCluster(options: SetOptions): Promise<PartSet> {
  const real = await startServers();
  const gate = await TcpProxy.start(real.ports.broker);
  const nodes: FettleNode[] = [];
  const networks: Record<ServerName, TcpProxy>[] = [];
  const close = async () => {
    for (const node of nodes) await endNode(node);
    await gate.close();
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
  return partSet(real, nodes, gate, close);
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

function partSet(real: RealServers, nodes: readonly FettleNode[], gate: TcpProxy, close: () => Promise<void>): PartSet {
  return {
    nodes,
    servers: { ...real.servers, broker: behind(gate, real.servers.broker, nodes) },
    mqttPort: gate.port,
    sessions: { url: real.brokerUrl, clientIds: NAMES.map((name) => `fettle-${name}`) },
    flushQueue: real.flushQueue,
    close,
  };
}

/**
 * Mosquitto forgets at its restart that a session's subscription is shared, and keeps what is published for nobody until
 * a node has subscribed again. That is beyond Fettle: devices come back after that.
 */
function behind(gate: TcpProxy, broker: Server, nodes: readonly FettleNode[]): Server {
  return {
    ...broker,
    async end() {
      gate.cut(true);
      await broker.end();
    },
    async resume() {
      await broker.resume();
      await until('a node to have subscribed again', () => isHeard(nodes), 120_000);
      gate.mend();
    },
  };
}

async function isHeard(nodes: readonly FettleNode[]): Promise<boolean> {
  const heard = nodes.map(({ api }) => api.metric('fettle_broker_connected').catch(() => 0));
  return (await Promise.all(heard)).some((connected) => connected === 1);
}
