import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { CertificateFiles } from './certificates.ts';
import { endProcess } from './endProcess.ts';
import { freePort } from './freePort.ts';
import { findProgram } from './services.ts';
import { makeTempFolder } from './temp.ts';
import { until } from './until.ts';

export interface MosquittoOptions {
  /** False: nothing outlives its end, neither sessions nor what is queued in them. */
  readonly persistence?: boolean;
  /** `max_inflight_messages`: Mosquitto's default is 20, 0 is no limit. */
  readonly maxInflight?: number;
  /** User names and passwords; anonymous clients are let in when absent. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an ACL file, as in its `acl_file`. */
  readonly acl?: readonly string[];
  /** A second listener with TLS, on `tlsPort`; with `ca` clients need a certificate of that authority. */
  readonly tls?: CertificateFiles & { readonly ca?: string };
  /** More lines for the configuration file. */
  readonly config?: readonly string[];
}

/** A real Mosquitto on a free port of loopback, with persistence in a folder of its own. Queues without limit. */
export class Mosquitto {
  readonly port: number;
  readonly tlsPort: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, tlsPort: number, folder: string) {
    this.port = port;
    this.tlsPort = tlsPort;
    this.#folder = folder;
  }

  /** Resolves when it accepts connections. The caller calls `remove`. */
  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const mosquitto = new Mosquitto(await freePort(), await freePort(), makeTempFolder());
    mosquitto.#configure(options);
    await mosquitto.resume();
    return mosquitto;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  get tlsUrl(): string {
    return `mqtts://localhost:${this.tlsPort}`;
  }

  /** How many lines of its log match. */
  logged(pattern: RegExp): number {
    return this.#output.split('\n').filter((line) => pattern.test(line)).length;
  }

  /** Starts it (again) with what it had persisted. */
  async resume(): Promise<void> {
    const program = findProgram('mosquitto');
    if (!program) throw new Error('mosquitto is not on the PATH');
    const child = spawn(program, ['-c', join(this.#folder, 'mosquitto.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const collect = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until('Mosquitto to accept connections', () => {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${this.#output}`);
      return accepts(this.port);
    });
  }

  /** Keeps its connections and says nothing, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it; its sessions and queued messages are on disk then. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endProcess(child);
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configure({ persistence = true, maxInflight, users, acl, tls, config = [] }: MosquittoOptions): void {
    const lines = [
      `listener ${this.port} 127.0.0.1`,
      `allow_anonymous ${users ? 'false' : 'true'}`,
      `user ${userInfo().username}`,
      `persistence ${persistence}`,
      `persistence_location ${this.#folder}/`,
      'max_queued_messages 0',
      'set_tcp_nodelay true',
      ...(maxInflight === undefined ? [] : [`max_inflight_messages ${maxInflight}`]),
      ...config,
    ];
    if (users) lines.push(`password_file ${this.#writePasswords(users)}`);
    if (acl) lines.push(`acl_file ${this.#write('acl', acl)}`);
    if (tls) lines.push(...this.#tlsListener(tls));
    this.#write('mosquitto.conf', lines);
  }

  #tlsListener({ cert, key, ca }: NonNullable<MosquittoOptions['tls']>): string[] {
    const listener = [`listener ${this.tlsPort} 127.0.0.1`, `certfile ${cert}`, `keyfile ${key}`];
    return ca === undefined ? listener : [...listener, `cafile ${ca}`, 'require_certificate true'];
  }

  #writePasswords(users: Readonly<Record<string, string>>): string {
    const program = findProgram('mosquitto_passwd');
    if (!program) throw new Error('mosquitto_passwd is not on the PATH');
    const file = this.#write('passwords', []);
    for (const [user, password] of Object.entries(users)) execFileSync(program, ['-b', file, user, password]);
    return file;
  }

  #write(name: string, lines: readonly string[]): string {
    const file = join(this.#folder, name);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    return file;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
