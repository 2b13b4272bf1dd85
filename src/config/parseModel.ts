import { dirname, join, relative } from 'node:path';
import { Value } from 'typebox/value';
import type { Histories } from '../domain/histories.ts';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import { ruleKinds } from '../rules/index.ts';
import type { RuleKind } from '../rules/rule.ts';
import { complete } from './complete.ts';
import { readHistories } from './historiesFile.ts';
import { indicatorFlaws } from './indicators.ts';
import { type Flaw, inspect } from './inspect.ts';
import { draftModel, toRule } from './modelBuilder.ts';
import { componentFlaws, metricFlaws, type RuleEntry, ruleEntries, ruleFlaws } from './modelChecks.ts';
import { modelSchema, type RawRule, ruleSchema } from './modelSchema.ts';
import type { Problem } from './problem.ts';
import { planEntries, planFlaws } from './servicePlans.ts';
import { parseYaml } from './yamlFile.ts';

export interface ModelOptions {
  /** The rule kinds that models may use; those of src/rules when absent. */
  readonly ruleKinds?: ReadonlyMap<string, RuleKind>;
  /** Libraries have to lie in the folder of the model's file: for models that are not from there. */
  readonly confined?: boolean | undefined;
  /** No rule may name a library: for texts that reach nodes which need not have the file. */
  readonly withoutLibraries?: boolean | undefined;
}

/** Where libraries are looked for. */
interface Shelf extends Pick<ModelOptions, 'confined' | 'withoutLibraries'> {
  readonly folder: string;
}

/** Reads one asset model. `file` is named in problems; libraries that rules learn from are looked for beside it. */
export function parseModel(
  text: string,
  file: string,
  options: ModelOptions = {},
): { model: AssetModel } | { problems: readonly Problem[] } {
  const kinds = options.ruleKinds ?? ruleKinds;
  const document = parseYaml(text, file);
  if (document.value === undefined) return { problems: document.problems };
  const schema = modelSchema(kinds);
  const raw = complete(schema, document.value ?? {});
  const { model, flaws } = judge(raw, inspect(schema, raw), kinds, {
    folder: dirname(file),
    confined: options.confined,
    withoutLibraries: options.withoutLibraries,
  });
  const problems = [...document.problems, ...flaws.map((flaw) => document.problemAt(flaw.path, flaw.message, flaw.on))];
  return problems.length > 0 ? { problems } : { model };
}

/**
 * Builds the model of what is sound, so that rules can be checked against it although something else is wrong. A rule
 * is not checked by its kind while a metric or an indicator is wrong: it would be blamed for that.
 */
function judge(
  raw: unknown,
  structural: Flaw[],
  kinds: ReadonlyMap<string, RuleKind>,
  shelf: Shelf,
): { model: AssetModel; flaws: Flaw[] } {
  const entries = [...ruleEntries(raw), ...planEntries(raw, kinds)];
  const flaws = [...structural, ...metricFlaws(raw), ...componentFlaws(raw), ...ruleFlaws(entries), ...planFlaws(raw)];
  const schema = ruleSchema(kinds);
  const rules = entries
    .filter((entry) => Value.Check(schema, entry.raw))
    .map((entry) => {
      const raw = entry.raw as RawRule;
      const histories = kinds.get(raw.kind)?.learns ? library(raw, entry, shelf, flaws) : undefined;
      return { entry, definition: toRule(raw, entry.componentId, histories) };
    });
  const model = draftModel(
    raw,
    rules.map((rule) => rule.definition),
  );
  if (!flaws.some((flaw) => flaw.path[0] === 'metrics')) flaws.push(...indicatorFlaws(raw, model));
  if (!flaws.some((flaw) => flaw.path[0] === 'metrics' || flaw.path[0] === 'indicators')) {
    for (const { entry, definition } of rules) flaws.push(...checkByKind(kinds, model, definition, entry));
  }
  return { model, flaws };
}

/** The histories that a rule names; what is wrong with the file is added to `flaws`. */
function library(raw: RawRule, { path }: RuleEntry, shelf: Shelf, flaws: Flaw[]): Histories | undefined {
  const read = readLibrary(String(raw.library), shelf);
  if ('histories' in read) return read.histories;
  flaws.push({ path: [...path, 'library'], message: read.message, on: 'value' });
  return undefined;
}

function readLibrary(
  name: string,
  { folder, confined, withoutLibraries }: Shelf,
): { histories: Histories } | { message: string } {
  if (withoutLibraries)
    return {
      message:
        'cannot be put in force here with several nodes, which need not all have the file: ' +
        'change the file of the model on each of them',
    };
  const file = join(folder, name);
  const isOutside = confined === true && relative(folder, file).startsWith('..');
  return isOutside ? { message: 'must lie in the folder of asset models' } : readHistories(file);
}

function checkByKind(
  kinds: ReadonlyMap<string, RuleKind>,
  model: AssetModel,
  definition: RuleDefinition,
  entry: RuleEntry,
): Flaw[] {
  const problems = kinds.get(definition.kind)?.check(definition.params, model, definition) ?? [];
  return problems.map(({ path, message }) => {
    const within = path.split('.').filter((key) => key !== '');
    const keys = within.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return { path: [...entry.path, ...keys], message, on: 'value' };
  });
}
