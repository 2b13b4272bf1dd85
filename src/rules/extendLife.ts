import type { LifeExtendedEvent } from '../domain/asset.ts';
import { initAlarm } from './alarm.ts';
import type { Verdict } from './condition.ts';
import { extended } from './extendedLife.ts';
import { riskVerdict } from './risk.ts';
import type { FoldContext } from './rule.ts';
import { lifeLeft } from './usageLeft.ts';
import { clearLife, rankOf } from './usageLife.ts';
import type { LifeOptions, UsageState } from './usageState.ts';
import { initWear, levelOf } from './usageWear.ts';

const verdict: Verdict = { reached: 0, held: 0 };

/**
 * Judges the present part by a longer life from here on: what it has come to, or was rated for where that is more, and what it
 * was given on top. What was raised is cleared. What holds still was known to who looked at it: it is raised when it gets
 * worse, or when that life ends.
 */
export function extendLife(
  state: UsageState,
  options: LifeOptions,
  { at, usage, calendar }: LifeExtendedEvent,
  context: FoldContext,
): void {
  if (!state.known) return;
  const before = extended(state, options);
  if (state.rank > 0) clearLife(state, before, at, context);
  const byUse = usage?.unit === options.unit ? usage.amount : undefined;
  state.extended = {
    at,
    life: byUse === undefined ? before.life : Math.max(before.life, state.used) + byUse,
    calendarLife: calendarLife(state, before, at, calendar),
    known: 0,
  };
  const after = extended(state, options);
  state.wear = initWear(after);
  settleRisk(state, after, at);
  state.level = levelOf(state, after, at);
  state.extended.known = rankOf(state, after, state.level, at);
}

function calendarLife(state: UsageState, { calendarLife: rated }: LifeOptions, at: number, by: number | undefined) {
  if (rated === undefined) return null;
  if (by === undefined || state.installedAt === null) return rated;
  return Math.max(rated, at - state.installedAt) + by;
}

/** Takes the risk as it is by the longer life, at once. */
function settleRisk(state: UsageState, options: LifeOptions, at: number): void {
  const { risk } = options;
  const left = risk && lifeLeft(state, options, at);
  if (!risk || !state.risk || !left) return;
  riskVerdict(left, risk, verdict);
  if (verdict.reached === 0) state.risk = initAlarm(risk.severities.length);
  else state.risk.level = Math.min(state.risk.level, verdict.reached);
}
