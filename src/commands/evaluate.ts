import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataSetError } from '../../simulators/datasets/dataset.ts';
import type { Evaluation, Opened } from '../evaluation/evaluation.ts';
import { EVALUATIONS } from '../evaluation/index.ts';
import type { Measure } from '../evaluation/measure.ts';
import { evaluationReport } from '../evaluation/report.ts';
import type { Run } from '../evaluation/run.ts';
import { CommandError } from './commandError.ts';
import { replayDataSet } from './replayDataSet.ts';
import { showProgress } from './showProgress.ts';
import { stopSignals } from './stopSignals.ts';

export interface EvaluateOptions {
  readonly json?: boolean;
  readonly models?: string;
  readonly keep?: string;
}

export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly data: Opened['data'];
  readonly run: Run;
  readonly measure: Measure;
}

/** `fettle evaluate <dataset> [paths]`: how well Fettle does on a public data set, end to end. */
export async function evaluateCommand(id: string, paths: readonly string[], options: EvaluateOptions): Promise<void> {
  const evaluation = evaluationOf(id);
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  const evaluated = await evaluate(evaluation, paths, options, stop.signal);
  process.stdout.write(options.json ? `${JSON.stringify(jsonOf(evaluated))}\n` : evaluationReport(evaluated));
}

/** Reads, replays and measures. Mistakes in the files name file and line. */
export async function evaluate(
  evaluation: Evaluation,
  paths: readonly string[],
  { models, keep }: EvaluateOptions,
  signal: AbortSignal,
): Promise<Evaluated> {
  const { id, model, forecasts } = evaluation;
  const { data, measure } = open(evaluation, paths);
  const run = await replayDataSet(data, {
    model,
    name: id,
    forecasts,
    signal,
    onProgress: showProgress(id),
    ...(models && { models: resolve(models) }),
    ...(keep && { keep }),
  });
  return { evaluation, data, run, measure: measure(run) };
}

function evaluationOf(id: string): Evaluation {
  const found = EVALUATIONS.find((candidate) => candidate.id === id);
  if (found) return found;
  throw new CommandError(`no data set '${id}'; there are ${EVALUATIONS.map((known) => known.id).join(', ')}`);
}

function open(evaluation: Evaluation, paths: readonly string[]): Opened {
  try {
    return evaluation.open(paths.length > 0 ? paths : [defaultFolder(evaluation)]);
  } catch (error) {
    throw error instanceof DataSetError ? new CommandError(error.message) : error;
  }
}

function defaultFolder({ id, folder }: Evaluation): string {
  const sets = process.env.FETTLE_DATA_SETS;
  if (!sets) throw new CommandError(`name the files of ${id}, or the folder of data sets in FETTLE_DATA_SETS`);
  const path = join(sets, folder);
  if (existsSync(path)) return path;
  throw new CommandError(`FETTLE_DATA_SETS is ${sets}, which has no folder ${folder}`);
}

/** One object: what was measured at the top, beside it how. */
function jsonOf({ evaluation, data, run, measure }: Evaluated): object {
  const { id: set, model, protocol } = evaluation;
  return { set, ...measure.figures, goals: measure.goals, model, files: data.files, protocol, refused: run.refused };
}
