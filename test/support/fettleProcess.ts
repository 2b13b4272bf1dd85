import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ApiClient } from './apiClient.ts';
import { API_KEY } from './installation.ts';
import { until } from './until.ts';

export const FETTLE = fileURLToPath(new URL('../../bin/fettle.js', import.meta.url));

/** The built program as a process of its own, to be killed. Run `npm run build` before. */
export class FettleProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.#lines.push(line));
    }
  }

  /** `fettle <args>` in `cwd`; killed at the latest when the test has finished. */
  static start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): FettleProcess {
    const child = spawn(process.execPath, [FETTLE, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FETTLE_API_KEY: API_KEY, ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return new FettleProcess(child);
  }

  get output(): string {
    return this.#lines.join('\n');
  }

  /** The first group of the first match in what it prints. */
  said(pattern: RegExp): Promise<string> {
    return until(
      `${pattern} from fettle`,
      () => {
        const { exitCode } = this.#child;
        if (exitCode !== null) throw new Error(`fettle ended with ${exitCode}: ${this.output}`);
        return pattern.exec(this.output)?.[1] ?? '';
      },
      60_000,
    );
  }

  async api(): Promise<ApiClient> {
    return new ApiClient(await this.said(/(http:\/\/127\.0\.0\.1:\d+)/));
  }

  mqttUrl(): Promise<string> {
    return this.said(/(mqtt:\/\/127\.0\.0\.1:\d+)/);
  }

  /** Resolves with its exit code when it ends by itself. */
  async exited(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    return this.#child.exitCode;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code; null when the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill(signal);
      await exited;
    }
    return this.#child.exitCode;
  }
}
