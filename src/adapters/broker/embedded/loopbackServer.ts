import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Throws unless the host can be reached from this machine only. */
export function checkLoopback(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)) return;
  throw new Error(
    `the embedded broker listens on loopback only (127.0.0.1, ::1 or localhost), not on "${host}": for devices on the network, run a broker and connect Fettle to it`,
  );
}

/** A TCP server that knows its sockets, also those which have not said anything yet, so that it can end them all. */
export class LoopbackServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  constructor(connected: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.setNoDelay(true);
      connected(socket);
    });
  }

  /** 0 until it listens. */
  get port(): number {
    return this.#port;
  }

  /** Rejects when the port cannot be taken. `failed` hears of what goes wrong later. */
  listen(host: string, port: number, failed: (error: Error) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (error: NodeJS.ErrnoException): void => {
        const hint = error.code === 'EADDRINUSE' ? 'another program has that port; choose another one' : error.message;
        reject(new Error(`the embedded broker cannot listen on ${host}:${port}: ${hint}`, { cause: error }));
      };
      this.#server.once('error', refuse);
      this.#server.listen(port, host, () => {
        this.#server.off('error', refuse).on('error', failed);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Accepts no more connections; those there are stay. */
  stopAccepting(): void {
    if (this.#server.listening) this.#server.close();
  }

  async close(): Promise<void> {
    this.stopAccepting();
    await Promise.all([...this.#sockets].map(destroy));
  }
}

function destroy(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
