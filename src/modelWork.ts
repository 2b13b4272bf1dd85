import type { ModelCheck, ModelText, ModelWork } from './api/services.ts';
import type { Configuration } from './config/check.ts';
import { editorSchema } from './config/editorSchema.ts';
import { modelSchema } from './config/modelSchema.ts';
import { inOrder, type Problem } from './config/problem.ts';
import type { Config } from './config/schema.ts';
import { parseYaml } from './config/yamlFile.ts';
import type { AssetModel } from './domain/model.ts';
import { modelChanges } from './domain/modelChange.ts';
import type { ModelVersion } from './domain/modelVersion.ts';
import type { Actor } from './domain/request.ts';
import { ConflictError, NotFoundError, UnacceptableError } from './errors.ts';
import type { Log } from './log.ts';
import { hashOf, isFileChanged, type ModelsInForce, readModel } from './modelsInForce.ts';
import type { Clock } from './ports/clock.ts';
import { type Repositories, StaleVersionError } from './ports/database.ts';
import { ruleKinds } from './rules/index.ts';

export interface ModelWorkParts {
  readonly database: Pick<Repositories, 'modelVersions' | 'assets'>;
  readonly configuration: Pick<Configuration, 'config' | 'modelFiles'>;
  readonly inForce: ModelsInForce;
  /** Told when there is another version: every node is to start anew with it. */
  readonly changed: () => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Asset models as people change them at run time: looked at, checked, applied, taken back. */
export function createModelWork(parts: ModelWorkParts): ModelWork {
  const { database, configuration, inForce, changed, clock, log } = parts;
  const { modelVersions } = database;
  const fileOf = (modelId: string) => configuration.modelFiles.find(({ model }) => model.id === modelId);
  const modelOf = (modelId: string) => inForce.models.find(({ id }) => id === modelId);

  /** By what the next start would go: the newest version, else the file. */
  async function text(modelId: string): Promise<ModelText> {
    const file = fileOf(modelId);
    const [about] = await modelVersions.of(modelId);
    const newest = about && (await modelVersions.get(modelId, about.version));
    if (!newest && !file) throw missing(modelId);
    const followsFile = file !== undefined && (newest === undefined || newest.origin === 'file');
    const yaml = followsFile ? file.yaml : newest!.yaml;
    const version = newest?.version ?? 0;
    const isStarted = (inForce.versions.get(modelId) ?? 0) === version && modelOf(modelId) !== undefined;
    const gaveWay = isStarted ? inForce.gaveWay.get(modelId) : undefined;
    return {
      modelId,
      version,
      origin: newest?.origin ?? 'file',
      yaml,
      hash: hashOf(yaml),
      isInForce: isStarted && gaveWay === undefined,
      ...(gaveWay !== undefined && { gaveWay }),
      fileChanged: !followsFile && newest !== undefined && isFileChanged(newest, file),
      hasFile: file !== undefined,
      ...(newest && { by: newest.by, at: newest.at, note: newest.note }),
    };
  }

  async function check(modelId: string, yaml: string): Promise<ModelCheck> {
    const examined = examine(modelId, yaml, configuration.config);
    if ('problems' in examined) return examined;
    const before = modelOf(modelId);
    const isRefolded = before !== undefined && before.version !== examined.model.version;
    const assets = isRefolded ? (await database.assets.all()).filter((asset) => asset.modelId === modelId).length : 0;
    return { problems: [], changes: modelChanges(before, examined.model), refolded: assets };
  }

  async function append(version: Omit<ModelVersion, 'version' | 'at' | 'by' | 'fileHash'>, basedOn: number, by: Actor) {
    const file = fileOf(version.modelId);
    const added = await modelVersions.append(
      { ...version, by: by.name, at: clock.now(), ...(file && { fileHash: hashOf(file.yaml) }) },
      basedOn,
    );
    const { modelId, origin } = added;
    log.info({ by: by.name, model: modelId, version: added.version, origin, note: added.note }, 'asset model applied');
    changed();
    return added;
  }

  return {
    schema: JSON.parse(editorSchema(modelSchema(ruleKinds))),
    text,
    check,
    async versions(modelId) {
      const versions = await modelVersions.of(modelId);
      if (versions.length === 0 && !fileOf(modelId)) throw missing(modelId);
      return versions;
    },
    async version(modelId, version) {
      const found = await modelVersions.get(modelId, version);
      if (!found) throw new NotFoundError(`Asset model ${modelId} has no version ${version}.`);
      return found;
    },
    async apply({ modelId, yaml, note, basedOn }, by) {
      const examined = examine(modelId, yaml, configuration.config);
      if ('problems' in examined) throw unacceptable(examined.problems);
      return append({ modelId, origin: 'applied', yaml, ...(note !== undefined && { note }) }, basedOn, by);
    },
    async revert({ modelId, version, note, basedOn }, by) {
      const now = await newestOf(modelId);
      if (basedOn !== undefined && basedOn !== now)
        throw new StaleVersionError(`model ${modelId} is at version ${now} now, not at ${basedOn}`);
      const told = { modelId, ...(note !== undefined && { note }) };
      if (version === 0) return append({ ...told, origin: 'file', yaml: ofFile(modelId) }, now, by);
      const { origin, yaml } = await this.version(modelId, version);
      if (origin === 'file')
        throw new ConflictError(`version ${version} follows the file; to go by the file again, revert to version 0`);
      const examined = examine(modelId, yaml, configuration.config);
      if ('problems' in examined) throw unacceptable(examined.problems);
      return append({ ...told, origin: 'reverted', restores: version, yaml }, now, by);
    },
  };

  async function newestOf(modelId: string): Promise<number> {
    const [newest] = await modelVersions.of(modelId);
    return newest?.version ?? 0;
  }

  function ofFile(modelId: string): string {
    const file = fileOf(modelId);
    if (!file) throw new ConflictError(`asset model ${modelId} has no file to go by`);
    return file.yaml;
  }
}

/** A model that is to be in force as `modelId`. */
function examine(
  modelId: string,
  yaml: string,
  { models: folder, assess }: Pick<Config, 'models' | 'assess'>,
): { readonly model: AssetModel } | { readonly problems: readonly Problem[] } {
  const read = readModel(yaml, folder, { withoutLibraries: assess.mode === 'sharded' });
  if ('problems' in read) return { problems: inOrder(read.problems) };
  const isName = !/[/\\]/.test(modelId);
  if (isName && read.model.id === modelId) return read;
  const said = isName ? `must be ${modelId}: an id never changes` : 'must have neither / nor \\ where it is applied';
  return { problems: [parseYaml(yaml, modelId).problemAt(['id'], said)] };
}

function unacceptable(problems: readonly Problem[]): UnacceptableError {
  const count = problems.length;
  return new UnacceptableError(
    `the model has ${count} problem${count === 1 ? '' : 's'}`,
    problems.map(({ line, column, path, message }) => ({
      path: '/yaml',
      message: path === '' ? message : `${path} ${message}`,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    })),
  );
}

function missing(modelId: string): NotFoundError {
  return new NotFoundError(`There is no asset model ${modelId}.`);
}
