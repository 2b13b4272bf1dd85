import { createHash } from 'node:crypto';
import type { Histories } from '../domain/histories.ts';
import type { AssetModel } from '../domain/model.ts';

/** The model under another id, its learning rules given these histories instead of those of the files they name. */
export function withLibrary(model: AssetModel, histories: Histories, id: string): AssetModel {
  const versionOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
  const rules = model.rules.map((rule) =>
    rule.histories ? { ...rule, histories, version: versionOf(`${rule.version}|${histories.hash}`) } : rule,
  );
  return { ...model, id, rules, version: versionOf(`${model.version}|${id}|${histories.hash}`) };
}
