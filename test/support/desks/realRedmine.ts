import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endProcess } from '../endProcess.ts';
import { freePort } from '../freePort.ts';
import { makeTempFolder } from '../temp.ts';
import { until } from '../until.ts';
import type { DeskOrder, DeskPeople } from './rig.ts';

/** Of Debian's redmine. */
const PACKAGE = '/usr/share/redmine';
const GEMS = '/usr/share/rubygems-integration/all/specifications';
const SEED = join(import.meta.dirname, 'redmine.rb');
const CLOSED = ['Closed', 'Rejected'];
const IN_PROGRESS = 2;
const STATUS_CLOSED = 5;

interface Seeded {
  /** API keys of Fettle's own user and of a person at the desk. */
  readonly fettle: string;
  readonly agent: string;
  /** Id of the custom field of the key. */
  readonly field: string;
}

interface Issue {
  readonly id: number;
  readonly subject: string;
  readonly description: string;
  readonly status: { readonly name: string };
  readonly journals?: readonly { readonly notes: string | null }[];
}

/** A real Redmine on a free port of loopback, with its database in a folder of its own. */
export class RealRedmine implements DeskPeople {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #app: string;
  #process: ChildProcess | undefined;
  #seeded: Seeded | undefined;
  #output = '';

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.#app = join(folder, 'app');
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Resolves when it answers. The caller calls `stop`. */
  static async start(): Promise<RealRedmine> {
    const redmine = new RealRedmine(await freePort(), makeTempFolder());
    redmine.#unpack();
    await redmine.#bundle('rake', 'db:migrate');
    const said = await redmine.#bundle('rails', 'runner', SEED);
    redmine.#seeded = JSON.parse(said.trim().split('\n').at(-1)!) as Seeded;
    await redmine.#serve();
    return redmine;
  }

  get key(): string {
    return this.#seeded!.fettle;
  }

  get keyField(): string {
    return this.#seeded!.field;
  }

  async stop(): Promise<void> {
    await endProcess(this.#process, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    const ids = 'id' in which ? [which.id] : await this.#titled(which.title);
    return Promise.all(ids.map((id) => this.#order(id)));
  }

  async comment(id: string, text: string): Promise<void> {
    await this.#change(id, { notes: text });
  }

  async close(id: string): Promise<void> {
    await this.#change(id, { status_id: STATUS_CLOSED });
  }

  async work(id: string): Promise<void> {
    await this.#change(id, { status_id: IN_PROGRESS });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', `/issues/${id}.json`);
  }

  async #titled(title: string): Promise<string[]> {
    const query = new URLSearchParams({ subject: title, status_id: '*', limit: '100' });
    const { issues } = (await this.#ask('GET', `/issues.json?${query}`)) as { issues: Issue[] };
    return issues.filter(({ subject }) => subject === title).map(({ id }) => String(id));
  }

  async #order(id: string): Promise<DeskOrder> {
    const { issue } = (await this.#ask('GET', `/issues/${id}.json?include=journals`)) as { issue: Issue };
    const comments = (issue.journals ?? []).flatMap(({ notes }) => (notes ? [notes] : []));
    const { subject: title, status } = issue;
    // Redmine keeps lines as browsers send them.
    const text = issue.description.replaceAll('\r\n', '\n');
    return { id, title, text, comments, isOver: CLOSED.includes(status.name) };
  }

  async #change(id: string, issue: object): Promise<void> {
    await this.#ask('PUT', `/issues/${id}.json`, { issue });
  }

  /** A copy of the package's application: it keeps what it writes in its own folder. */
  #unpack(): void {
    cpSync(PACKAGE, this.#app, { recursive: true, dereference: true });
    const instance = join(this.#app, 'instances', 'fettle');
    rmSync(join(this.#app, 'instances'), { recursive: true });
    rmSync(join(this.#app, 'Gemfile.lock'), { force: true });
    rmSync(join(this.#app, 'config', 'database.yml'), { force: true });
    for (const name of ['config', 'tmp', 'log', 'files']) mkdirSync(join(instance, name), { recursive: true });
    const database = { adapter: 'sqlite3', database: join(this.#folder, 'redmine.db') };
    writeFileSync(join(instance, 'config', 'database.yml'), JSON.stringify({ production: database }));
    writeFileSync(join(instance, 'config', 'secret_key.txt'), 'not a secret: it lives as long as a test\n');
    const gemfile = join(this.#app, 'Gemfile');
    // It names the gem of each database that is configured.
    const ownDatabase = readFileSync(gemfile, 'utf8').replaceAll(PACKAGE, this.#app);
    writeFileSync(gemfile, `${ownDatabase}\ngem "puma"\n`);
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      BUNDLER_VERSION: debianBundler(),
      RAILS_ENV: 'production',
      REDMINE_INSTANCE: 'fettle',
      SCHEMA: '/dev/null',
    };
  }

  async #bundle(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.#app, env: this.#env, maxBuffer: 10_000_000 };
    const { stdout } = await promisify(execFile)('bundle', ['exec', ...args], options);
    return stdout;
  }

  async #serve(): Promise<void> {
    const args = ['exec', 'puma', '-b', `tcp://127.0.0.1:${this.#port}`, '-e', 'production'];
    const child = spawn('bundle', args, { cwd: this.#app, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const collect = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until(
      'Redmine to answer',
      () => {
        if (child.exitCode !== null) throw new Error(`puma ended with ${child.exitCode}: ${this.#output}`);
        return this.#ask('GET', '/issues.json').catch(() => undefined);
      },
      60_000,
    );
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'X-Redmine-API-Key': this.#seeded!.agent, 'Content-Type': 'application/json', Connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text.trim() === '' ? {} : JSON.parse(text);
  }
}

/** Ruby brings a bundler as well, which does not see the gems of Debian's packages. */
function debianBundler(): string | undefined {
  const found = readdirSync(GEMS).find((name) => name.startsWith('bundler-'));
  return found?.replace('bundler-', '').replace('.gemspec', '');
}
