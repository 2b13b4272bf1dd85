import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { API_KEY } from '../../support/installation.ts';

const PROGRAM = resolve('bin/fettle.js');
/** As a supervisor does between two starts. */
const RESTART_AFTER = 300;

export interface Exit {
  readonly at: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The harness ended it, or had it told to end. */
  readonly asked: boolean;
}

/** `fettle serve` in a folder, started again whenever it ends, as systemd would. It logs into `fettle.log` there. */
export class Supervised {
  readonly name: string;
  readonly exits: Exit[] = [];
  /** Largest memory of any of its processes so far, in bytes. */
  peakMemory = 0;
  starts = 0;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #watch: NodeJS.Timeout;
  #child: ChildProcess | undefined;
  #wanted = false;
  #asked = false;

  constructor(name: string, folder: string, env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.#folder = folder;
    this.#env = env;
    this.#watch = setInterval(() => this.#measure(), 250);
  }

  get log(): string {
    return join(this.#folder, 'fettle.log');
  }

  start(): void {
    this.#wanted = true;
    if (!this.#child) this.#spawn();
  }

  /** Sends a signal to the process, if there is one. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends the process without a word; the supervisor starts it again at once. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop and keeps it stopped until `start`; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#wanted = false;
    return this.#end('SIGTERM');
  }

  /** Whether its next end, by its own hand, is one it was told to make. */
  mayEnd(asked: boolean): void {
    this.#asked = asked;
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    this.#wanted = false;
    clearInterval(this.#watch);
    this.signal('SIGCONT');
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    this.#asked = true;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  #spawn(): void {
    const log = openSync(this.log, 'a');
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      cwd: this.#folder,
      stdio: ['ignore', log, log],
      env: { ...process.env, FETTLE_API_KEY: API_KEY, ...this.#env },
    });
    closeSync(log);
    this.#child = child;
    this.#asked = false;
    this.starts++;
    child.once('exit', (code, signal) => void this.#ended(code, signal));
  }

  async #ended(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    this.#child = undefined;
    this.exits.push({ at: Date.now(), code, signal, asked: this.#asked });
    await delay(RESTART_AFTER);
    if (this.#wanted && !this.#child) this.#spawn();
  }

  #measure(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const peak = /VmHWM:\s+(\d+) kB/.exec(readIfAny(`/proc/${pid}/status`))?.[1];
    this.peakMemory = Math.max(this.peakMemory, Number(peak ?? 0) * 1024);
  }
}

/** The process may have ended a moment ago. */
function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
