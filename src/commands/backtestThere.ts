import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BacktestDetail } from '../api/resources/backtest.ts';
import type { BacktestDocument } from '../api/resources/backtestReport.ts';
import { formatTime } from '../api/times.ts';
import type { Config } from '../config/schema.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import { localAddress, runningAt } from '../probePort.ts';
import type { AskedBacktest } from './backtest.ts';
import type { BacktestRun } from './backtestHere.ts';
import { CommandError } from './commandError.ts';

const ASK_EVERY: Duration = SECOND;
const REQUEST_LIMIT: Duration = 60 * SECOND;

/** A running Fettle. */
export interface RunningApi {
  readonly url: string;
  readonly key: string;
}

/** The Fettle that runs on this configuration: at publicUrl, or here; undefined where there is none. */
export async function fettleOf(
  config: Config,
  signal: AbortSignal,
  what = 'a backtest',
): Promise<RunningApi | undefined> {
  const url = await firstRunning([config.publicUrl, localAddress(config)], signal);
  if (url === undefined) return undefined;
  const file = join(config.dataDir, 'api-key');
  const key = config.apiKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (key !== undefined) return { url, key };
  throw new CommandError(`Fettle runs at ${url}: ${what} needs apiKey (FETTLE_API_KEY), a key of the role engineer`);
}

async function firstRunning(urls: readonly (string | undefined)[], signal: AbortSignal): Promise<string | undefined> {
  for (const url of urls) if (url !== undefined && (await runningAt(url, signal))) return url;
  return undefined;
}

/** Has it tried there, and waits. Interrupted, it ends the backtest there, too. */
export async function backtestThere(
  { request, candidates }: AskedBacktest,
  api: RunningApi,
  { signal, onProgress }: BacktestRun,
): Promise<BacktestDocument> {
  const { models, from, to, within, assetIds, failures } = request;
  const asked = await call<BacktestDetail>(api, 'POST', '', {
    models,
    to: formatTime(to),
    withinSeconds: within / SECOND,
    ...(from !== undefined && { from: formatTime(from) }),
    ...(assetIds && { assetIds }),
    ...(failures && { failures: failures.map(({ at, ...failure }) => ({ ...failure, at: formatTime(at) })) }),
  });
  const report = await answer(api, asked.id, signal, onProgress);
  for (const { id, candidate } of report.models) {
    if (candidates.find((model) => model.id === id)?.version === candidate) continue;
    throw new CommandError(
      `${api.url} understands model ${id} otherwise than this Fettle does: it is of another version, or the libraries that its rules learn from are not the same in its folder of models`,
    );
  }
  return report;
}

async function answer(
  api: RunningApi,
  id: string,
  signal: AbortSignal,
  onProgress: BacktestRun['onProgress'],
): Promise<BacktestDocument> {
  try {
    for (;;) {
      const { status, progress, error, report } = await call<BacktestDetail>(api, 'GET', `/${id}`);
      onProgress(progress);
      if (report) return report;
      if (status === 'failed') throw new CommandError(`the backtest failed: ${error}`);
      await sleep(ASK_EVERY, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) await call(api, 'DELETE', `/${id}`);
    throw signal.aborted ? new CommandError('stopped; nothing was changed') : error;
  }
}

async function call<T>({ url, key }: RunningApi, method: string, path: string, body?: object): Promise<T> {
  const address = `${url.replace(/\/+$/, '')}/api/v1/backtests${path}`;
  const response = await fetch(address, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(REQUEST_LIMIT),
  }).catch((error: unknown) => {
    throw new CommandError(`${address} can't be reached: ${error instanceof Error ? error.message : String(error)}`);
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(`${address} refused (${response.status}): ${refusalOf(text)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** What a problem says, with each of its faults; else the answer as it is. */
export function refusalOf(text: string): string {
  try {
    const { detail, problems = [] } = JSON.parse(text) as { detail: string; problems?: { message: string }[] };
    return [detail, ...problems.map(({ message }) => message)].join('\n');
  } catch {
    return text.slice(0, 500);
  }
}
