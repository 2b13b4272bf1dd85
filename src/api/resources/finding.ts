import { type Static, Type } from 'typebox';
import type { FindingChange, Forecast, ForecastBasis } from '../../domain/finding.ts';
import { SEVERITIES } from '../../domain/model.ts';
import { MINUTE, type Timestamp } from '../../domain/time.ts';
import type { FindingRow } from '../../ports/database.ts';
import { formatIfAny, formatOrNull, formatTime } from '../times.ts';
import { oneOf, ref, Time, TimeOrNull } from './common.ts';
import { EvidenceSchema, presentEvidence } from './evidence.ts';

const FORECAST_BASES: readonly ForecastBasis[] = ['calendar', 'usage', 'condition'];

export const ForecastSchema = Type.Object(
  {
    basis: oneOf(FORECAST_BASES, {
      description: 'What it rests on: the measured condition, usage against a life, or age alone',
    }),
    p10: TimeOrNull,
    p50: TimeOrNull,
    p90: TimeOrNull,
  },
  { description: 'When failure or end of life is expected, as quantiles, to the minute; null is beyond the horizon' },
);

function presentForecast(forecast: Forecast): Static<typeof ForecastSchema> {
  const time = (quantile: Timestamp | null) => formatOrNull(quantile === null ? null : toMinute(quantile));
  return {
    basis: forecast.basis ?? 'condition',
    p10: time(forecast.p10),
    p50: time(forecast.p50),
    p90: time(forecast.p90),
  };
}

/** A time that was forecast; more digits would promise what nobody knows. */
export function toMinute(time: Timestamp): Timestamp {
  return Math.floor(time / MINUTE) * MINUTE;
}

/** {@link presentForecast} where there may be none. */
export function forecastIfAny(forecast: Forecast | undefined): Static<typeof ForecastSchema> | undefined {
  return forecast && presentForecast(forecast);
}

export const WindowSchema = Type.Object({ from: Time, to: Time });

export function presentWindow(window: { readonly from: number; readonly to: number }): Static<typeof WindowSchema> {
  return { from: formatTime(window.from), to: formatTime(window.to) };
}

const CHANGES = ['raised', 'escalated', 'updated', 'cleared', 'reset'] as const satisfies readonly FindingChange[];

export const FindingSchema = Type.Object(
  {
    id: Type.String(),
    key: Type.String({ description: 'The same history gives the same keys' }),
    assetId: Type.String(),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.String(),
    ruleId: Type.String(),
    ruleVersion: Type.String(),
    change: oneOf(CHANGES),
    severity: oneOf(SEVERITIES),
    start: Time,
    time: Time,
    window: WindowSchema,
    evidence: ref(EvidenceSchema),
    forecast: Type.Optional(ForecastSchema),
    dormant: Type.Optional(
      oneOf(['inactive', 'closed', 'observed'], {
        description:
          'Opens no ticket: the rule did not count yet, its evidence ends before an earlier closing, or it is only observed',
      }),
    ),
    recordedAt: Time,
    ticketId: Type.Optional(Type.String()),
    retractedAt: Type.Optional(Time),
  },
  { $id: 'Finding', description: 'A statement with evidence about one failure mode of one component' },
);

export function presentFinding(finding: FindingRow): Static<typeof FindingSchema> {
  return {
    ...finding,
    start: formatTime(finding.start),
    time: formatTime(finding.time),
    window: presentWindow(finding.window),
    evidence: presentEvidence(finding.evidence),
    forecast: forecastIfAny(finding.forecast),
    recordedAt: formatTime(finding.recordedAt),
    retractedAt: formatIfAny(finding.retractedAt),
  };
}
