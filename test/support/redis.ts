import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endProcess } from './endProcess.ts';
import { findProgram } from './services.ts';
import { makeTempFolder } from './temp.ts';
import { until } from './until.ts';

/** A real Redis on a Unix socket in a folder of its own, where it keeps every write through a restart. */
export class RedisServer {
  /** Path of the socket, which clients take as a URL. */
  readonly url: string;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(folder: string, settings: readonly string[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.url = join(folder, 'redis.sock');
  }

  /** Resolves when it answers. `settings` are further arguments, which win. The caller calls `remove`. */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(makeTempFolder(), settings);
    await server.resume();
    return server;
  }

  /** Starts it (again) with what it had persisted. */
  async resume(): Promise<void> {
    const program = findProgram('redis-server');
    if (!program) throw new Error('redis-server is not on the PATH');
    const storage = ['--dir', this.#folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const child = spawn(program, ['--port', '0', '--unixsocket', this.url, ...storage, ...this.#settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const collect = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until('Redis to answer', () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}: ${this.#output}`);
      return answers(this.url);
    });
  }

  /** Ends it without a goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Keeps its connections and answers nothing, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Makes it forget everything. */
  async flush(): Promise<void> {
    const reply = await ask(this.url, 'FLUSHALL');
    if (!reply.startsWith('+OK')) throw new Error(`FLUSHALL: ${reply}`);
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endProcess(child, signal);
  }
}

/** PONG or that it wants a password, and not that it is still loading. */
async function answers(path: string): Promise<boolean> {
  return /^(?:\+PONG|-NOAUTH)/.test(await ask(path, 'PING'));
}

/** The first of its reply; empty when it cannot be reached. */
function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(`${command}\r\n`));
    socket.once('data', (reply) => resolve(reply.toString()));
    socket.once('error', () => resolve(''));
    socket.once('data', () => socket.destroy());
  });
}
