import { join } from 'node:path';
import type { AssetModel } from '../domain/model.ts';
import { parseModel } from './parseModel.ts';

/**
 * Reads asset models that came in a request, in which `/models/2/yaml` is the text of the third. Libraries that their rules
 * learn from are looked for in the folder of models, and nowhere else.
 */
export function parseCandidates(
  texts: readonly { readonly fileName: string; readonly yaml: string }[],
  folder: string,
): { models: readonly AssetModel[] } | { problems: readonly { path: string; message: string }[] } {
  const models = new Map<string, AssetModel>();
  const problems = texts.flatMap(({ fileName, yaml }, at) => {
    const path = `/models/${at}/yaml`;
    const parsed = parseModel(yaml, join(folder, 'candidate.yaml'), { confined: true });
    if ('problems' in parsed) {
      return parsed.problems.map(({ line, path: place, message }) => {
        const words = [line === undefined ? fileName : `${fileName}:${line}`, place, message].filter(
          (word) => word !== '',
        );
        return { path, message: words.join(': ') };
      });
    }
    const { id } = parsed.model;
    const taken = models.has(id);
    models.set(id, parsed.model);
    return taken ? [{ path, message: `${fileName}: another of the models has the id '${id}' already` }] : [];
  });
  return problems.length > 0 ? { problems } : { models: [...models.values()] };
}
