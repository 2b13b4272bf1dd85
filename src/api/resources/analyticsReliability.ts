import { type Static, Type } from 'typebox';
import { type Duration, HOUR } from '../../domain/time.ts';
import type { Reliability } from '../../ports/analytics.ts';
import { tidy } from '../numbers.ts';
import { KeySchema } from './analyticsService.ts';
import { oneOf, Time } from './common.ts';

const BASES = ['running', 'calendar', 'both', 'none'] as const;

const Hours = (description: string) => Type.Optional(Type.Number({ description }));

const FiguresSchema = Type.Object({
  operatingHours: Type.Number({ description: 'Running and calendar hours together' }),
  basis: oneOf(BASES, { description: 'What the operating hours are made of' }),
  runningHours: Type.Number({ description: 'By counters of running time' }),
  calendarHours: Type.Number({ description: 'In service by the calendar, where nothing counts running time' }),
  assets: Type.Integer(),
  unobservedAssets: Type.Integer({ description: 'Neither heard nor commissioned: part of no figure' }),
  failures: Type.Object({
    critical: Type.Integer(),
    degraded: Type.Integer(),
    incipient: Type.Integer(),
    unobserved: Type.Integer({ description: 'From before the asset was observed: part of no figure' }),
  }),
  mtbfHours: Hours('Absent without a critical failure'),
  interval: Type.Optional(Type.Object({ lowHours: Type.Number(), highHours: Type.Number() })),
  moreThanHours: Hours('Without a critical failure: the operating hours that passed without one'),
  atLeastHours: Hours('Without a critical failure: lower bound of the MTBF at the confidence, one-sided'),
  mtbf: Type.Optional(
    Type.String({ description: 'The same in words', examples: ['> 8760 h', '4380 h (1391 to 24650 h)'] }),
  ),
  failuresPer1000Hours: Type.Optional(
    Type.Object({
      critical: Type.Number(),
      functional: Type.Number({ description: 'Critical and degraded' }),
      all: Type.Number(),
    }),
  ),
});

export const ReliabilitySchema = Type.Object(
  {
    from: Time,
    to: Time,
    confidence: Type.Number(),
    total: FiguresSchema,
    groups: Type.Array(Type.Object({ ...KeySchema, ...FiguresSchema.properties })),
  },
  { description: 'Figures of reliability' },
);

export function presentReliability(figures: Reliability): Static<typeof FiguresSchema> {
  const { running, calendar, assets, unobservedAssets, critical, degraded, incipient, unobserved } = figures;
  const operating = running + calendar;
  const { mean, low, high, atLeast } = figures;
  const rate = (failures: number) => tidy(failures / (operating / HOUR / 1000));
  return {
    operatingHours: hours(operating),
    basis: basisOf(running, calendar),
    runningHours: hours(running),
    calendarHours: hours(calendar),
    assets,
    unobservedAssets,
    failures: { critical, degraded, incipient, unobserved },
    ...(mean !== undefined && { mtbfHours: hours(mean) }),
    ...(low !== undefined && high !== undefined && { interval: { lowHours: hours(low), highHours: hours(high) } }),
    ...(atLeast !== undefined && { moreThanHours: hours(operating), atLeastHours: hours(atLeast) }),
    ...(operating > 0 && {
      mtbf: words(figures, operating),
      failuresPer1000Hours: {
        critical: rate(critical),
        functional: rate(critical + degraded),
        all: rate(critical + degraded + incipient),
      },
    }),
  };
}

function words({ mean, low = 0, high = 0 }: Reliability, operating: Duration): string {
  const whole = (duration: Duration) => `${Math.round(duration / HOUR)}`;
  return mean === undefined ? `> ${whole(operating)} h` : `${whole(mean)} h (${whole(low)} to ${whole(high)} h)`;
}

function basisOf(running: Duration, calendar: Duration): (typeof BASES)[number] {
  if (running > 0) return calendar > 0 ? 'both' : 'running';
  return calendar > 0 ? 'calendar' : 'none';
}

function hours(duration: Duration): number {
  return tidy(duration / HOUR);
}
