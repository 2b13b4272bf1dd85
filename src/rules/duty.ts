import Type, { type Static } from 'typebox';
import type { DutyBand } from '../domain/finding.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import { compileIndicator } from './indicator.ts';
import { checkSubject } from './indicatorChecks.ts';
import { DurationText, duration } from './params.ts';
import type { Latest, RuleProblem } from './rule.ts';

export const DutyParams = Type.Object(
  {
    by: Type.String({ description: 'Metric or indicator that tells the duty: load, speed, setpoint, state.' }),
    edges: Type.Array(Type.Number(), {
      minItems: 1,
      maxItems: 7,
      description:
        'Where one band ends and the next begins, in the unit of that metric, rising; a value on an edge belongs to the band above it.',
    }),
    deadband: Type.Number({
      minimum: 0,
      default: 0,
      description:
        'A band is left only when its edge is passed by so much, in the unit of that metric: noise changes no bands then.',
    }),
    settle: DurationText(
      'Left out after a change of band, in event time, and where the band was not known: transients of the machine.',
      '0s',
    ),
  },
  {
    additionalProperties: false,
    description: 'Bands of duty. What is normal is learned for each, as far as it is seen.',
  },
);
export type DutyParams = Static<typeof DutyParams>;

/** Plain JSON. */
export interface DutyState {
  indicator: unknown;
  /** The newest value of what tells the duty; null where that was a bad one. */
  value: number | null;
  time: Timestamp | null;
  /** The band, null where it is not known, and since when it is the same. */
  band: number | null;
  since: Timestamp;
}

/** Which band of duty an asset is in. */
export interface Duty {
  /** Indexes of the metrics that it reads. */
  readonly inputs: readonly number[];
  readonly bands: number;
  init(): DutyState | null;
  /**
   * To be called for every instant of the rule; the band, from 0. Undefined where it is not known: nothing was measured
   * for longer than the rule's `maxGap`, or it changed so short a time ago that the machine has not settled.
   */
  step(state: DutyState | null, time: Timestamp, latest: Latest): number | undefined;
  /** For people; undefined where there is only one band. */
  describe(band: number): DutyBand | undefined;
}

export function checkDuty(params: DutyParams | undefined, model: AssetModel, path: string): RuleProblem[] {
  if (!params) return [];
  const subject = checkSubject(model, params.by, `${path}.by`);
  const rising = params.edges.flatMap((edge, at) => {
    const before = params.edges[at - 1];
    if (before === undefined || edge > before) return [];
    return [{ path: `${path}.edges.${at}`, message: `must be higher than the edge before (${before})` }];
  });
  return [...('message' in subject ? [subject] : []), ...rising, ...checkDeadband(params, path)];
}

/** A deadband as wide as the narrowest band would keep the asset out of it. */
function checkDeadband({ edges, deadband }: DutyParams, path: string): RuleProblem[] {
  const widths = edges.slice(1).map((edge, at) => edge - edges[at]!);
  const narrowest = Math.min(...widths.filter((width) => width > 0));
  if (deadband < narrowest) return [];
  return [{ path: `${path}.deadband`, message: `must be less than the narrowest band (${narrowest})` }];
}

/** One band, where the duty makes no difference. */
const ANY_DUTY: Duty = {
  inputs: [],
  bands: 1,
  init: () => null,
  step: () => 0,
  describe: () => undefined,
};

/** `maxGap`: a value older than this says nothing of the duty any more. */
export function compileDuty(params: DutyParams | undefined, model: AssetModel, maxGap: Duration): Duty {
  if (!params) return ANY_DUTY;
  const { by, edges, deadband } = params;
  const indicator = compileIndicator(model, by);
  const settle = duration(params.settle);

  function observe(state: DutyState, time: Timestamp, latest: Latest): void {
    if (!indicator.inputs.some((input) => latest.times[input] === time)) return;
    const value = indicator.step(state.indicator, time, latest);
    if (value === undefined && indicator.metric === undefined) return;
    if (state.time === null || time - state.time > maxGap) state.band = null;
    state.value = value ?? null;
    state.time = time;
  }

  return {
    inputs: indicator.inputs,
    bands: edges.length + 1,
    init: () => ({ indicator: indicator.init(), value: null, time: null, band: null, since: 0 }),
    step(state, time, latest) {
      const duty = state!;
      observe(duty, time, latest);
      const known = duty.value !== null && time - duty.time! <= maxGap;
      const band = known ? bandOf(edges, duty.value!, duty.band, deadband) : null;
      if (band !== duty.band) Object.assign(duty, { band, since: time });
      return band === null || time - duty.since < settle ? undefined : band;
    },
    describe: (band) => ({
      metricId: by,
      ...(indicator.unit !== undefined && { unit: indicator.unit }),
      from: edges[band - 1] ?? null,
      to: edges[band] ?? null,
    }),
  };
}

/** The band of a value; the one before while the value is not past its edge by the deadband. */
function bandOf(edges: readonly number[], value: number, before: number | null, deadband: number): number {
  const band = edges.filter((edge) => value >= edge).length;
  if (before === null || band === before) return band;
  const left = band > before ? value >= edges[before]! + deadband : value < edges[before - 1]! - deadband;
  return left ? band : before;
}
