import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DataSetError } from '../../simulators/datasets/dataset.ts';
import { disturb as disturbItems } from '../../simulators/datasets/disturb.ts';
import type { Evaluation, NamedFiles, Opened } from '../evaluation/evaluation.ts';
import { EVALUATIONS } from '../evaluation/index.ts';
import type { Measure } from '../evaluation/measure.ts';
import { type Disturbed, evaluationReport } from '../evaluation/report.ts';
import type { Run } from '../evaluation/run.ts';
import { differences } from '../evaluation/sameTickets.ts';
import { CommandError } from './commandError.ts';
import { evaluateAll } from './evaluateAll.ts';
import { replayDataSet } from './replayDataSet.ts';
import { showProgress } from './showProgress.ts';
import { stopSignals } from './stopSignals.ts';

export interface EvaluateOptions extends NamedFiles {
  readonly json?: boolean;
  readonly models?: string;
  readonly keep?: string;
  /** Seed of a second run over a bad line, whose tickets must be the same. */
  readonly disturb?: string;
  /** Page whose table is replaced, with all sets. */
  readonly markdown?: string;
}

/** In place of a set: every one that is at hand. */
export const ALL = 'all';

interface Evaluated {
  readonly evaluation: Evaluation;
  readonly data: Opened['data'];
  readonly run: Run;
  readonly measure: Measure;
  readonly disturbed?: Disturbed;
}

/** `fettle evaluate <dataset> [paths]`: how well Fettle does on a public data set, end to end. */
export async function evaluateCommand(id: string, paths: readonly string[], options: EvaluateOptions): Promise<void> {
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  if (id === ALL) {
    if (paths.length > 0) throw new CommandError('all sets are taken from FETTLE_DATA_SETS: name no file');
    const one = async (set: Evaluation) => ({ measure: (await evaluate(set, [], options, stop.signal)).measure });
    process.stdout.write(await evaluateAll(one, options));
    return;
  }
  const evaluation = evaluationOf(id);
  const evaluated = await evaluate(evaluation, paths, options, stop.signal);
  process.stdout.write(options.json ? `${JSON.stringify(jsonOf(evaluated))}\n` : evaluationReport(evaluated));
}

/** Reads, replays and measures. Mistakes in the files name file and line. */
async function evaluate(
  evaluation: Evaluation,
  paths: readonly string[],
  { models, keep, disturb, ...files }: EvaluateOptions,
  signal: AbortSignal,
): Promise<Evaluated> {
  const { id, model } = evaluation;
  const seed = disturb === undefined ? undefined : seedFrom(disturb);
  const opened = open(evaluation, paths, files);
  const { data, adapt, looks = evaluation.looks } = opened;
  const options = {
    model,
    name: id,
    looks,
    signal,
    ...(models && { models: resolve(models) }),
    ...(adapt && { adapt }),
  };
  const run = await replayDataSet(data, { ...options, onProgress: showProgress(id), ...(keep && { keep }) });
  const evaluated = { evaluation, data, run, measure: opened.measure(run) };
  if (seed === undefined) return evaluated;
  const bad = { ...data, items: disturbItems(data.items, seed) };
  const other = await replayDataSet(bad, {
    ...options,
    onProgress: showProgress(`${id}, disturbed`),
    looks: 'never',
  });
  return { ...evaluated, disturbed: { seed, differences: differences(run, other) } };
}

function seedFrom(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0) return seed;
  throw new CommandError(`--disturb takes a whole number as seed, not '${text}'`);
}

function evaluationOf(id: string): Evaluation {
  const found = EVALUATIONS.find((candidate) => candidate.id === id);
  if (found) return found;
  throw new CommandError(`no data set '${id}'; there are ${EVALUATIONS.map((known) => known.id).join(', ')}, ${ALL}`);
}

function open(evaluation: Evaluation, paths: readonly string[], { train, test, rul }: NamedFiles): Opened {
  try {
    if (train === undefined && test === undefined && rul === undefined) {
      return evaluation.open(paths.length > 0 ? paths : defaultPaths(evaluation));
    }
    if (!evaluation.openFiles)
      throw new CommandError(`${evaluation.id} has no --train, --test and --rul; name its files`);
    if (paths.length > 0) throw new CommandError('name the files with --train, --test and --rul alone');
    return evaluation.openFiles({ train, test, rul });
  } catch (error) {
    throw error instanceof DataSetError ? new CommandError(error.message) : error;
  }
}

function defaultPaths({ id, folder }: Evaluation): string[] {
  if (folder === undefined) return [];
  const sets = process.env.FETTLE_DATA_SETS;
  if (!sets) throw new CommandError(`name the files of ${id}, or the folder of data sets in FETTLE_DATA_SETS`);
  const path = join(sets, folder);
  if (existsSync(path)) return [path];
  throw new CommandError(`FETTLE_DATA_SETS is ${sets}, which has no folder ${folder}`);
}

/** One object: what was measured at the top, beside it how. */
function jsonOf({ evaluation, data, run, measure, disturbed }: Evaluated): object {
  const { id: set, model, protocol } = evaluation;
  return {
    set,
    ...measure.figures,
    goals: measure.goals,
    model,
    files: data.files,
    protocol,
    refused: run.refused,
    ...(disturbed && { disturbed }),
  };
}
