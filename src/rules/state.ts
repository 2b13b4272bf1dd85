import type { Timestamp } from '../domain/time.ts';
import type { CompiledModel } from './model.ts';

/**
 * Everything the fold remembers of one asset. One flat object, changed in place; by metric and by rule it is indexed
 * as the compiled model is. Times are -Infinity where nothing happened yet.
 */
export interface AssetState {
  /** The newest item folded: sample or event. */
  time: Timestamp;
  receivedAt: Timestamp;
  /** By metric: the newest sample folded. */
  readonly times: Timestamp[];
  readonly values: number[];
  /** Samples folded, of whatever metric. */
  samples: number;
  /** By rule with several inputs: the instant not yet evaluated. */
  readonly instants: Timestamp[];
  /** By rule: the last moment that came without a sample (see CompiledRule.due); up to it nothing may be added. */
  readonly passed: Timestamp[];
  /** By rule. */
  readonly rules: unknown[];
  /** Place of the last event folded. */
  eventTime: Timestamp;
  eventId: string;
  maintenance: { from: Timestamp; until: Timestamp } | null;
  /** By `component|failure mode`: evidence that ends here or earlier never raises again. */
  closed: Record<string, Timestamp>;
  /** By rule id: findings before this open no ticket. */
  activeFrom: Record<string, Timestamp>;
}

export function initState(model: CompiledModel): AssetState {
  const never = Number.NEGATIVE_INFINITY;
  const { metrics } = model.model;
  return {
    time: never,
    receivedAt: never,
    times: metrics.map(() => never),
    values: metrics.map(() => Number.NaN),
    samples: 0,
    instants: model.rules.map(() => never),
    passed: model.rules.map(() => never),
    rules: model.rules.map((rule) => rule.init()),
    eventTime: never,
    eventId: '',
    maintenance: null,
    closed: {},
    activeFrom: {},
  };
}

/** Counts up when what a rule remembers changes its shape: older states are then folded anew. */
const FORMAT = 8;

/** The stored form: by metric and rule id, so that it can be told what changed when the model did. */
interface SerializedState {
  format: typeof FORMAT;
  model: string;
  time: number | null;
  receivedAt: number | null;
  /** A value is null where the newest sample was bad. */
  metrics: Record<string, [time: number, value: number | null]>;
  samples: number;
  rules: Record<string, { version: string; instant: number | null; passed: number | null; state: unknown }>;
  event: [time: number, id: string] | null;
  maintenance: { from: number; until: number | null } | null;
  closed: Record<string, number>;
  activeFrom: Record<string, number>;
}

export function serializeState(state: AssetState, model: CompiledModel): string {
  const metrics: SerializedState['metrics'] = {};
  model.model.metrics.forEach((metric, at) => {
    const time = state.times[at]!;
    if (time !== Number.NEGATIVE_INFINITY) metrics[metric.id] = [time, finite(state.values[at]!)];
  });
  const rules: SerializedState['rules'] = {};
  model.rules.forEach((rule, at) => {
    const { id, version } = rule.definition;
    const [instant, passed] = [finite(state.instants[at]!), finite(state.passed[at]!)];
    rules[id] = { version, instant, passed, state: state.rules[at] };
  });
  const stored: SerializedState = {
    format: FORMAT,
    model: model.model.version,
    time: finite(state.time),
    receivedAt: finite(state.receivedAt),
    metrics,
    samples: state.samples,
    rules,
    event: state.eventId === '' ? null : [state.eventTime, state.eventId],
    maintenance: state.maintenance && { from: state.maintenance.from, until: finite(state.maintenance.until) },
    closed: state.closed,
    activeFrom: state.activeFrom,
  };
  return JSON.stringify(stored);
}

/** A stored state that was made by other rules or metrics. */
export interface ChangedState {
  readonly state: undefined;
  readonly changedRules: string[];
  readonly newRules: string[];
  readonly time: Timestamp;
}

/**
 * Reads a stored state. `state` is undefined when it was made by other rules or metrics than `model` has: then it must
 * be folded anew, and `changedRules` are the ids of rules that are new or different, `newRules` of those that are new.
 */
export function parseState(text: string, model: CompiledModel): { state: AssetState } | ChangedState {
  const stored = JSON.parse(text) as SerializedState;
  const changedRules = changedSince(stored, model);
  if (stored.format !== FORMAT || stored.model !== model.model.version) {
    const newRules = changedRules.filter((id) => stored.rules[id] === undefined);
    return { state: undefined, changedRules, newRules, time: orNever(stored.time) };
  }
  return { state: revive(stored, model) };
}

/** Rules that are new or different, and those that read them. */
function changedSince(stored: SerializedState, model: CompiledModel): string[] {
  const changed = new Set<string>();
  for (const at of model.order) {
    const { definition, reads = [] } = model.rules[at]!;
    const { id, version } = definition;
    if (stored.rules[id]?.version !== version || reads.some((read) => changed.has(read))) changed.add(id);
  }
  return model.rules.map(({ definition }) => definition.id).filter((id) => changed.has(id));
}

function revive(stored: SerializedState, model: CompiledModel): AssetState {
  const state = initState(model);
  state.time = orNever(stored.time);
  state.receivedAt = orNever(stored.receivedAt);
  state.samples = stored.samples;
  model.model.metrics.forEach((metric, at) => {
    const latest = stored.metrics[metric.id];
    if (!latest) return;
    state.times[at] = latest[0];
    state.values[at] = latest[1] ?? Number.NaN;
  });
  model.rules.forEach((rule, at) => {
    const kept = stored.rules[rule.definition.id]!;
    state.instants[at] = orNever(kept.instant);
    state.passed[at] = orNever(kept.passed);
    state.rules[at] = kept.state;
  });
  if (stored.event) [state.eventTime, state.eventId] = stored.event;
  state.maintenance = stored.maintenance && {
    from: stored.maintenance.from,
    until: stored.maintenance.until ?? Number.POSITIVE_INFINITY,
  };
  state.closed = stored.closed;
  state.activeFrom = stored.activeFrom;
  return state;
}

function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}

function orNever(time: number | null): Timestamp {
  return time ?? Number.NEGATIVE_INFINITY;
}
