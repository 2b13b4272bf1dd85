import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import {
  ASK_FOR_PASSWORD,
  ENCRYPTION_REFUSED,
  endsUnit,
  fatalError,
  isTerminate,
  MessageReader,
  ProtocolError,
  passwordOf,
  startupRequest,
  welcome,
} from './protocol.ts';
import type { Session, SessionClient } from './session.ts';

export interface FrontOptions {
  readonly session: Session;
  readonly serverVersion: string;
  /** Asked of every client when set. */
  readonly password?: string;
}

/**
 * The server half of the PostgreSQL protocol before PGlite: it greets clients and hands their messages to the session
 * in whole units. Cancel requests are taken and do nothing, since a running unit occupies the thread.
 */
export function createFront(options: FrontOptions): { server: Server; disconnectAll(): void } {
  const connections = new Set<Connection>();
  let lastId = 0;
  const server = createServer((socket) => {
    const connection = new Connection(socket, ++lastId, options);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const disconnectAll = () => {
    for (const connection of connections) connection.disconnect();
  };
  return { server, disconnectAll };
}

class Connection implements SessionClient {
  readonly #socket: Socket;
  readonly #id: number;
  readonly #options: FrontOptions;
  readonly #reader = new MessageReader();
  #phase: 'startup' | 'password' | 'ready' | 'ended' = 'startup';
  #unit: Buffer[] = [];

  constructor(socket: Socket, id: number, options: FrontOptions) {
    this.#socket = socket;
    this.#id = id;
    this.#options = options;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.once('close', () => {
      this.#phase = 'ended';
      options.session.leave(this);
    });
    // 'close' follows and does all there is to do.
    socket.on('error', () => socket.destroy());
  }

  receive(bytes: Buffer): void {
    if (this.#phase !== 'ended') this.#socket.write(bytes);
  }

  fail(code: string, reason: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#socket.end(fatalError(code, reason), () => this.#socket.destroy());
  }

  /** Hangs up without a word: `pg` takes an error that comes while it hangs up itself for one nobody handles. */
  disconnect(): void {
    this.#phase = 'ended';
    this.#socket.destroySoon();
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk);
    try {
      while (this.#phase !== 'ended') {
        const message = this.#reader.next(this.#phase === 'startup' ? 'startup' : 'typed');
        if (!message) return;
        if (this.#phase === 'startup') this.#greet(message);
        else if (this.#phase === 'password') this.#checkPassword(message);
        else this.#collect(message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail('08P01', error.message);
    }
  }

  #greet(packet: Buffer): void {
    const request = startupRequest(packet);
    if (request === 'encrypt') this.receive(ENCRYPTION_REFUSED);
    else if (request === 'cancel') this.#socket.end();
    else if (request === 'unsupported') this.fail('08P01', 'only version 3 of the PostgreSQL protocol is spoken here');
    else if (this.#options.password === undefined) this.#admit();
    else {
      this.#phase = 'password';
      this.receive(ASK_FOR_PASSWORD);
    }
  }

  #checkPassword(message: Buffer): void {
    const given = passwordOf(message);
    const wanted = Buffer.from(this.#options.password ?? '');
    if (given?.length === wanted.length && timingSafeEqual(given, wanted)) this.#admit();
    else this.fail('28P01', 'wrong password for the embedded database');
  }

  #admit(): void {
    this.#phase = 'ready';
    this.receive(welcome(this.#options.serverVersion, this.#id));
  }

  #collect(message: Buffer): void {
    if (isTerminate(message)) {
      this.#socket.end();
      return;
    }
    this.#unit.push(message);
    if (!endsUnit(message)) return;
    this.#options.session.submit(this, Buffer.concat(this.#unit));
    this.#unit = [];
  }
}
