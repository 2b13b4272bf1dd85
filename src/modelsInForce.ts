import { join } from 'node:path';
import type { Configuration } from './config/check.ts';
import type { ModelFile } from './config/models.ts';
import { type ModelOptions, parseModel } from './config/parseModel.ts';
import { formatProblems, type Problem } from './config/problem.ts';
import { versionOf } from './config/version.ts';
import type { AssetModel } from './domain/model.ts';
import type { ModelVersion } from './domain/modelVersion.ts';
import { SetupError } from './errors.ts';
import type { Log } from './log.ts';
import type { ModelVersionRepository } from './ports/modelVersions.ts';

/** What a Fettle starts with: the files, and what was made of them at run time. */
export interface ModelsInForce {
  /** By the order of the files, then those without one. */
  readonly models: readonly AssetModel[];
  /** By model: the version that this process works by; 0 where nobody changed the file's. */
  readonly versions: ReadonlyMap<string, number>;
  /** By model: why its newest version, that of `versions`, is not what is in force. */
  readonly gaveWay: ReadonlyMap<string, string>;
  /** How many versions there were of all models when they were read. */
  readonly count: number;
}

/** Reads a model that did not come from its file: libraries have to lie in the folder of models. */
export function readModel(
  yaml: string,
  folder: string,
  options: Pick<ModelOptions, 'withoutLibraries'> = {},
): { readonly model: AssetModel } | { readonly problems: readonly Problem[] } {
  return parseModel(yaml, join(folder, 'applied.yaml'), { ...options, confined: true });
}

/** Names the text of a file, to tell later whether it has changed. */
export function hashOf(yaml: string): string {
  return versionOf(yaml);
}

/** Whether the file says something else than when this version was made. */
export function isFileChanged({ fileHash }: Pick<ModelVersion, 'fileHash'>, file: ModelFile | undefined): boolean {
  return (file && hashOf(file.yaml)) !== fileHash;
}

/**
 * The newest version of each model that has any, else its file. One that this version of Fettle can not read any more gives
 * way to the file or, where there is none, to the newest version before it that can be read.
 *
 * @throws SetupError where such a model has neither
 */
export async function loadModelsInForce(
  repository: Pick<ModelVersionRepository, 'newest' | 'of' | 'get'>,
  { config, models: ofFiles, modelFiles }: Pick<Configuration, 'config' | 'models' | 'modelFiles'>,
  log: Log,
): Promise<ModelsInForce> {
  const newest = await repository.newest();
  const models = new Map(ofFiles.map((model) => [model.id, model]));
  const versions = new Map<string, number>();
  const gaveWay = new Map<string, string>();
  for (const version of newest) {
    const { modelId } = version;
    const file = modelFiles.find(({ model }) => model.id === modelId);
    versions.set(modelId, version.version);
    if (version.origin === 'file') continue;
    const read = readModel(version.yaml, config.models);
    if ('model' in read) {
      models.set(modelId, read.model);
      tell(version, file, log);
      continue;
    }
    const why = formatProblems(read.problems);
    gaveWay.set(modelId, why);
    const last = file ? undefined : await lastGood(repository, version, config.models);
    if (last) models.set(modelId, last.model);
    giveWay(version, why, file ? 'the file' : last && `version ${last.version}`, log);
  }
  return {
    models: [...models.values()],
    versions,
    gaveWay,
    count: newest.reduce((sum, { version }) => sum + version, 0),
  };
}

/** The newest version before this one that can be read. */
async function lastGood(
  repository: Pick<ModelVersionRepository, 'of' | 'get'>,
  { modelId, version }: ModelVersion,
  folder: string,
): Promise<{ readonly model: AssetModel; readonly version: number } | undefined> {
  for (const earlier of await repository.of(modelId)) {
    if (earlier.version >= version) continue;
    const found = await repository.get(modelId, earlier.version);
    const read = found && readModel(found.yaml, folder);
    if (read && 'model' in read) return { model: read.model, version: earlier.version };
  }
  return undefined;
}

function giveWay({ modelId, version }: ModelVersion, why: string, instead: string | undefined, log: Log): void {
  const said = `version ${version} of asset model ${modelId}, as it was applied, is not valid any more`;
  if (!instead)
    throw new SetupError(`${said}, and there is no file to go by: put one into the folder of models.\n${why}`);
  log.error({ model: modelId, version, problems: why }, `${said}: ${instead} is in force until it is put right`);
}

function tell(version: ModelVersion, file: ModelFile | undefined, log: Log): void {
  const about = { model: version.modelId, version: version.version, by: version.by };
  if (file && isFileChanged(version, file))
    log.warn(
      { ...about, file: file.file },
      'an applied version of this model is in force, not its file, which has changed since',
    );
  else log.info(about, 'an applied version of this model is in force');
}
