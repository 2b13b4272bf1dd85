import { severityRank } from '../domain/model.ts';
import { type Duration, HOUR, type Timestamp } from '../domain/time.ts';
import { type AlarmState, type AlarmTiming, holdAlarm, stepAlarm } from './alarm.ts';
import type { Verdict } from './condition.ts';
import { type RiskEvidence, type RiskOptions, riskVerdict } from './risk.ts';
import { lifeLeft } from './usageLeft.ts';
import type { LifeOptions, UsageState } from './usageState.ts';
import { takesUp } from './usageWear.ts';

/** Raising by risk: as an alarm that can clear where use slows down, while wear never goes back. */
export interface UsageRisk extends RiskOptions {
  readonly timing: AlarmTiming;
}

/** Use changes over days; judging it more often costs much and tells nothing. */
const JUDGE_EVERY: Duration = HOUR;

const verdict: Verdict = { reached: 0, held: 0 };

/** Judges the risk as of a sample, once an hour of event time. */
export function judgeRisk(
  state: UsageState,
  options: LifeOptions,
  time: Timestamp,
  now: { readonly muted: boolean; readonly quiet: boolean },
): void {
  const { risk } = options;
  const alarm = state.risk;
  if (!risk || !alarm || (sameHour(alarm, time) && alarm.paused === now.quiet)) return;
  if (!takesUp(alarm, risk.timing, options, time, now)) return;
  const left = state.known ? lifeLeft(state, options, time) : undefined;
  if (!left) {
    holdAlarm(alarm, time);
    return;
  }
  riskVerdict(left, risk, verdict);
  stepAlarm(alarm, risk.timing, time, verdict.reached, verdict.held);
}

function sameHour({ time: before }: AlarmState, time: Timestamp): boolean {
  return before !== null && Math.floor(before / JUDGE_EVERY) === Math.floor(time / JUDGE_EVERY);
}

/** What evidence says of the risk at a moment; undefined where it is not raised by risk or nothing is known. */
export function riskOf(state: UsageState, options: LifeOptions, time: Timestamp): RiskEvidence | undefined {
  const left = options.risk && lifeLeft(state, options, time);
  return left && { probability: left.within(options.risk.horizon), horizon: options.risk.horizon };
}

/** Severity that the risk stands at, as 1 + its rank; 0 when clear. */
export function riskRank({ risk: alarm }: UsageState, { risk }: LifeOptions): number {
  const severity = risk?.severities[(alarm?.level ?? 0) - 1];
  return severity === undefined ? 0 : 1 + severityRank(severity);
}

/** When the end of a life by the calendar has come as near as the horizon: it is certain then. */
export function calendarDue(state: UsageState, { risk, calendarLife }: LifeOptions): Timestamp | undefined {
  if (!risk || calendarLife === undefined || state.installedAt === null) return undefined;
  return Math.round(state.installedAt + Math.max(0, calendarLife - risk.horizon));
}
