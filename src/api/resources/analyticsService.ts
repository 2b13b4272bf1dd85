import { type Static, Type } from 'typebox';
import type { Duration } from '../../domain/time.ts';
import {
  AGE_LIMITS_DAYS,
  type Grouped,
  type MeasuredTimes,
  type PromiseCounts,
  type ServiceFigures,
  WAITS_FOR,
} from '../../ports/analytics.ts';
import { tidy } from '../numbers.ts';
import { Time } from './common.ts';

const Seconds = Type.Optional(Type.Number());

const TimesSchema = Type.Object({
  count: Type.Integer({ description: 'How many were measured' }),
  meanSeconds: Seconds,
  p50Seconds: Seconds,
  p90Seconds: Seconds,
});

/** `share` is absent while nothing is decided. */
export const ShareOptional = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));

export const PromiseSchema = Type.Object({
  kept: Type.Integer(),
  broken: Type.Integer(),
  undecided: Type.Integer(),
  share: ShareOptional,
});

const FiguresSchema = Type.Object({
  opened: Type.Integer(),
  resolved: Type.Integer(),
  closed: Type.Integer(),
  acknowledging: TimesSchema,
  resolving: TimesSchema,
  restoring: Type.Object({ ...TimesSchema.properties, unrestored: Type.Integer() }),
  firstTimeFix: Type.Object({
    fixed: Type.Integer(),
    notFixed: Type.Integer(),
    undecided: Type.Integer(),
    share: ShareOptional,
  }),
  response: PromiseSchema,
  solution: PromiseSchema,
  backlog: Type.Object({
    tickets: Type.Integer(),
    ageSeconds: Type.Object({ p10: Seconds, p50: Seconds, p90: Seconds, oldest: Seconds }),
    byAge: Type.Array(
      Type.Object({
        upToDays: Type.Optional(Type.Integer({ description: 'Absent: older than that before' })),
        tickets: Type.Integer(),
      }),
    ),
    waitsFor: Type.Object(
      Object.fromEntries(WAITS_FOR.map((what) => [what, Type.Optional(Type.Integer())])) as Record<
        (typeof WAITS_FOR)[number],
        Type.TOptional<Type.TInteger>
      >,
    ),
  }),
});

/** The group that a figure is of. */
export const KeySchema = { key: Type.Unsafe<string | null>({ type: ['string', 'null'] }) };

export const ServiceSchema = Type.Object(
  {
    from: Time,
    to: Time,
    total: FiguresSchema,
    groups: Type.Array(Type.Object({ ...KeySchema, ...FiguresSchema.properties })),
  },
  { description: 'Figures of service' },
);

export function presentService(figures: ServiceFigures): Static<typeof FiguresSchema> {
  const { opened, resolved, closed, firstTimeFix, backlog } = figures;
  const { tickets, byAge, waitsFor, p10, p50, p90, oldest } = backlog;
  return {
    opened,
    resolved,
    closed,
    acknowledging: presentTimes(figures.acknowledging),
    resolving: presentTimes(figures.resolving),
    restoring: { ...presentTimes(figures.restoring), unrestored: figures.restoring.unrestored },
    firstTimeFix: { ...firstTimeFix, ...shareOf(firstTimeFix.fixed, firstTimeFix.notFixed) },
    response: presentPromise(figures.response),
    solution: presentPromise(figures.solution),
    backlog: {
      tickets,
      ageSeconds: { p10: seconds(p10), p50: seconds(p50), p90: seconds(p90), oldest: seconds(oldest) },
      byAge: byAge.map((count, at) => {
        const upToDays = AGE_LIMITS_DAYS[at];
        return { ...(upToDays !== undefined && { upToDays }), tickets: count };
      }),
      waitsFor,
    },
  };
}

/** A group with its figures as they are shown. */
export function presentGroup<T, R extends object>(row: Grouped<T>, present: (figures: T) => R) {
  return { key: row.key ?? null, ...present(row) };
}

function presentTimes({ count, mean, p50, p90 }: MeasuredTimes): Static<typeof TimesSchema> {
  return { count, meanSeconds: seconds(mean), p50Seconds: seconds(p50), p90Seconds: seconds(p90) };
}

export function presentPromise(counts: PromiseCounts): Static<typeof PromiseSchema> {
  return { ...counts, ...shareOf(counts.kept, counts.broken) };
}

/** Absent where there is nothing to divide by. */
export function shareOf(good: number, bad: number): { share?: number } {
  return good + bad === 0 ? {} : { share: tidy(good / (good + bad)) };
}

export function seconds(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : tidy(duration / 1000);
}
