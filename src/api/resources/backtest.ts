import { type Static, Type } from 'typebox';
import {
  BACKTEST_STATUSES,
  type Backtest,
  type BacktestReport,
  type BacktestRequest,
  WITHIN,
} from '../../domain/backtest.ts';
import { DAY, SECOND, type Timestamp } from '../../domain/time.ts';
import { formatIfAny, formatTime, timeIfAny, timeOf } from '../times.ts';
import { BacktestReportSchema, presentBacktestReport } from './backtestReport.ts';
import { body, defined, Id, oneOf, ref, Time, time } from './common.ts';

/** Some megabytes of YAML and failures. */
export const BACKTEST_BYTES = 8 * 1024 * 1024;

export const NewBacktestSchema = body({
  models: Type.Array(
    Type.Object(
      {
        fileName: Type.String({ minLength: 1, maxLength: 200, description: 'Named in problems' }),
        yaml: Type.String({ minLength: 1, description: 'An asset model, as the files of `models` have it' }),
      },
      { additionalProperties: false },
    ),
    {
      minItems: 1,
      maxItems: 200,
      description: 'The models to try, as changed; they apply to the assets whose model has that id',
    },
  ),
  from: Type.Optional(
    time('Only tickets that open from here on count; what was before is folded, too, as rules learn from it'),
  ),
  to: Type.Optional(time('Nothing at or after this time is looked at; now when absent')),
  withinSeconds: Type.Number({
    minimum: 0,
    maximum: (366 * DAY) / SECOND,
    default: WITHIN / SECOND,
    description:
      'A ticket that cleared no longer than this before a failure has warned of it; shorter breaks of a ticket are none',
  }),
  assetIds: Type.Optional(
    Type.Array(Id, { minItems: 1, maxItems: 10_000, description: 'Only these; all assets of the models when absent' }),
  ),
  failures: Type.Optional(
    Type.Array(
      Type.Object(
        {
          assetId: Id,
          componentId: Type.String({ minLength: 1, description: '`asset` for the asset as a whole' }),
          failureModeId: Type.Optional(Type.String({ minLength: 1, description: 'Absent: any of the component' })),
          at: Time,
        },
        { additionalProperties: false },
      ),
      {
        maxItems: 50_000,
        description:
          'All failures that happened to these assets in the range; when absent the failure records (`GET /failures`), critical and degraded. Where there are none either, nothing is judged',
      },
    ),
  ),
});

export function backtestRequest(asked: Static<typeof NewBacktestSchema>, now: Timestamp): BacktestRequest {
  const { models, from, to, withinSeconds, assetIds, failures } = asked;
  return {
    models,
    to: timeIfAny(to) ?? now,
    within: withinSeconds * SECOND,
    ...defined({ from: timeIfAny(from), assetIds }),
    ...(failures && { failures: failures.map(({ at, ...failure }) => ({ ...failure, at: timeOf(at) })) }),
  };
}

const STATE = {
  id: Type.String(),
  status: oneOf(BACKTEST_STATUSES),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'Share that is done' }),
  askedAt: Time,
  by: Type.String(),
  modelIds: Type.Array(Type.String()),
  assets: Type.Integer({ description: 'How many try them' }),
  endedAt: Type.Optional(Time),
  error: Type.Optional(Type.String({ description: 'Why it failed' })),
};

export const BacktestSchema = Type.Object(STATE, {
  $id: 'Backtest',
  description: 'Stored history folded through rules that are to be tried',
});

export const BacktestDetailSchema = Type.Object(
  { ...STATE, report: Type.Optional(ref(BacktestReportSchema)) },
  { $id: 'BacktestDetail', description: 'A backtest, with its report once it is done' },
);
export type BacktestDetail = Static<typeof BacktestDetailSchema>;

export function presentBacktest({ askedAt, endedAt, ...backtest }: Backtest): Static<typeof BacktestSchema> {
  return {
    ...backtest,
    modelIds: [...backtest.modelIds],
    askedAt: formatTime(askedAt),
    ...defined({ endedAt: formatIfAny(endedAt) }),
  };
}

export function presentBacktestDetail(backtest: Backtest, report: BacktestReport | undefined): BacktestDetail {
  return { ...presentBacktest(backtest), ...(report && { report: presentBacktestReport(report) }) };
}
