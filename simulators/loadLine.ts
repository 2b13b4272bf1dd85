import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import type { LoadOptions } from './load.ts';
import { createTemplate, type LoadTemplate } from './loadTemplate.ts';

/** Bytes written in one go at most. */
const CHUNK = 64 * 1024;

/** One connection with its share of the assets, so that each asset's messages keep their order. */
export class LoadLine {
  readonly #options: LoadOptions;
  readonly #socket: Socket;
  readonly #templates: LoadTemplate[] = [];
  readonly #total: number;
  readonly #window: number;
  readonly #index: number;
  #sent = 0;
  #acknowledged = 0;
  #bytes = 0;
  /** Bytes of a packet that came in part. */
  #rest: Buffer = Buffer.alloc(0);
  #end: { resolve(bytes: number): void; reject(error: Error): void } | undefined;

  constructor(options: LoadOptions, index: number) {
    this.#options = options;
    this.#index = index;
    const { hostname, port } = new URL(options.url);
    this.#socket = connect({ host: hostname || '127.0.0.1', port: Number(port) || 1883, noDelay: true });
    for (let asset = index; asset < options.assets; asset += options.connections) {
      this.#templates.push(createTemplate(`${options.topicPrefix}/load-${asset + 1}/telemetry`, options.metrics));
    }
    this.#total = share(options.messages, options.connections, index);
    this.#window = Math.min(65_535, Math.max(1, Math.floor(options.inflight / options.connections)));
  }

  async connect(): Promise<void> {
    const socket = this.#socket;
    const clientId = `load-${process.pid}-${this.#index}`;
    socket.write(generate({ cmd: 'connect', protocolVersion: 4, clientId, clean: true, keepalive: 0 }));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (data) => {
        socket.off('error', reject);
        if (data[0] === 0x20 && data[3] === 0) resolve();
        else reject(new Error(`the broker at ${this.#options.url} refused the connection (CONNACK code ${data[3]})`));
      });
    });
  }

  /** Resolves with the bytes sent once everything is acknowledged. */
  run(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
      this.#socket.on('data', (data) => this.#receive(data));
      this.#socket.on('error', reject);
      this.#socket.on('close', () => reject(new Error(`the connection ended after ${this.#acknowledged} messages`)));
      if (this.#total === 0) this.#finish();
      else this.#send();
    });
  }

  /** Fills the window again, in few large writes. */
  #send(): void {
    const open = this.#sent - this.#acknowledged;
    let count = Math.min(this.#window - open, this.#total - this.#sent);
    while (count > 0) {
      const size = this.#templates[0]!.size;
      const fitting = Math.min(count, Math.max(1, Math.floor(CHUNK / (size + 16))));
      const chunk = Buffer.allocUnsafe(fitting * (size + 16));
      let length = 0;
      for (let i = 0; i < fitting; i++) length = this.#writeNext(chunk, length);
      this.#bytes += length;
      this.#socket.write(chunk.subarray(0, length));
      count -= fitting;
    }
  }

  #writeNext(chunk: Buffer, at: number): number {
    const { start, period, amplitude } = this.#options;
    const number = this.#sent++;
    const round = Math.floor(number / this.#templates.length);
    const template = this.#templates[number % this.#templates.length]!;
    const packetId = (number % 65_535) + 1;
    return template.write(chunk, at, packetId, start + round * period, triangle(round, amplitude));
  }

  /** A clean session without subscriptions hears nothing but PUBACKs, four bytes each. */
  #receive(data: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    const whole = bytes.length - (bytes.length % 4);
    for (let at = 0; at < whole; at += 4) {
      if (bytes[at] !== 0x40) {
        this.#fail(`expected a PUBACK, got packet type ${bytes[at]! >> 4}`);
        return;
      }
      this.#acknowledged++;
    }
    this.#rest = bytes.subarray(whole);
    if (this.#acknowledged === this.#total) this.#finish();
    // At once: what is sent carries the TCP acknowledgement that a broker with Nagle's algorithm waits for.
    else this.#send();
  }

  #fail(message: string): void {
    this.#end?.reject(new Error(message));
    this.#socket.destroy();
  }

  #finish(): void {
    this.#end?.resolve(this.#bytes);
    this.#socket.end(generate({ cmd: 'disconnect' }));
  }
}

function share(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}

/** Goes up and down between 0 and `amplitude` in 200 steps. */
function triangle(step: number, amplitude: number): number {
  const phase = step % 200;
  return (amplitude * (phase < 100 ? phase : 200 - phase)) / 100;
}
