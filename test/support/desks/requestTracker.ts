import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endProcess } from '../endProcess.ts';
import { freePort } from '../freePort.ts';
import { findProgram } from '../services.ts';
import { makeTempFolder } from '../temp.ts';
import { until } from '../until.ts';
import type { DeskOrder, DeskPeople } from './rig.ts';

/** Of Debian's request-tracker5; it is on no PATH. */
const SERVER = '/usr/share/request-tracker5/libexec/rt-server';
export const SETUP = 'rt-setup-database-5';
const LOGIN = `Basic ${Buffer.from('root:password').toString('base64')}`;

/** A real Request Tracker 5 on a free port of loopback, with its database in a folder of its own. */
export class RequestTracker implements DeskPeople {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Resolves when it answers. The caller calls `stop`. */
  static async start(): Promise<RequestTracker> {
    const tracker = new RequestTracker(await freePort(), makeTempFolder());
    await tracker.#setUp();
    await tracker.#resume();
    await tracker.#addOutcomes();
    return tracker;
  }

  async stop(): Promise<void> {
    await endProcess(this.#process, 'SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async orders(which: Parameters<DeskPeople['orders']>[0]): Promise<DeskOrder[]> {
    const sought = 'id' in which ? `id = ${which.id}` : `Subject = '${which.title}'`;
    const query = new URLSearchParams({ query: sought, fields: 'Subject,Status' });
    const { items } = await this.#ask('GET', `/tickets?${query}`);
    return Promise.all(
      (items as { id: string; Subject: string; Status: string }[]).map(async ({ id, Subject, Status }) => {
        const texts = await this.#texts(id);
        const isOver = Status === 'resolved' || Status === 'rejected';
        return { id, title: Subject, text: texts[0] ?? '', comments: texts.slice(1), isOver };
      }),
    );
  }

  async comment(id: string, text: string): Promise<void> {
    await this.#ask('POST', `/ticket/${id}/comment`, { Content: text, ContentType: 'text/plain' });
  }

  async close(id: string, found?: string): Promise<void> {
    const fields = found === undefined ? {} : { CustomFields: { 'Fettle outcome': found } };
    await this.#ask('PUT', `/ticket/${id}`, { Status: 'resolved', ...fields });
  }

  async work(id: string): Promise<void> {
    await this.#ask('PUT', `/ticket/${id}`, { Status: 'open' });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('DELETE', `/ticket/${id}`);
  }

  async merge(id: string, into: string): Promise<void> {
    await this.#ask('PUT', `/ticket/${id}`, { MergeInto: Number(into) });
  }

  async #texts(id: string): Promise<string[]> {
    const { items } = await this.#ask('GET', `/ticket/${id}/attachments?fields=Content&per_page=100`);
    return (items as { Content: string }[]).map(({ Content }) => Content);
  }

  async #addOutcomes(): Promise<void> {
    const { id } = await this.#ask('POST', '/customfield', {
      Name: 'Fettle outcome',
      Type: 'SelectSingle',
      LookupType: 'RT::Queue-RT::Ticket',
      MaxValues: 1,
    });
    for (const Name of ['failure found', 'worn as expected', 'no fault found', 'other cause']) {
      await this.#ask('POST', `/customfield/${id}/value`, { Name });
    }
    await this.#applyEverywhere(Number(id));
  }

  /** The API can't apply a custom field to all queues. */
  async #applyEverywhere(id: number): Promise<void> {
    const script = `use RT; RT::LoadConfig(); RT::Init(); my $f = RT::CustomField->new(RT->SystemUser); $f->Load(${id});
      my ($ok, $why) = $f->AddToObject(RT::Queue->new(RT->SystemUser)); die $why unless $ok;`;
    await promisify(execFile)('perl', ['-I/usr/share/request-tracker5/lib', '-e', script], { env: this.#env });
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      RT_SITE_CONFIG: join(this.#folder, 'RT_SiteConfig.pm'),
      RT_SITE_CONFIG_DIR: join(this.#folder, 'RT_SiteConfig.d'),
    };
  }

  async #setUp(): Promise<void> {
    const inFolder = (name: string) => join(this.#folder, name);
    for (const name of ['mason', 'session', 'RT_SiteConfig.d']) mkdirSync(inFolder(name));
    const options: Record<string, string | number> = {
      rtname: 'fettle.test',
      Organization: 'fettle.test',
      WebPath: '',
      WebDomain: '127.0.0.1',
      WebPort: this.#port,
      WebBaseURL: this.url,
      DatabaseType: 'SQLite',
      DatabaseName: inFolder('rtdb'),
      DatabaseHost: '',
      DatabaseUser: '',
      DatabasePassword: '',
      Timezone: 'Asia/Shanghai',
      LogToSyslog: '',
      LogToSTDERR: 'error',
      MailCommand: 'testfile',
      MasonDataDir: inFolder('mason'),
      MasonSessionDir: inFolder('session'),
      WebSessionClass: 'Apache::Session::File',
    };
    const lines = Object.entries(options).map(([name, value]) => `Set($${name}, '${value}');`);
    writeFileSync(inFolder('RT_SiteConfig.pm'), `${lines.join('\n')}\n1;\n`);
    const setup = findProgram(SETUP);
    if (!setup) throw new Error(`${SETUP} is not on the PATH`);
    await promisify(execFile)(setup, ['--action', 'init', '--force'], { env: this.#env });
  }

  async #resume(): Promise<void> {
    const args = ['--port', String(this.#port), '--server', 'Standalone'];
    const child = spawn(SERVER, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    const collect = (text: Buffer): void => {
      this.#output = (this.#output + text.toString()).slice(-10_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    await until(
      'Request Tracker to answer',
      () => {
        if (child.exitCode !== null) throw new Error(`rt-server ended with ${child.exitCode}: ${this.#output}`);
        return this.#ask('GET', '/queues/all').catch(() => undefined);
      },
      60_000,
    );
  }

  async #ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}/REST/2.0${path}`, {
      method,
      headers: { Authorization: LOGIN, 'Content-Type': 'application/json', Connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
}
