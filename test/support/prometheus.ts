import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { ALERTS, PROMETHEUS_CONFIG } from './alerts.ts';
import { freePort } from './freePort.ts';
import { tempFolder } from './temp.ts';
import { until } from './until.ts';

export interface TestPrometheus {
  /** `data` of what the API answers. */
  ask<T>(path: string): Promise<T>;
}

interface PrometheusConfig {
  global: object;
  rule_files: string[];
  scrape_configs: { job_name: string; authorization: { credentials_file: string } }[];
}

/**
 * A real Prometheus with the shipped configuration and alert rules; only where Fettle is, its key and the pace are
 * others. Ends with the current test.
 */
export async function startPrometheus(program: string, target: string, key: string): Promise<TestPrometheus> {
  const { ask, stop } = await runPrometheus(program, target, key, tempFolder());
  onTestFinished(stop);
  return { ask };
}

/** The same with its files in `folder`; whoever calls stops it. */
export async function runPrometheus(
  program: string,
  target: string,
  key: string,
  folder: string,
): Promise<TestPrometheus & { stop(): Promise<void> }> {
  const port = await freePort();
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${key}\n`);
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, JSON.stringify(configuredFor(target, keyFile)));
  const options = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const server = spawn(program, [...options, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const api = `http://127.0.0.1:${port}`;
  await until('Prometheus to be ready', async () => (await fetch(`${api}/-/ready`).catch(() => undefined))?.ok);
  return {
    async ask<T>(path: string) {
      const answer = (await (await fetch(`${api}/api/v1/${path}`)).json()) as { data: T; error?: string };
      if (answer.error !== undefined) throw new Error(`${path}: ${answer.error}`);
      return answer.data;
    },
    async stop() {
      server.kill();
      await ended;
    },
  };
}

function configuredFor(target: string, keyFile: string): object {
  const shipped = parse(readFileSync(PROMETHEUS_CONFIG, 'utf8')) as PrometheusConfig;
  const pace = { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' };
  return {
    ...shipped,
    global: pace,
    rule_files: [ALERTS],
    scrape_configs: shipped.scrape_configs.map(({ job_name, authorization }) => ({
      job_name,
      authorization: { ...authorization, credentials_file: keyFile },
      static_configs: [{ targets: [target] }],
    })),
  };
}
