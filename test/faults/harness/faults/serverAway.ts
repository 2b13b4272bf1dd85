import type { ServerName, World } from '../world.ts';
import type { FaultFamily, FaultKind } from './fault.ts';

const NAMES: Readonly<Record<ServerName, string>> = {
  broker: 'Mosquitto',
  store: 'InfluxDB',
  database: 'PostgreSQL',
  queue: 'Redis',
};

/** A server ends and is started again later. */
export const serverEnded: FaultFamily = (world) =>
  serversOf(world).map(([name, server]) => ({
    name: `${NAMES[name]} ${name === 'broker' ? 'restarted' : 'killed'}`,
    breaks: name,
    lasts: [0, 8],
    async inject() {
      await server.end();
      return () => server.resume();
    },
  }));

/** A server keeps its connections and says nothing. */
export const serverFrozen: FaultFamily = (world) =>
  serversOf(world).map(([name, server]) => ({
    name: `${NAMES[name]} frozen`,
    breaks: name,
    lasts: [1, 10],
    async inject() {
      server.freeze();
      return () => server.thaw();
    },
  }));

/** The network between one Fettle and one server: ended connections, or silence. */
export const networkCut: FaultFamily = (world) =>
  serversOf(world).map(
    ([name]): FaultKind => ({
      name: `cut off from ${NAMES[name]}`,
      breaks: name,
      lasts: [0, 8],
      async inject({ nodes }, draws) {
        const link = draws.pick(nodes).links[name]!;
        if (draws.chance(0.5)) link.stall();
        else link.cut(draws.chance(0.7));
        return () => link.mend();
      },
    }),
  );

function serversOf({ servers }: World) {
  return (Object.keys(servers) as ServerName[]).map((name) => [name, servers[name]!] as const);
}
