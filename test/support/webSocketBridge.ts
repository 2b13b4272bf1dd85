import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

interface WebSockets {
  readonly WebSocketServer: new (options: {
    server: Server;
    path: string;
  }) => { on(event: 'connection', listener: (socket: object) => void): void; close(): void };
  createWebSocketStream(socket: object): Duplex;
}

/** The library that MQTT.js itself speaks websocket with. */
const { WebSocketServer, createWebSocketStream } = createRequire(createRequire(import.meta.url).resolve('mqtt'))(
  'ws',
) as WebSockets;

/** MQTT over websocket in front of a broker that has none, as a gateway does it: each message is what follows on TCP. */
export class WebSocketBridge {
  readonly port: number;
  readonly #server: Server;
  readonly #streams: ReadonlySet<Duplex>;

  private constructor(server: Server, port: number, streams: ReadonlySet<Duplex>) {
    this.#server = server;
    this.port = port;
    this.#streams = streams;
  }

  /** With a certificate it speaks wss. */
  static async start(target: number, tls?: { readonly cert: string; readonly key: string }): Promise<WebSocketBridge> {
    const server = tls ? createHttps(tls) : createHttp();
    const streams = new Set<Duplex>();
    new WebSocketServer({ server, path: '/mqtt' }).on('connection', (socket) => {
      const [outside, inside] = [createWebSocketStream(socket), connect(target, '127.0.0.1')];
      for (const [stream, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        streams.add(stream);
        stream.pipe(other);
        stream.on('error', () => other.destroy());
        stream.on('close', () => {
          streams.delete(stream);
          other.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return new WebSocketBridge(server, typeof address === 'object' ? (address?.port ?? 0) : 0, streams);
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
