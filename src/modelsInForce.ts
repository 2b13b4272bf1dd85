import { join } from 'node:path';
import type { Configuration } from './config/check.ts';
import type { ModelFile } from './config/models.ts';
import { parseModel } from './config/parseModel.ts';
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
  /** How many versions there were of all models when they were read. */
  readonly count: number;
}

/** Reads a model that did not come from its file: libraries have to lie in the folder of models. */
export function readModel(
  modelId: string,
  yaml: string,
  folder: string,
): { readonly model: AssetModel } | { readonly problems: readonly Problem[] } {
  return parseModel(yaml, join(folder, `${modelId}.yaml`), { confined: true });
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
 * way to the file.
 *
 * @throws SetupError where such a model has no file
 */
export async function loadModelsInForce(
  repository: Pick<ModelVersionRepository, 'newest'>,
  { config, models: ofFiles, modelFiles }: Pick<Configuration, 'config' | 'models' | 'modelFiles'>,
  log: Log,
): Promise<ModelsInForce> {
  const newest = await repository.newest();
  const models = new Map(ofFiles.map((model) => [model.id, model]));
  const versions = new Map<string, number>();
  for (const version of newest) {
    const { modelId } = version;
    const file = modelFiles.find(({ model }) => model.id === modelId);
    versions.set(modelId, version.version);
    if (version.origin === 'file') continue;
    const read = readModel(modelId, version.yaml, config.models);
    if ('problems' in read) giveWay(version, read.problems, models.has(modelId), log);
    else {
      models.set(modelId, read.model);
      tell(version, file, log);
    }
  }
  return { models: [...models.values()], versions, count: newest.reduce((sum, { version }) => sum + version, 0) };
}

function giveWay({ modelId, version }: ModelVersion, problems: readonly Problem[], hasFile: boolean, log: Log): void {
  const said = `version ${version} of asset model ${modelId}, as it was applied, is not valid any more`;
  const why = formatProblems(problems);
  if (!hasFile)
    throw new SetupError(`${said}, and there is no file to go by: put one into the folder of models.\n${why}`);
  log.error({ model: modelId, version, problems: why }, `${said}: the file is in force until it is put right`);
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
