import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from './endProcess.ts';
import { freePort } from './freePort.ts';
import { findProgram } from './services.ts';
import { makeTempFolder } from './temp.ts';
import { until } from './until.ts';

export interface InfluxDbOptions {
  /** Asks for user and password; `admin` with {@link ADMIN_PASSWORD} may do everything. */
  readonly auth?: boolean;
}

export const ADMIN_PASSWORD = "admin's password";

interface Series {
  readonly columns?: readonly string[];
  readonly values?: unknown[][];
}

/** A real InfluxDB 1.x on free ports of loopback, with its files in a folder of its own. */
export class InfluxDb {
  readonly url: string;
  readonly #folder: string;
  readonly #options: InfluxDbOptions;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, folder: string, options: InfluxDbOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#options = options;
  }

  /** Resolves when it answers. The caller calls `remove`. */
  static async start(options: InfluxDbOptions = {}): Promise<InfluxDb> {
    const port = await freePort();
    const server = new InfluxDb(port, makeTempFolder(), options);
    server.#configure(port, await freePort());
    await server.resume();
    if (options.auth) await server.query(`CREATE USER admin WITH PASSWORD '${escaped}' WITH ALL PRIVILEGES`);
    return server;
  }

  /** Starts it (again) with what it had stored. */
  async resume(): Promise<void> {
    const program = findProgram('influxd');
    if (!program) throw new Error('influxd is not on the PATH');
    const child = spawn(program, ['-config', join(this.#folder, 'influxdb.conf')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const collect = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until('InfluxDB to answer', async () => {
      if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}: ${this.#output}`);
      return fetch(`${this.url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }

  /** Keeps its connections and answers nothing, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it without a goodbye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs a statement as administrator; the rows of the answer. */
  async query(statement: string): Promise<unknown[][]> {
    return (await this.#ask(statement)).flatMap(({ values = [] }) => values);
  }

  /** What the server has counted in one of its modules since it started, by name; this call is counted as well. */
  async statistics(module: 'httpd' | 'queryExecutor'): Promise<Record<string, unknown>> {
    const [series] = await this.#ask(`SHOW STATS FOR '${module}'`);
    return Object.fromEntries((series?.columns ?? []).map((column, at) => [column, series?.values?.[0]?.[at]]));
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endProcess(child, signal);
  }

  async #ask(statement: string): Promise<Series[]> {
    const answer = await fetch(`${this.url}/query?epoch=u`, {
      method: 'POST',
      headers: this.#login(),
      body: new URLSearchParams({ q: statement }),
    });
    const { results, error } = (await answer.json()) as {
      error?: string;
      results?: { error?: string; series?: Series[] }[];
    };
    const refused = error ?? results?.[0]?.error;
    if (refused !== undefined) throw new Error(`${statement}: ${refused}`);
    return results?.[0]?.series ?? [];
  }

  /** Writes line protocol as administrator, times in microseconds. */
  async write(database: string, policy: string, lines: string): Promise<void> {
    const query = new URLSearchParams({ db: database, rp: policy, precision: 'u' });
    const answer = await fetch(`${this.url}/write?${query}`, { method: 'POST', headers: this.#login(), body: lines });
    if (!answer.ok) throw new Error(await answer.text());
  }

  #login(): Record<string, string> {
    if (!this.#options.auth) return {};
    return { authorization: `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}` };
  }

  #configure(port: number, backupPort: number): void {
    const lines = [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${backupPort}"`,
      `[meta]\ndir = "${join(this.#folder, 'meta')}"`,
      `[data]\ndir = "${join(this.#folder, 'data')}"\nwal-dir = "${join(this.#folder, 'wal')}"\nquery-log-enabled = false`,
      '[monitor]\nstore-enabled = false',
      `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false\nauth-enabled = ${this.#options.auth === true}`,
    ];
    writeFileSync(join(this.#folder, 'influxdb.conf'), `${lines.join('\n')}\n`);
  }
}

const escaped = ADMIN_PASSWORD.replaceAll("'", "\\'");
