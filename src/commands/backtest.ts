import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BacktestDocument } from '../api/resources/backtestReport.ts';
import type { Configuration } from '../config/check.ts';
import { parseFailuresCsv } from '../config/failuresCsv.ts';
import { INSTANT_FORM, parseInstant } from '../config/instant.ts';
import { loadModels } from '../config/models.ts';
import { formatProblems } from '../config/problem.ts';
import { type BacktestRequest, type RecordedFailure, WITHIN } from '../domain/backtest.ts';
import type { AssetModel } from '../domain/model.ts';
import { DURATION_FORM, type Duration, parseDuration, type Timestamp } from '../domain/time.ts';
import { backtestHere } from './backtestHere.ts';
import { backtestPage } from './backtestPage.ts';
import { backtestTable } from './backtestTable.ts';
import { backtestThere } from './backtestThere.ts';
import { CommandError, ConfigurationError } from './commandError.ts';
import { loadConfiguration } from './load.ts';
import { fettleOf } from './runningApi.ts';
import { stopSignals } from './stopSignals.ts';

export interface BacktestOptions {
  readonly config?: string;
  readonly models: string;
  readonly from?: string;
  readonly to?: string;
  readonly asset?: readonly string[];
  readonly failures?: string;
  readonly within?: string;
  readonly json?: boolean;
  readonly html?: string;
}

/** What is to be tried, with the models as they were read here. */
export interface AskedBacktest {
  readonly request: BacktestRequest;
  readonly candidates: readonly AssetModel[];
}

/** `fettle backtest`: which tickets the models of a folder would have opened on stored history. */
export async function backtestCommand(options: BacktestOptions): Promise<void> {
  const configuration = loadConfiguration({ file: options.config, env: process.env, cwd: process.cwd() });
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  const report = await backtestReport(configuration, options, stop.signal);
  if (options.html !== undefined) writeFileSync(options.html, backtestPage(report));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : backtestTable(report));
}

/** Through the API of the Fettle that runs on this configuration; where none does, on its data itself. */
export async function backtestReport(
  configuration: Configuration,
  options: BacktestOptions,
  signal: AbortSignal,
): Promise<BacktestDocument> {
  const asked = askedBy(options, Date.now());
  const fettle = await fettleOf(configuration.config, signal, 'a backtest');
  const onProgress = showShare();
  return fettle
    ? backtestThere(asked, fettle, { signal, onProgress })
    : backtestHere(asked, configuration, { signal, onProgress });
}

function askedBy(options: BacktestOptions, now: Timestamp): AskedBacktest {
  const { asset, failures, from, to, within } = options;
  const folder = resolve(options.models);
  const loaded = loadModels(folder);
  if ('problems' in loaded) throw new ConfigurationError(formatProblems(loaded.problems));
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  const request: BacktestRequest = {
    models: files.map((fileName) => ({ fileName, yaml: readFileSync(join(folder, fileName), 'utf8') })),
    to: instantOf('--to', to) ?? now,
    within: durationOf('--within', within) ?? WITHIN,
    ...(from !== undefined && { from: instantOf('--from', from)! }),
    ...(asset && { assetIds: asset }),
    ...(failures !== undefined && { failures: failuresOf(failures) }),
  };
  if (request.from !== undefined && request.from >= request.to) {
    throw new CommandError('--from has to be before --to');
  }
  return { request, candidates: loaded.models };
}

function failuresOf(file: string): readonly RecordedFailure[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`--failures: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = parseFailuresCsv(text, file);
  if ('problems' in parsed) throw new CommandError(formatProblems(parsed.problems));
  return parsed.failures;
}

function instantOf(option: string, text: string | undefined): Timestamp | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) throw new CommandError(`${option} takes ${INSTANT_FORM}, not '${text}'`);
  return instant;
}

function durationOf(option: string, text: string | undefined): Duration | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration === undefined) throw new CommandError(`${option} takes ${DURATION_FORM}, not '${text}'`);
  return duration;
}

/** On a terminal, on standard error. */
function showShare(): (share: number) => void {
  let shown = -1;
  return (share) => {
    const percent = Math.floor(100 * share);
    if (percent === shown || !process.stderr.isTTY) return;
    shown = percent;
    process.stderr.write(`\rbacktest: ${percent} %${percent === 100 ? '\n' : ''}`);
  };
}
