import { setTimeout as sleep } from 'node:timers/promises';
import type { BacktestDetail } from '../api/resources/backtest.ts';
import type { BacktestDocument } from '../api/resources/backtestReport.ts';
import { formatTime } from '../api/times.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { AskedBacktest } from './backtest.ts';
import type { BacktestRun } from './backtestHere.ts';
import { CommandError } from './commandError.ts';
import { callApi, type RunningApi } from './runningApi.ts';

const ASK_EVERY: Duration = SECOND;

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

function call<T>(api: RunningApi, method: string, path: string, body?: object): Promise<T> {
  return callApi<T>(api, method, `/backtests${path}`, body);
}
