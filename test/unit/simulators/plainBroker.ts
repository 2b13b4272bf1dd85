import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly topic: string;
  readonly clientId: string;
  readonly payload: { readonly ts: number; readonly values: Readonly<Record<string, number>> };
}

export interface PlainBroker {
  readonly url: string;
  /** Everything published to `fettle/…`, in order of arrival. */
  readonly received: Received[];
  clients(): number;
  /** Cuts all connections. */
  cut(): void;
}

/** A broker on a free port that ends with the test; `hold` keeps the PUBACK of a publish back until it resolves. */
export async function plainBroker(hold?: () => Promise<void>): Promise<PlainBroker> {
  const received: Received[] = [];
  const aedes = await Aedes.createBroker({
    authorizePublish(client, packet, done) {
      if (client && packet.topic.startsWith('fettle/')) {
        received.push({ topic: packet.topic, clientId: client.id, payload: JSON.parse(String(packet.payload)) });
      }
      if (hold) hold().then(() => done(null), done);
      else done(null);
    },
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    cut();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `mqtt://127.0.0.1:${port}`, received, clients: () => aedes.connectedClients, cut };
}

export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
