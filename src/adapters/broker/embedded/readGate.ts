import type { Socket } from 'node:net';

/**
 * Stops and resumes reading from all sockets of the broker at once. aedes pulls with `read(null)` on 'readable'; while
 * the gate is shut it gets nothing, the sockets' buffers fill up, and TCP makes the devices wait. (aedes' own
 * `client.pause()` forgets the packets that are called back meanwhile and never reads on.)
 */
export class ReadGate {
  #open = true;
  readonly #waiting = new Set<Socket>();

  get isOpen(): boolean {
    return this.#open;
  }

  /** To be called before aedes gets the socket. `inspect` sees each chunk; when it says no, nothing is passed on. */
  guard(socket: Socket, inspect: (chunk: Buffer) => boolean): void {
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      if (size === 0) return read(0);
      if (!this.#open) {
        this.#waiting.add(socket);
        return null;
      }
      const chunk: Buffer | null = read(size);
      return chunk === null || inspect(chunk) ? chunk : null;
    };
    socket.once('close', () => this.#waiting.delete(socket));
  }

  shut(): void {
    this.#open = false;
  }

  /** Lets those read on that were refused, in a later turn, so that no message arrives within the caller's call. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    setImmediate(() => this.#wake());
  }

  #wake(): void {
    const sockets = [...this.#waiting];
    this.#waiting.clear();
    for (const socket of sockets) socket.emit('readable');
  }
}
