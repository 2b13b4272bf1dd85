import { readFileSync, writeFileSync } from 'node:fs';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { EVALUATIONS } from '../evaluation/index.ts';
import { type Entry, markdownTable, replaceTable, textTable } from '../evaluation/table.ts';
import { CommandError } from './commandError.ts';

export interface EvaluateAllOptions {
  readonly json?: boolean;
  /** A page whose table is replaced. */
  readonly markdown?: string;
}

/**
 * Replays every data set that is at hand, one after the other, and gives the table. A set whose files or model are absent,
 * or can't be read, is said so in its line; the others go on.
 */
export async function evaluateAll(
  evaluate: (evaluation: Evaluation) => Promise<Omit<Extract<Entry, { measure: unknown }>, 'evaluation'>>,
  { json, markdown }: EvaluateAllOptions,
): Promise<string> {
  const entries: Entry[] = [];
  for (const evaluation of EVALUATIONS) {
    try {
      entries.push({ evaluation, ...(await evaluate(evaluation)) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      entries.push({ evaluation, missing: error.message });
    }
  }
  if (markdown !== undefined) {
    const table = markdownTable(entries, new Date().toISOString().slice(0, 10));
    writeFileSync(markdown, replaceTable(readFileSync(markdown, 'utf8'), table));
  }
  return json ? `${JSON.stringify(entries.map(jsonEntry))}\n` : textTable(entries);
}

function jsonEntry(entry: Entry): object {
  const set = entry.evaluation.id;
  if ('missing' in entry) return { set, missing: entry.missing };
  return { set, ...entry.measure.figures, goals: entry.measure.goals };
}
