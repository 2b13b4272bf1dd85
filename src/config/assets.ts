import { readFileSync } from 'node:fs';
import type { AssetModel } from '../domain/model.ts';
import { type AssetEntry, type AssetList, buildAssets } from './assetBuilder.ts';
import { parseAssetsCsv } from './assetsCsv.ts';
import { isMap } from './inspect.ts';
import { suggestion } from './nearest.ts';
import type { Problem } from './problem.ts';
import { parseYaml, type YamlFile } from './yamlFile.ts';

export { parseAssetsCsv };

/** Reads a file of assets: CSV when its name ends in `.csv`, else YAML. Every mistake is reported at once. */
export function loadAssets(file: string, models: readonly AssetModel[]): AssetList | { problems: readonly Problem[] } {
  const text = readFileSync(file, 'utf8');
  return /\.csv$/i.test(file) ? parseAssetsCsv(text, file, models) : parseAssetsYaml(text, file, models);
}

/** Reads assets and their devices from YAML text; `file` is only named in problems. */
export function parseAssetsYaml(
  text: string,
  file: string,
  models: readonly AssetModel[],
): AssetList | { problems: readonly Problem[] } {
  const document = parseYaml(text, file);
  const problems = [...document.problems, ...shellProblems(document)];
  const { assets, bindings, flaws } = buildAssets(entriesOf(document.value), models, 'file');
  problems.push(...flaws.map((flaw) => document.problemAt(flaw.path, flaw.message, flaw.on)));
  return problems.length > 0 ? { problems } : { assets, bindings };
}

function entriesOf(value: unknown): AssetEntry[] {
  const list = isMap(value) && Array.isArray(value.assets) ? value.assets : [];
  return list.map((raw: unknown, index) => ({ raw, path: ['assets', index] }));
}

function shellProblems(document: YamlFile): Problem[] {
  const { value } = document;
  if (value === undefined || value === null) return [];
  if (!isMap(value)) return [document.problemAt([], 'must be a map with the list assets')];
  const unknown = Object.keys(value).filter((key) => key !== 'assets');
  const problems = unknown.map((key) =>
    document.problemAt([key], `unknown option '${key}'${suggestion(key, ['assets'])}`, 'key'),
  );
  if (value.assets !== undefined && value.assets !== null && !Array.isArray(value.assets)) {
    problems.push(document.problemAt(['assets'], 'must be a list of assets'));
  }
  return problems;
}
