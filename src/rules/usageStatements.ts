import type { Evidence, FindingChange, Forecast } from '../domain/finding.ts';
import { WHOLE_ASSET } from '../domain/ids.ts';
import { INSTALLATION_UNKNOWN, SEVERITIES } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import { forecastOf } from '../prognostics/lifeDistribution.ts';
import { basisOf } from './fleetLives.ts';
import type { FoldContext, RuleView } from './rule.ts';
import { lifeLeft, presentRate } from './usageLeft.ts';
import { riskOf } from './usageRisk.ts';
import type { LifeOptions, UsageState } from './usageState.ts';
import { calendarWear, totalWear } from './usageWear.ts';

/** What people see of it between statements. */
export function viewLife(state: UsageState, options: LifeOptions, at: Timestamp): RuleView {
  // What goes by until the next service is no life of the component.
  if (options.isService) return { level: state.known ? state.rank : Number(state.asked) };
  if (!state.known) return { level: state.asked ? 1 : 0, wear: null, life: options.life, unit: options.unit };
  return {
    level: state.rank,
    wear: totalWear(state, options, at),
    used: state.used,
    life: options.life,
    unit: options.unit,
    forecast: forecastLife(state, options, at),
  };
}

function forecastLife(state: UsageState, options: LifeOptions, time: Timestamp): Forecast | undefined {
  const left = lifeLeft(state, options, time);
  return left && { basis: 'usage', ...forecastOf(left, time) };
}

/** States what stands of wear and risk now. */
export function stateLife(
  state: UsageState,
  options: LifeOptions,
  change: FindingChange,
  time: Timestamp,
  context: FoldContext,
): void {
  const start = state.start ?? time;
  state.stated = time;
  context.state({
    change,
    severity: SEVERITIES[state.rank - 1]!,
    start,
    time,
    window: { from: start, to: time },
    evidence: evidenceOf(state, options, time),
    forecast: forecastLife(state, options, time),
  });
}

function evidenceOf(state: UsageState, options: LifeOptions, time: Timestamp): Evidence {
  const risk = riskOf(state, options, time);
  return {
    kind: 'usage',
    ...(options.isService && { of: 'service' as const }),
    metricId: options.metricId,
    unit: options.unit,
    used: state.used,
    life: options.life,
    wear: totalWear(state, options, time),
    ratePerDay: presentRate(state, time)?.mean,
    calendarWear: calendarWear(state, options, time),
    ...(risk && { risk }),
    ...(state.taught && { learnedFrom: basisOf(state.taught) }),
  };
}

/** Asks for what is not known of the installation, or takes that back. */
export function installationStatement(change: FindingChange, options: LifeOptions, start: Timestamp, time: Timestamp) {
  return {
    change,
    severity: 'info' as const,
    start,
    time,
    window: { from: start, to: time },
    evidence: { kind: 'installation-unknown' as const, componentIds: [options.componentId] },
    about: { componentId: WHOLE_ASSET, failureModeId: INSTALLATION_UNKNOWN.id },
  };
}
