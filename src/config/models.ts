import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AssetModel } from '../domain/model.ts';
import { type ModelOptions, parseModel } from './parseModel.ts';
import type { Problem } from './problem.ts';

/** An asset model as its file has it. */
export interface ModelFile {
  readonly file: string;
  readonly yaml: string;
  readonly model: AssetModel;
}

/** Reads every `*.yaml` of a folder as an asset model. Every mistake is reported at once. */
export function loadModels(
  folder: string,
  options: ModelOptions = {},
): { models: readonly AssetModel[] } | { problems: readonly Problem[] } {
  const { files, problems } = examineModels(folder, options);
  return problems.length > 0 ? { problems } : { models: files.map(({ model }) => model) };
}

/** As {@link loadModels}, and gives the sound models when others are not. */
export function examineModels(folder: string, options: ModelOptions = {}): { files: ModelFile[]; problems: Problem[] } {
  const files = modelFiles(folder);
  if (!files) return { files: [], problems: [{ file: folder, path: '', message: 'there is no such folder' }] };
  const models = new Map<string, ModelFile>();
  const problems: Problem[] = [];
  for (const file of files) {
    const yaml = readFileSync(file, 'utf8');
    const parsed = parseModel(yaml, file, options);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else if (models.has(parsed.model.id)) problems.push(sameId(file, parsed.model.id));
    else models.set(parsed.model.id, { file, yaml, model: parsed.model });
  }
  if (files.length === 0) problems.push({ file: folder, path: '', message: 'holds no asset model (*.yaml)' });
  return { files: [...models.values()], problems };
}

function modelFiles(folder: string): string[] | undefined {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function sameId(file: string, id: string): Problem {
  return { file, path: 'id', message: `another file has a model '${id}' already; each must have its own id` };
}
