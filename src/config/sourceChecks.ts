import { Value } from 'typebox/value';
import type { AssetModel } from '../domain/model.ts';
import { checkMapping, type SourceProblem } from '../pipeline/checkMapping.ts';
import { decode } from './complete.ts';
import { expressionFileOf } from './expressionFiles.ts';
import type { Flaw } from './inspect.ts';
import { SourceSchema } from './sourceSchema.ts';
import { listAt } from './values.ts';

/** What decoding says about a source, in the words of the file, of which it takes the sound entries. */
export function sourceFlaws(config: unknown, models: readonly AssetModel[] | undefined): Flaw[] {
  return listAt(config, ['sources']).flatMap((raw, index) => {
    if (!Value.Check(SourceSchema, raw)) return [];
    return checkMapping(decode(SourceSchema, raw), models ?? [])
      .filter((problem) => models !== undefined || !needsModels(problem))
      .flatMap((problem) => inTheFile(problem, raw))
      .map(({ path, message }) => ({ path: ['sources', index, ...path.map(asWritten)], message, on: 'value' }));
  });
}

/** What is wrong with an expression that stands in a file of its own; one that could not be read is told of already. */
function inTheFile(problem: SourceProblem, raw: unknown): SourceProblem[] {
  const expression = expressionFileOf(raw);
  if (!expression) return [problem];
  if (!expression.isRead) return problem.path[0] === 'codec' ? [] : [problem];
  if (problem.path[0] !== 'expression') return [problem];
  return [{ path: ['expressionFile'], message: `${expression.file}: ${problem.message}` }];
}

function needsModels({ path }: SourceProblem): boolean {
  return path[0] === 'metrics' || path[0] === 'autoRegister';
}

function asWritten(key: string): string {
  return key === 'modelId' ? 'model' : key;
}
