import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from './api/keys.ts';
import { installationFolder } from './config/installation.ts';
import type { DemoState } from './domain/demo.ts';
import { type Duration, SECOND } from './domain/time.ts';
import { ConflictError } from './errors.ts';
import { listenPort } from './listenPort.ts';
import type { Log } from './log.ts';

/** It saves what it has within ten seconds. */
const STOP_LIMIT: Duration = 12 * SECOND;
/** Of what it said last, where it ends by itself. */
const DETAIL_LENGTH = 500;

export interface DemoBesideOptions {
  /** Of this installation; the demo's is a folder in it. */
  readonly dataDir: string;
  /** The address that this installation listens on. */
  readonly host: string;
  readonly publicUrl: string;
  readonly log: Log;
}

interface Child {
  readonly process: ChildProcess;
  readonly url: string;
}

/**
 * Runs `fettle demo` as a process of its own: nothing of it gets into this installation, and it ends with it. It takes
 * nothing from the environment that is meant for this installation, such as its servers.
 */
export class DemoBeside {
  readonly #options: DemoBesideOptions;
  #child: Child | undefined;
  #state: DemoState = { state: 'off' };
  #starting: Promise<void> = Promise.resolve();

  constructor(options: DemoBesideOptions) {
    this.#options = options;
  }

  state(): DemoState {
    return this.#state;
  }

  /** Rejects with a ConflictError while there is one. */
  async start(): Promise<DemoState> {
    if (this.#state.state === 'starting' || this.#state.state === 'running')
      throw new ConflictError('The demo fleet is started already.');
    this.#state = { state: 'starting' };
    this.#starting = this.#begin();
    await this.#starting;
    return this.#state;
  }

  /** Resolves when it has ended; harmless where there is none. */
  async stop(): Promise<void> {
    // Whoever asked for the start is told why it failed.
    await this.#starting.catch(() => undefined);
    const child = this.#child?.process;
    this.#child = undefined;
    this.#state = { state: 'off' };
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT);
    await ended;
    clearTimeout(kill);
  }

  async #begin(): Promise<void> {
    try {
      this.#child = await this.#spawn();
    } catch (error) {
      this.#state = { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
      throw error;
    }
    this.#follow(this.#child);
  }

  async #spawn(): Promise<Child> {
    const { dataDir, host, publicUrl } = this.#options;
    const folder = join(dataDir, 'demo');
    mkdirSync(folder, { recursive: true });
    const port = await listenPort(host, 0);
    const url = new URL(publicUrl);
    url.protocol = 'http:';
    url.port = String(port);
    const { key } = generateKey();
    const env = {
      ...withoutOptions(process.env),
      FETTLE_DATA_DIR: folder,
      FETTLE_HTTP_HOST: host,
      FETTLE_HTTP_PORT: String(port),
      FETTLE_PUBLIC_URL: url.origin,
      FETTLE_API_KEY: key,
    };
    const child = fork(join(installationFolder(), 'bin/fettle.js'), ['demo'], {
      cwd: folder,
      env,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return { process: child, url: `${url.origin}/sign-in#key=${key}` };
  }

  #follow(child: Child): void {
    const { log } = this.#options;
    let said = '';
    child.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-DETAIL_LENGTH);
    });
    child.process.once('message', () => {
      if (this.#child !== child) return;
      this.#state = { state: 'running', url: child.url };
      log.info({ pid: child.process.pid }, 'the demo fleet runs');
    });
    child.process.once('error', (error) => this.#ended(child, error.message));
    child.process.once('close', (code, signal) => this.#ended(child, said.trim() || `it ended with ${signal ?? code}`));
  }

  #ended(child: Child, detail: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#state = { state: 'failed', detail };
    this.#options.log.warn({ detail }, 'the demo fleet ended by itself');
  }
}

function withoutOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('FETTLE_')));
}
