import type { AssetEvent, MaintenanceEvent, RulesChangedEvent, TicketClosedEvent } from '../domain/asset.ts';
import { type Finding, findingKey } from '../domain/finding.ts';
import type { Quality } from '../domain/sample.ts';
import { type Duration, MINUTE, type Timestamp } from '../domain/time.ts';
import type { CompiledModel, RuleGroup } from './model.ts';
import type { CompiledRule, DailyUsage, FoldContext, Statement, TickTime } from './rule.ts';
import type { AssetState } from './state.ts';

/** What the fold hands out beside the changed state. */
export interface FoldOutput {
  finding(finding: Finding): void;
  usage(rule: CompiledRule, usage: DailyUsage): void;
  /** A rule threw: a defect of its kind. The other rules and the asset go on. */
  fault(rule: CompiledRule, error: unknown): void;
}

/**
 * `folded`: now part of the state. `seen`: not after its metric's last folded time, nothing to do. `late`: behind what
 * a joint rule or an event has already passed; the state must be folded anew from before it.
 */
export type FoldResult = 'folded' | 'seen' | 'late';

/** Times have whole microseconds: this far behind one there is none between. */
const HALF_MICROSECOND = 0.0005;

/** So much later what was sampled at an instant is taken to be complete, where something becomes due by it. */
const SETTLED: Duration = MINUTE;

/**
 * The fold: an asset's history, item by item, into its state and findings. Deterministic, without I/O; owns `state`
 * and changes it in place. Items come in the order (time, event before sample, metric index); samples of metrics that
 * no rule reads together may overtake each other, since then the order makes no difference.
 */
export class Fold {
  readonly state: AssetState;
  readonly #model: CompiledModel;
  readonly #assetId: string;
  readonly #output: FoldOutput;
  readonly #context: { muted: boolean } & FoldContext;
  #rule: CompiledRule | undefined;

  constructor(assetId: string, model: CompiledModel, state: AssetState, output: FoldOutput) {
    this.#assetId = assetId;
    this.#model = model;
    this.state = state;
    this.#output = output;
    this.#context = {
      muted: false,
      state: (statement) => this.#report(statement),
      usage: (usage) => output.usage(this.#rule!, usage),
    };
  }

  /**
   * Tells of events ahead of their turn: what was closed or changed since judges the findings that come before it.
   * A fold of the past needs this once; in a live fold the events themselves suffice.
   */
  announce(events: readonly AssetEvent[]): void {
    for (const event of events) {
      if (event.type === 'ticket-closed') this.#close(event);
      else if (event.type === 'rules-changed') for (const id of event.ruleIds) this.#activeFrom(id, event.at);
    }
  }

  /** Folds a sample of the metric with this index in the model. */
  sample(metric: number, time: Timestamp, value: number, quality: Quality, receivedAt: Timestamp): FoldResult {
    const { state } = this;
    if (time <= state.times[metric]!) return 'seen';
    if (this.#isLate(metric, time)) return 'late';
    const { single, joint, timed } = this.#model;
    for (const group of timed[metric]!) this.#advance(group, time);
    state.times[metric] = time;
    state.values[metric] = quality === 2 ? Number.NaN : value;
    state.samples++;
    if (time > state.time) state.time = time;
    if (receivedAt > state.receivedAt) state.receivedAt = receivedAt;
    if (quality !== 2) for (const at of single[metric]!) this.#judge(at, time, value);
    for (const at of joint[metric]!) state.instants[at] = time;
    return 'folded';
  }

  /** Folds an event; one at or before the last event folded (by time and id) is seen already. */
  event(event: AssetEvent): FoldResult {
    const { state } = this;
    const { at, id } = event;
    if (at < state.eventTime || (at === state.eventTime && id <= state.eventId)) return 'seen';
    if (this.#hasSampleFrom(at)) return 'late';
    for (const group of this.#model.groups) this.#advance(group, at);
    state.eventTime = at;
    state.eventId = id;
    if (at > state.time) state.time = at;
    this.#apply(event);
    this.#each(at, (rule, own) => rule.event?.(own, event, this.#context));
    for (const group of this.#model.groups) for (const position of group) this.#react(position, at);
    return 'folded';
  }

  /** What happens without data: silence, life by the calendar, a window of event time that empties. */
  tick(tick: TickTime): void {
    const { state } = this;
    // The clock was put back: what is received from here on counts as newer.
    if (state.receivedAt > tick.now) state.receivedAt = tick.now;
    const time = this.#ownTime(tick.now);
    this.#letTimePass(time);
    this.#each(time, (rule, own) => {
      if (rule.pass?.(own, time, state, this.#context)) state.time = Math.max(state.time, time);
    });
    this.#each(tick.now, (rule, own) => rule.tick?.(own, tick, this.state, this.#context));
  }

  /** Evaluates what was sampled up to `time` without waiting for time to move on: nothing as early is to come any more. */
  complete(time: Timestamp): void {
    for (const group of this.#model.groups) this.#advance(group, time + HALF_MICROSECOND);
  }

  /** The asset's own time goes on from its newest sample, so that a backlog is not cut short by the clock. */
  #ownTime(now: Timestamp): Timestamp {
    const { time, times, receivedAt } = this.state;
    if (receivedAt === Number.NEGATIVE_INFINITY) return now;
    return Math.min(now, Math.max(time, Math.max(...times) + (now - receivedAt)));
  }

  #judge(position: number, time: Timestamp, value: number): void {
    const rule = this.#call(position, time);
    try {
      rule.sample!(this.state.rules[position], time, value, this.#context);
    } catch (error) {
      this.#output.fault(rule, error);
    }
  }

  #each(time: Timestamp, work: (rule: CompiledRule, own: unknown) => void): void {
    for (const position of this.#model.rules.keys()) this.#guard(position, time, work);
  }

  #guard(position: number, time: Timestamp, work: (rule: CompiledRule, own: unknown) => void): void {
    const rule = this.#call(position, time);
    try {
      work(rule, this.state.rules[position]);
    } catch (error) {
      this.#output.fault(rule, error);
    }
  }

  /** Sets the context for a call of the rule at this position. */
  #call(position: number, time: Timestamp): CompiledRule {
    const rule = this.#model.rules[position]!;
    this.#rule = rule;
    this.#context.muted = this.#inMaintenance(time);
    return rule;
  }

  #hasSampleFrom(time: Timestamp): boolean {
    const { times, passed } = this.state;
    return times.some((newest) => newest >= time) || passed.some((moment) => moment >= time);
  }

  #isLate(metric: number, time: Timestamp): boolean {
    const { state } = this;
    if (time < state.eventTime) return true;
    for (const at of this.#model.joint[metric]!) if (time < state.instants[at]!) return true;
    for (const group of this.#model.timed[metric]!) if (time <= state.passed[group[0]!]!) return true;
    return false;
  }

  /** Lets happen by itself what is due before `time`. */
  #letTimePass(time: Timestamp): void {
    const { state } = this;
    for (const group of this.#model.timely) {
      const instant = this.#instantOf(group);
      if (instant + SETTLED < time) {
        this.#advance(group, instant + HALF_MICROSECOND);
        for (const at of group) state.passed[at] = instant;
      }
      for (let due = this.#dueOf(group); due < time; due = this.#dueOf(group)) {
        this.#advance(group, due);
        this.#pass(group, due);
        if (due > state.time) state.time = due;
      }
    }
  }

  /** Brings a group of rules up to `time`: what happened before it, moment by moment. */
  #advance(group: RuleGroup, time: Timestamp): void {
    for (;;) {
      const moment = Math.min(this.#instantOf(group), this.#dueOf(group));
      if (moment >= time) return;
      this.#pass(group, moment);
    }
  }

  /** All that happens to a group at this moment: its open instant, then what is due. */
  #pass(group: RuleGroup, moment: Timestamp): void {
    const { state } = this;
    let elapsed = false;
    for (const at of group) {
      if (state.instants[at] === moment) {
        state.instants[at] = Number.NEGATIVE_INFINITY;
        this.#guard(at, moment, (rule, own) => rule.instant?.(own, moment, state, this.#context));
      }
      if (this.#due(at) === moment) {
        this.#elapse(at, moment);
        elapsed = true;
      }
      this.#react(at, moment);
    }
    if (elapsed) for (const at of group) state.passed[at] = Math.max(state.passed[at]!, moment);
  }

  #elapse(position: number, moment: Timestamp): void {
    this.#guard(position, moment, (rule, own) => rule.elapse!(own, moment, this.#context));
    // What is still due comes from a rule that failed over it: not again and again.
    if (this.#due(position) === moment) this.state.passed[position] = moment + HALF_MICROSECOND;
  }

  /** Shows a rule the levels of those it reads. */
  #react(position: number, time: Timestamp): void {
    const { rules, reads } = this.#model;
    if (!rules[position]!.react) return;
    const levels = reads[position]!.map((read) => rules[read]!.level!(this.state.rules[read]));
    this.#guard(position, time, (rule, own) => rule.react!(own, time, levels, this.#context));
  }

  /** The earliest open instant of a group; Infinity without one. */
  #instantOf(group: RuleGroup): Timestamp {
    const { instants } = this.state;
    let earliest = Number.POSITIVE_INFINITY;
    for (const at of group) {
      const instant = instants[at]!;
      if (instant !== Number.NEGATIVE_INFINITY && instant < earliest) earliest = instant;
    }
    return earliest;
  }

  #dueOf(group: RuleGroup): Timestamp {
    let earliest = Number.POSITIVE_INFINITY;
    for (const at of group) earliest = Math.min(earliest, this.#due(at));
    return earliest;
  }

  /** When something happens to the rule by itself, put off while maintenance lasts; Infinity when nothing will. */
  #due(position: number): Timestamp {
    const { state } = this;
    const due = this.#model.rules[position]!.due?.(state.rules[position]) ?? null;
    if (due === null) return Number.POSITIVE_INFINITY;
    // What was due before the newest event was put off by maintenance.
    const from = Math.max(due, state.eventTime);
    const moment = this.#inMaintenance(from) ? state.maintenance!.until : from;
    return moment < state.passed[position]! ? Number.POSITIVE_INFINITY : moment;
  }

  #inMaintenance(time: Timestamp): boolean {
    const { maintenance } = this.state;
    return maintenance !== null && time >= maintenance.from && time < maintenance.until;
  }

  #apply(event: AssetEvent): void {
    const { state } = this;
    if (event.type === 'maintenance') {
      state.maintenance = this.#maintenanceWith(event);
    } else if (event.type === 'ticket-closed') {
      this.#close(event);
    } else if (event.type === 'rules-changed') {
      this.#activate(event, event.at);
    }
  }

  /** Overlapping maintenance is one, up to the later end; only an open one is ended by the next. */
  #maintenanceWith({ at, until = Number.POSITIVE_INFINITY }: MaintenanceEvent) {
    const { maintenance } = this.state;
    const overlaps = this.#inMaintenance(at) && maintenance!.until !== Number.POSITIVE_INFINITY;
    return { from: at, until: overlaps ? Math.max(maintenance!.until, until) : until };
  }

  #close({ componentId, failureModeId, at }: TicketClosedEvent): void {
    const { closed } = this.state;
    const mode = `${componentId}|${failureModeId}`;
    closed[mode] = Math.max(closed[mode] ?? at, at);
  }

  #activeFrom(ruleId: string, time: Timestamp): void {
    const { activeFrom } = this.state;
    activeFrom[ruleId] = Math.max(activeFrom[ruleId] ?? time, time);
  }

  /** A change that a later one supersedes states nothing: its rule counts only from the later one on. */
  #activate({ ruleIds, added = [] }: RulesChangedEvent, time: Timestamp): void {
    this.#model.rules.forEach((rule, position) => {
      if (!ruleIds.includes(rule.definition.id)) return;
      if (added.includes(rule.definition.id)) this.#guard(position, time, (fresh, own) => fresh.introduce?.(own, time));
      this.#activeFrom(rule.definition.id, time);
      if (this.state.activeFrom[rule.definition.id]! > time) return;
      this.#guard(position, time, (active, own) => active.restate?.(own, time, this.#context));
    });
  }

  #report(statement: Statement): void {
    const { definition } = this.#rule!;
    const { about, ...said } = statement;
    const finding = {
      ...said,
      assetId: this.#assetId,
      componentId: about?.componentId ?? definition.componentId,
      failureModeId: about?.failureModeId ?? definition.failureModeId,
      ruleId: definition.id,
      ruleVersion: definition.version,
    };
    const dormant = this.#dormant(finding);
    const complete = dormant ? { ...finding, dormant } : finding;
    this.#output.finding({ ...complete, key: findingKey(complete) });
  }

  #dormant(finding: Omit<Finding, 'key'>): Finding['dormant'] {
    const { activeFrom, closed } = this.state;
    if (finding.time < (activeFrom[finding.ruleId] ?? Number.NEGATIVE_INFINITY)) return 'inactive';
    const watermark = closed[`${finding.componentId}|${finding.failureModeId}`];
    const opens = finding.change === 'raised' || finding.change === 'escalated';
    return opens && watermark !== undefined && finding.window.to <= watermark ? 'closed' : undefined;
  }
}
