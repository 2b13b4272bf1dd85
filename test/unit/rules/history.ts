import Type from 'typebox';
import { Value } from 'typebox/value';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { WHOLE_ASSET } from '../../../src/domain/ids.ts';
import type { AssetModel, MetricDefinition, RuleDefinition } from '../../../src/domain/model.ts';
import type { Quality } from '../../../src/domain/sample.ts';
import type { Timestamp } from '../../../src/domain/time.ts';
import { Fold, type FoldOutput, type FoldResult } from '../../../src/rules/fold.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { type CompiledModel, compileModel } from '../../../src/rules/model.ts';
import type { DailyUsage, RuleView, TickTime } from '../../../src/rules/rule.ts';
import { initState, parseState, serializeState } from '../../../src/rules/state.ts';
import { noFault } from '../../support/faults.ts';

export const ASSET = 'asset-1';
/** A Monday. */
export const T0 = Date.UTC(2024, 0, 1);

/** A rule as a model has it once its defaults are filled in; fails the test when its kind refuses it. */
export function makeRule(
  kind: string,
  raw: Record<string, unknown>,
  rest: Partial<RuleDefinition> = {},
): RuleDefinition {
  const schema = ruleKinds.get(kind)!.params;
  const params = Value.Default(Type.Object(schema.properties), structuredClone(raw)) as Record<string, unknown>;
  if (!Value.Check(schema, params)) throw new Error(`bad parameters: ${JSON.stringify(Value.Errors(schema, params))}`);
  return {
    id: kind,
    kind,
    componentId: kind === 'silence' ? WHOLE_ASSET : 'part',
    failureModeId: `${kind}-mode`,
    mode: { default: 'live' },
    maxTicketsPerHour: 100,
    params,
    version: '1',
    ...rest,
  };
}

export function makeModel(metrics: readonly MetricDefinition[], rules: readonly RuleDefinition[]): AssetModel {
  const name = { en: 'model', zh: 'model' };
  return { id: 'model', name, metrics, components: [], indicators: [], failureModes: [], rules, version: '1' };
}

export interface HistorySample {
  readonly metric: number;
  readonly time: Timestamp;
  readonly value: number;
  readonly quality?: Quality;
}

export type Item = HistorySample | AssetEvent;

export function isEvent(item: Item): item is AssetEvent {
  return 'type' in item;
}

function timeOf(item: Item): Timestamp {
  return isEvent(item) ? item.at : item.time;
}

/** The order in which the fold takes items: time, event before sample, metric index. */
export function inOrder(items: readonly Item[]): Item[] {
  const rank = (item: Item) => (isEvent(item) ? -1 : item.metric);
  return [...items].sort((a, b) => timeOf(a) - timeOf(b) || rank(a) - rank(b) || (idOf(a) < idOf(b) ? -1 : 1));
}

function idOf(item: Item): string {
  return isEvent(item) ? item.id : '';
}

type Said = AssetEvent extends infer E
  ? E extends AssetEvent
    ? Omit<E, 'assetId' | 'recordedAt' | 'by'>
    : never
  : never;

export function makeEvent(event: Said): AssetEvent {
  return { assetId: ASSET, recordedAt: event.at, by: 'test', ...event };
}

/** An asset whose history a test folds piece by piece. */
export class Asset {
  readonly model: CompiledModel;
  readonly findings: Finding[] = [];
  readonly usage: DailyUsage[] = [];
  readonly #output: FoldOutput = {
    finding: (finding) => this.findings.push(finding),
    usage: (_, usage) => this.usage.push(usage),
    fault: noFault,
  };
  #fold: Fold;

  constructor(model: AssetModel) {
    this.model = compileModel(model);
    this.#fold = new Fold(ASSET, this.model, initState(this.model), this.#output);
  }

  get fold(): Fold {
    return this.#fold;
  }

  take(item: Item): FoldResult {
    if (isEvent(item)) return this.#fold.event(item);
    return this.#fold.sample(item.metric, item.time, item.value, item.quality ?? 0, item.time);
  }

  takeAll(items: readonly Item[]): this {
    for (const item of items) this.take(item);
    return this;
  }

  tick(now: Timestamp, silence: Partial<TickTime> = {}): this {
    const listened = (from: Timestamp, to: Timestamp) => to - from;
    this.#fold.tick({ now, lastHeard: this.#fold.state.receivedAt, silentFor: 0, listened, ...silence });
    return this;
  }

  /** What a crash or a restart does: the state goes through its stored form. */
  restore(): void {
    const { state } = parseState(this.saved, this.model);
    this.#fold = new Fold(ASSET, this.model, state!, this.#output);
  }

  get saved(): string {
    return serializeState(this.#fold.state, this.model);
  }

  view(at: Timestamp, rule = 0): RuleView {
    return this.model.rules[rule]!.view!(this.#fold.state.rules[rule], at);
  }

  /** What was found, in short: `raised warning`. */
  get said(): string[] {
    return this.findings.map(({ change, severity, dormant }) => [change, severity, dormant].filter(Boolean).join(' '));
  }
}

/** Samples of one metric `every` so often from `from` on. */
export function samples(values: readonly number[], every: number, from: Timestamp = T0, metric = 0): HistorySample[] {
  return values.map((value, at) => ({ metric, time: from + at * every, value }));
}
