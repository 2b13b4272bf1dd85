import type { Forecast } from '../domain/finding.ts';
import type { Histories } from '../domain/histories.ts';
import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { forecastOf, type LifeDistribution } from '../prognostics/lifeDistribution.ts';
import { learnSimilarity, type SimilarityModel } from '../prognostics/similarity/learn.ts';
import type { MemoryState } from '../prognostics/similarity/memory.ts';
import type { Mixture } from '../prognostics/similarity/mixture.ts';
import { type ConditionState, conditionRule, type Judge } from './condition.ts';
import { conditionFrame } from './conditionParams.ts';
import { duration, metricIndex } from './params.ts';
import { type RiskEvidence, riskOptions, riskVerdict } from './risk.ts';
import type { Latest, RuleKind } from './rule.ts';
import { checkSimilarity, SimilarityParams, wearMetrics } from './similarityParams.ts';

/** What comes sooner than this share of the library's spacing is no row of its own. */
const SOONEST = 0.45;
/** A metric that is only sent when it changes is waited for so many spacings. */
const LATEST = 1.5;

interface SimilarityState {
  /** Null until its first row. */
  memory: MemoryState | null;
  /** When the component was installed, as far as that is known. */
  installed: Timestamp | null;
  /** The newest forecast, made at `at`. */
  said: { at: Timestamp; forecast: Forecast; risk: RiskEvidence } | null;
}

/** Remaining life from earlier run-to-failure histories: what became of machines that looked like this one. */
export const similarity: RuleKind<typeof SimilarityParams, ConditionState<SimilarityState>> = {
  kind: 'similarity',
  summary:
    'Forecasts the end of life from earlier run-to-failure histories that look alike, and raises by risk. When to use: there are at least some dozens of histories up to the failure, of the same kind of machine under the same kinds of duty, with several metrics that drift as it wears. It knows no failure mode that the library has not, and nothing of the life of a component whose beginning it has not seen.',
  params: SimilarityParams,
  learns: true,
  check: checkSimilarity,
  compile(params, model, rule) {
    const risk = riskOptions(params.risk, model, rule);
    return conditionRule(conditionFrame(params, risk.severities, model, rule), judgeOf(params, model, rule));
  },
};

function judgeOf(params: SimilarityParams, model: AssetModel, rule: RuleDefinition): Judge<SimilarityState> {
  const library = rule.histories;
  if (!library) throw new Error(`rule ${rule.id}: its library was not read`);
  const risk = riskOptions(params.risk, model, rule);
  const unit = duration(params.timeUnit);
  const maxGap = duration(params.maxGap);
  const wear = wearMetrics(params, library).map((id) => metricIndex(model, id));
  const duty = params.duty.map((id) => metricIndex(model, id));
  const inputs = [...wear, ...duty];
  let known: SimilarityModel | undefined;
  const learned = () => {
    known ??= learnedFrom(library, params);
    return known;
  };
  const every = () => (params.assessEvery ? duration(params.assessEvery) : learned().spacing * unit);
  const values = new Float64Array(wear.length);
  const duties = new Float64Array(duty.length);

  /** Whether the metrics make a row: all known, and new since the row before unless one keeps the others waiting. */
  function isRow(latest: Latest, time: Timestamp, memory: MemoryState | null, spacing: Duration): boolean {
    if (inputs.some((at) => Number.isNaN(latest.values[at]!) || time - latest.times[at]! > maxGap)) return false;
    const before = memory?.time ?? null;
    if (before === null) return true;
    const passed = time - before * unit;
    if (passed < SOONEST * spacing) return false;
    return passed > LATEST * spacing || inputs.every((at) => latest.times[at]! > before * unit);
  }

  function take(latest: Latest): void {
    wear.forEach((at, to) => {
      values[to] = latest.values[at]!;
    });
    duty.forEach((at, to) => {
      duties[to] = latest.values[at]!;
    });
  }

  return {
    inputs,
    prepare: learned,
    init: () => ({ memory: null, installed: null, said: null }),
    judge(state, time, latest, verdict) {
      if (params.begins === 'installed' && state.installed === null) return false;
      const similar = learned();
      if (!isRow(latest, time, state.memory, similar.spacing * unit)) return false;
      take(latest);
      state.memory ??= similar.init(state.installed === null ? null : state.installed / unit);
      if (!similar.step(state.memory, time / unit, values, duties) || state.memory.rows < params.minRows) return false;
      if (state.said !== null && time - state.said.at < every()) return false;
      const life = lifeIn(similar.life(state.memory), unit);
      state.said = { at: time, forecast: forecastOf(life, time), risk: riskVerdict(life, risk, verdict) };
      return true;
    },
    evidence(state) {
      const { similar, shifts } = learned().explain(state.memory!);
      return {
        kind: 'similarity',
        ...state.said!.risk,
        histories: library.runs.length,
        similar: similar.map((run) => ({ ...run, remaining: run.remaining * unit })),
        shifts,
      };
    },
    forecast: (state) => state.said?.forecast,
    renew(state, { at }) {
      state.memory = null;
      state.installed = at;
      state.said = null;
    },
    view: ({ said }) => (said ? { forecast: said.forecast } : {}),
  };
}

function lifeIn(life: Mixture, unit: Duration): LifeDistribution {
  return { within: (left) => life.within(left / unit), quantile: (probability) => life.quantile(probability) * unit };
}

/** By library and parameters: learning takes a second or two, and every compilation of the same rule learns the same. */
const learnedBefore = new WeakMap<Histories, Map<string, SimilarityModel>>();

function learnedFrom(library: Histories, params: SimilarityParams): SimilarityModel {
  const { duty, minRows } = params;
  const options = {
    metrics: wearMetrics(params, library),
    duty,
    minRows,
    horizon: duration(params.reach) / duration(params.timeUnit),
  };
  const key = JSON.stringify(options);
  const known = learnedBefore.get(library) ?? new Map<string, SimilarityModel>();
  learnedBefore.set(library, known);
  const learned = known.get(key) ?? learnSimilarity(library, options);
  known.set(key, learned);
  return learned;
}
