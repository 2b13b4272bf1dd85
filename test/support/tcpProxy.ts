import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes TCP connections on to a port of loopback, and can cut them, as a network does. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number;
  #refusing = false;
  #stalled = false;
  port = 0;
  /** Connections ended at once so far. */
  refused = 0;
  /** Connections let through so far. */
  connections = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const address = proxy.#server.address();
    if (address && typeof address === 'object') proxy.port = address.port;
    return proxy;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Ends all connections without a goodbye. With `refuse`, new ones end at once until `mend`. */
  cut(refuse = false): void {
    this.#refusing = refuse;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends new connections at once until `mend`; those there are go on. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Lets nothing through any more, in silence, until `mend`. */
  stall(): void {
    this.#stalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  mend(): void {
    this.#refusing = false;
    this.#stalled = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut(true);
    await closed;
  }

  #accept(from: Socket): void {
    if (this.#refusing) {
      this.refused++;
      from.destroy();
      return;
    }
    this.connections++;
    const to = connect(this.#target, '127.0.0.1');
    this.#join(from, to);
    this.#join(to, from);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
    if (this.#stalled) from.pause();
  }
}
