import { SEVERITIES, type Severity, severityRank } from '../domain/model.ts';
import {
  type ExplainedRule,
  explainRule,
  type LimitDistance,
  type RuleFacts,
  type RuleStandingName,
} from '../domain/ruleExplanation.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import type { CompiledRule, MetricLimit, RuleStanding, RuleView } from '../rules/rule.ts';
import { configuredMode } from './raising.ts';
import type { WithState } from './views.ts';

/** A rule without a longest gap of its own has no data any more after so long. */
const STALE_AFTER = DAY;

/** What each rule of an asset says at `now`, in the order of the model. `tripped`: ids of its model's that did. */
export function explainRules(asset: WithState, tripped: ReadonlySet<string>, now: Timestamp): ExplainedRule[] {
  return asset.compiled.rules.map((rule, at) => {
    const { id: ruleId, kind, componentId, failureModeId } = rule.definition;
    const facts = factsOf(asset, rule, asset.state.rules[at], tripped.has(ruleId), now);
    const { mode, standing, severity, since } = facts;
    return {
      ...{ ruleId, kind, componentId, failureModeId, mode, tripped: facts.tripped, standing },
      ...(severity && { severity }),
      ...(since !== undefined && { since }),
      text: explainRule(facts),
    };
  });
}

function factsOf(asset: WithState, rule: CompiledRule, own: unknown, tripped: boolean, now: Timestamp): RuleFacts {
  const at = asset.state.time === Number.NEGATIVE_INFINITY ? 0 : asset.state.time;
  const view = rule.view?.(own, at) ?? { level: rule.level?.(own) ?? 0 };
  const state = rule.standing?.(own, at);
  const common = { mode: configuredMode(rule.definition, asset.asset.siteId), tripped };
  const severity = view.level > 0 ? SEVERITIES[view.level - 1]! : undefined;
  const standing = standingOf(asset, rule, view, state, now);
  return {
    ...common,
    ...standing,
    ...(severity && { severity }),
    ...detailsOf(asset, rule, view, standing.standing, severity),
  };
}

type Standing = Pick<RuleFacts, 'standing' | 'since' | 'until' | 'delay' | 'samples' | 'learns' | 'gate'>;

function standingOf(
  asset: WithState,
  rule: CompiledRule,
  { level }: RuleView,
  state: RuleStanding | undefined,
  now: Timestamp,
): Standing {
  const { maintenance, time } = asset.state;
  if (maintenance && maintenance.until > Math.max(time, maintenance.from) && maintenance.until > now)
    return { standing: 'muted', since: maintenance.from, until: maintenance.until };
  if (level > 0) return raised(state, time);
  const newest = newestInput(asset, rule);
  if (newest === Number.NEGATIVE_INFINITY) return { standing: 'no-data' };
  if (newest !== undefined && now - newest > Math.max(STALE_AFTER, state?.maxGap ?? 0))
    return { standing: 'no-data', since: newest };
  if (!state) return { standing: 'quiet' };
  if (state.paused) return { standing: 'paused', ...gateOf(rule) };
  if (state.learning) return learning(state.learning);
  if (state.holdsSince !== null) return waiting(state);
  return { standing: 'quiet' };
}

function raised(state: RuleStanding | undefined, time: Timestamp): Standing {
  const since = state?.start;
  const about = typeof since === 'number' ? { since } : {};
  if (!state || state.clearSince === null) return { standing: 'firing', ...about };
  const delay = { passed: (state.time ?? time) - state.clearSince, needed: state.offDelay };
  return { standing: 'clearing', ...about, delay };
}

function learning({ passed, needed, samples, wanted }: NonNullable<RuleStanding['learning']>): Standing {
  return {
    standing: 'learning',
    ...(passed !== undefined && { learns: { passed, needed }, samples: { there: samples, needed: wanted } }),
  };
}

function waiting({ holdsSince, time, onDelay, samples, minSamples }: RuleStanding): Standing {
  return {
    standing: 'waiting',
    since: holdsSince!,
    delay: { passed: (time ?? holdsSince!) - holdsSince!, needed: onDelay },
    ...(minSamples > 1 && { samples: { there: samples, needed: minSamples } }),
  };
}

/** The newest sample of what it reads; -Infinity before the first, undefined for a rule that reads no metric. */
function newestInput({ state }: WithState, { inputs }: CompiledRule): Timestamp | undefined {
  return inputs.length === 0 ? undefined : Math.max(...inputs.map((input) => state.times[input]!));
}

/** As the model writes it; nothing where the rule has hours and no gate. */
function gateOf({ definition }: CompiledRule): Pick<RuleFacts, 'gate'> {
  const gate = definition.params.while;
  if (typeof gate === 'string') return { gate };
  if (typeof gate !== 'object' || gate === null) return {};
  const { metric, equals, above, below } = gate as Readonly<Record<string, string | number | undefined>>;
  const [sign, bound] = equals !== undefined ? ['=', equals] : above !== undefined ? ['>', above] : ['<', below];
  return { gate: `${metric} ${sign} ${bound}` };
}

function detailsOf(
  asset: WithState,
  rule: CompiledRule,
  { wear, used, life, unit, forecast }: RuleView,
  standing: RuleStandingName,
  severity: Severity | undefined,
): Pick<RuleFacts, 'distance' | 'wear' | 'end'> {
  const isJudged = standing !== 'no-data' && standing !== 'learning' && standing !== 'muted';
  const distance = isJudged ? distanceOf(asset, rule, severity) : undefined;
  return {
    ...(distance && { distance }),
    ...(wear !== undefined && { wear: { share: wear, ...part({ used, life, unit }) } }),
    ...(typeof forecast?.p50 === 'number' && Number.isFinite(forecast.p50) && { end: forecast.p50 }),
  };
}

function part<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** To the mildest limit on a raw metric while it is quiet, else to that of what stands. */
function distanceOf(
  { compiled, state }: WithState,
  rule: CompiledRule,
  severity: Severity | undefined,
): LimitDistance | undefined {
  const limits = [...(rule.limits ?? [])].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const limit: MetricLimit | undefined = severity ? limits.find((one) => one.severity === severity) : limits[0];
  const value = limit && state.values[limit.metric];
  if (!limit || value === undefined || Number.isNaN(value)) return undefined;
  const { id, name, unit } = compiled.model.metrics[limit.metric]!;
  const metric = name ?? { en: id, zh: id };
  return { metric, value, limit: limit.limit, severity: limit.severity, ...(unit !== undefined && { unit }) };
}
