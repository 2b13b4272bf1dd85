import { type Finding, statementKey } from '../domain/finding.ts';
import type { Timestamp } from '../domain/time.ts';
import type { FindingRow, Repositories, StateToSave } from '../ports/database.ts';
import type { CompiledModel } from '../rules/model.ts';
import type { CompiledRule } from '../rules/rule.ts';
import { type AssetState, initState, parseState } from '../rules/state.ts';
import { Refold, type Refolded, type RefoldOptions } from './refold.ts';
import type { FaultSink } from './ruleFaults.ts';
import type { Tracked } from './tracked.ts';

type Reads = Pick<Repositories, 'states' | 'events' | 'findings'>;

/** A refold about to start, with the findings that it makes again or takes back. */
export interface Rewound {
  readonly refold: Refold;
  readonly earlier: readonly FindingRow[];
}

/** Goes back to the snapshot before `earliest`. */
export async function rewind(
  { states, events, findings }: Reads,
  { asset: { id }, compiled }: Pick<Tracked, 'asset' | 'compiled'>,
  earliest: Timestamp,
  faults: FaultSink,
  hold?: RefoldOptions['hold'],
): Promise<Rewound> {
  const snapshot = await states.snapshotBefore(id, earliest);
  const state = (snapshot && parseState(snapshot.state, compiled).state) ?? initState(compiled);
  const from = state.time;
  const refold = new Refold({ assetId: id, model: compiled, state, events: await events.of(id), faults, hold });
  return { refold, earlier: await findings.recordedAfter(id, from) };
}

/** Findings recorded before that the same history, folded anew, did not make again. */
export function takenBack(
  { compiled }: Pick<Tracked, 'compiled'>,
  earlier: readonly FindingRow[],
  made: readonly Finding[],
): FindingRow[] {
  const keys = new Set(made.map(({ key }) => key));
  return earlier.filter((row) => !keys.has(statementKey(row)) && livesByHistory(compiled, row.ruleId));
}

/** What rules that live by the wall clock alone remember, history can't bring back, so it is kept. */
export function keepClockRules(model: CompiledModel, from: AssetState, to: AssetState): void {
  model.rules.forEach((rule, at) => {
    if (livesByClock(rule)) to.rules[at] = from.rules[at];
  });
}

/** Saves what folding came to; in the transaction of what it was folded from. */
export async function saveFolded(
  { states }: Pick<Repositories, 'states'>,
  saved: readonly StateToSave[],
  results: readonly Pick<Refolded, 'snapshots' | 'usage'>[],
): Promise<void> {
  await states.save(saved);
  await states.saveSnapshots(results.flatMap(({ snapshots }) => snapshots));
  await states.saveUsage(results.flatMap(({ usage }) => usage));
}

function livesByClock({ inputs, tick }: CompiledRule): boolean {
  return inputs.length === 0 && tick !== undefined;
}

/** Whether what the rule found can be made again from samples and events. */
export function livesByHistory(model: CompiledModel, ruleId: string): boolean {
  const rule = model.rules.find(({ definition }) => definition.id === ruleId);
  return rule !== undefined && !livesByClock(rule);
}
