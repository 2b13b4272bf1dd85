import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { endProcess } from './endProcess.ts';
import { freePort } from './freePort.ts';
import { findProgram } from './services.ts';
import { makeTempFolder } from './temp.ts';
import { until } from './until.ts';

/** A series as VictoriaMetrics exports it; times in milliseconds. */
export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/** A real VictoriaMetrics on a free port of loopback, which takes writes in the form of InfluxDB 2. */
export class VictoriaMetrics {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = child;
  }

  /** Resolves when it answers. The caller calls `remove`. */
  static async start(): Promise<VictoriaMetrics> {
    const program = findProgram('victoria-metrics');
    if (!program) throw new Error('victoria-metrics is not on the PATH');
    const address = `127.0.0.1:${await freePort()}`;
    const folder = makeTempFolder();
    const storage = [`-storageDataPath=${folder}`, '-retentionPeriod=100y'];
    const child = spawn(program, [`-httpListenAddr=${address}`, ...storage, '-loggerLevel=ERROR'], { stdio: 'ignore' });
    const server = new VictoriaMetrics(`http://${address}`, folder, child);
    await until('VictoriaMetrics to answer', () => {
      if (child.exitCode !== null) throw new Error(`victoria-metrics ended with ${child.exitCode}`);
      return fetch(`${server.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return server;
  }

  /** All samples of a metric, once what was written is searchable. */
  async export(name: string): Promise<ExportedSeries[]> {
    await fetch(`${this.url}/internal/force_flush`);
    const query = new URLSearchParams({ 'match[]': `{__name__="${name}"}` });
    const lines = await (await fetch(`${this.url}/api/v1/export?${query}`)).text();
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ExportedSeries);
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await endProcess(this.#process);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
