import { isAbsolute, relative } from 'node:path';
import type { AssetModel } from '../domain/model.ts';
import type { DeskPreset } from '../presets/schema.ts';
import type { AssetList } from './assetBuilder.ts';
import { loadAssets } from './assets.ts';
import { type ConfigOptions, examineConfig } from './config.ts';
import { examineModels, type ModelFile } from './models.ts';
import type { ModelOptions } from './parseModel.ts';
import { formatProblems, type Problem } from './problem.ts';
import type { Config } from './schema.ts';
import { sourceFlaws } from './sourceChecks.ts';

export interface CheckOptions extends ConfigOptions, ModelOptions {}

/** Everything that Fettle starts from. */
export interface Configuration extends AssetList {
  readonly config: Config;
  readonly models: readonly AssetModel[];
  /** The files of the models. */
  readonly modelFiles: readonly ModelFile[];
  /** How to speak to the desk, where that is one with a REST API. */
  readonly preset?: DeskPreset;
}

/** What a check came to: everything, or every mistake. */
export type CheckResult = { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

/**
 * Reads the configuration, the models and the assets, and reports every mistake in all of them at once. What refers to
 * models is left aside while a model is wrong: it would be blamed for that.
 */
export function checkConfiguration(options: CheckOptions): CheckResult {
  const { config, models: folder, assets: file, preset, raw, locate, problems } = examineConfig(options);
  const examined = folder === undefined ? { files: [], problems: [] } : examineModels(folder, options);
  const models =
    folder === undefined || examined.problems.length > 0 ? undefined : examined.files.map(({ model }) => model);
  const loaded = models && file !== undefined ? loadAssets(file, models) : { assets: [], bindings: [] };
  const all = [
    ...problems,
    ...sourceFlaws(raw, models).map(locate),
    ...examined.problems,
    ...('problems' in loaded ? loaded.problems : []),
  ];
  if (!config || !models || 'problems' in loaded || all.length > 0) return { problems: all };
  return { configuration: { config, models, modelFiles: examined.files, ...loaded, ...(preset && { preset }) } };
}

/** For people: a line a problem and how many there are, or what was found to be in order. Files are named from `cwd`. */
export function formatCheck(result: CheckResult, cwd: string): string {
  if ('problems' in result) {
    const named = result.problems.map((problem) => ({ ...problem, file: nameFrom(cwd, problem.file) }));
    return `${formatProblems(named)}\n${count(named.length, 'problem')}`;
  }
  const { config, models, assets, bindings } = result.configuration;
  const parts = [
    count(config.sources.length, 'source'),
    count(models.length, 'model'),
    count(assets.length, 'asset'),
    count(bindings.length, 'device binding'),
  ];
  return `The configuration is sound: ${parts.join(', ')}.`;
}

function nameFrom(cwd: string, file: string): string {
  const path = isAbsolute(file) ? relative(cwd, file) : file;
  return path.startsWith('..') ? file : path;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
