import { type Static, Type } from 'typebox';
import {
  type AssetFigures,
  BACKTEST_VERDICTS,
  type BacktestFigures,
  type BacktestReport,
  type BacktestTicket,
  type JudgedFailure,
  RULE_CHANGES,
  type RuleReport,
  type SideReport,
  SPELL_ENDS,
} from '../../domain/backtest.ts';
import { SEVERITIES } from '../../domain/model.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { LocalTextSchema, oneOf, presentText, Time, time } from './common.ts';

const Count = Type.Integer({ minimum: 0 });

const FIGURES = {
  tickets: Type.Integer({ description: 'Tickets that open within the range; of a rule: those that it opens' }),
  warnings: Type.Integer({ description: 'Openings, and openings again after a break longer than `withinSeconds`' }),
  hits: Type.Integer({ description: 'Recorded failures that were warned of' }),
  misses: Type.Integer({ description: 'Recorded failures that were not' }),
  falses: Type.Integer({ description: 'Warnings that cleared by themselves, without a failure' }),
  unverifiable: Type.Integer({
    description:
      'Warnings of which nobody can tell: the component was renewed or the ticket closed, it still stands at the end, or no failures are recorded',
  }),
  falsePerAssetYear: Type.Optional(Type.Number({ description: 'Absent where nothing could be judged' })),
  warningSeconds: Type.Optional(
    Type.Object(
      { min: Type.Number(), median: Type.Number(), max: Type.Number() },
      { description: 'Warning time over the hits: from the opening to the failure' },
    ),
  ),
};
const FiguresSchema = Type.Object(FIGURES);
const AssetFiguresSchema = Type.Object({ assetId: Type.String(), ...FIGURES });

const TicketSchema = Type.Object({
  assetId: Type.String(),
  componentId: Type.String(),
  failureModeId: Type.String(),
  ruleId: Type.String({ description: 'That opens it' }),
  severity: oneOf(SEVERITIES, { description: 'The worst it comes to' }),
  mode: oneOf(['propose', 'live']),
  title: LocalTextSchema,
  openedAt: Time,
  spells: Type.Array(Type.Object({ from: Time, to: Time, end: oneOf(SPELL_ENDS) }), {
    description: 'When it stands; `standing`: still at the end of the range',
  }),
  verdict: oneOf(BACKTEST_VERDICTS),
});

const JudgedFailureSchema = Type.Object({
  assetId: Type.String(),
  componentId: Type.String(),
  failureModeId: Type.Optional(Type.String()),
  at: Time,
  warningSeconds: Type.Optional(Type.Number({ description: 'Absent where it was missed' })),
});

const RuleReportSchema = Type.Object({
  modelId: Type.String(),
  ruleId: Type.String(),
  kind: Type.String(),
  componentId: Type.String(),
  failureModeId: Type.String(),
  version: Type.String(),
  change: oneOf(RULE_CHANGES, { description: 'Against the other side' }),
  observes: Type.Boolean({ description: 'It opens no ticket: the figures are of what it finds' }),
  figures: FiguresSchema,
  assets: Type.Array(AssetFiguresSchema, { description: 'On which it found something or missed a failure' }),
  tripsAt: Type.Optional(time('When it would have opened more tickets within an hour than its cap')),
  faults: Type.Integer({ description: 'How often it threw: a defect of its kind' }),
});

const SideSchema = Type.Object({
  figures: FiguresSchema,
  rules: Type.Array(RuleReportSchema),
  assets: Type.Array(AssetFiguresSchema),
  failures: Type.Array(JudgedFailureSchema),
  tickets: Type.Array(TicketSchema, { description: 'By opening' }),
  ticketsLeftOut: Type.Integer({ description: 'Tickets beyond those listed; they count all the same' }),
});

export const BacktestReportSchema = Type.Object(
  {
    from: Type.Optional(Time),
    to: Time,
    withinSeconds: Type.Number(),
    models: Type.Array(
      Type.Object({
        id: Type.String(),
        today: Type.Optional(Type.String({ description: 'Version in force; absent where the model is new' })),
        candidate: Type.String(),
      }),
    ),
    history: Type.Object({
      resolution: oneOf(['raw'], { description: 'Only samples are folded; aggregates say too little' }),
      assets: Count,
      assetYears: Type.Number(),
      samples: Count,
      firstSample: Type.Optional(Time),
      lastSample: Type.Optional(Time),
      rawFrom: Type.Optional(time('Samples from before may be gone: what was before is left out')),
    }),
    failures: Type.Optional(
      Type.Object(
        { given: Count, judged: Count, leftOut: Count, areRecords: Type.Boolean() },
        {
          description:
            'Left out: of assets not tried, outside of the range or of what was heard. `areRecords`: none were given with the request, so these are the failure records (`GET /failures`), critical and degraded',
        },
      ),
    ),
    today: SideSchema,
    candidate: SideSchema,
  },
  { $id: 'BacktestReport', description: 'What rules would have done, beside those in force' },
);
export type BacktestDocument = Static<typeof BacktestReportSchema>;
export type SideDocument = BacktestDocument['candidate'];
export type FiguresDocument = SideDocument['figures'];
export type RuleDocument = SideDocument['rules'][number];

export function presentBacktestReport(report: BacktestReport): BacktestDocument {
  const { from, to, within, history, failures, models } = report;
  const { firstSample, lastSample, rawFrom, ...counts } = history;
  return {
    ...definedTimes({ from }),
    to: formatTime(to),
    withinSeconds: within / SECOND,
    models: models.map((model) => ({ ...model })),
    history: { ...counts, ...definedTimes({ firstSample, lastSample, rawFrom }) },
    ...(failures && { failures: { ...failures } }),
    today: presentSide(report.today),
    candidate: presentSide(report.candidate),
  };
}

function presentSide(side: SideReport): SideDocument {
  return {
    figures: presentFigures(side.figures),
    rules: side.rules.map(presentRule),
    assets: side.assets.map(presentAssetFigures),
    failures: side.failures.map(presentFailure),
    tickets: side.tickets.map(presentTicket),
    ticketsLeftOut: side.ticketsLeftOut,
  };
}

function presentRule({ figures, assets, tripsAt, ...rule }: RuleReport): RuleDocument {
  return {
    ...rule,
    figures: presentFigures(figures),
    assets: assets.map(presentAssetFigures),
    ...definedTimes({ tripsAt }),
  };
}

function presentAssetFigures({ assetId, ...figures }: AssetFigures): SideDocument['assets'][number] {
  return { assetId, ...presentFigures(figures) };
}

function presentFigures({ warning, ...counts }: BacktestFigures): FiguresDocument {
  const seconds = (duration: Duration) => duration / SECOND;
  if (!warning) return counts;
  const { min, median, max } = warning;
  return { ...counts, warningSeconds: { min: seconds(min), median: seconds(median), max: seconds(max) } };
}

function presentFailure({ at, warning, ...failure }: JudgedFailure): SideDocument['failures'][number] {
  return { ...failure, at: formatTime(at), ...(warning !== undefined && { warningSeconds: warning / SECOND }) };
}

function presentTicket({ title, openedAt, spells, ...ticket }: BacktestTicket): SideDocument['tickets'][number] {
  return {
    ...ticket,
    title: presentText(title),
    openedAt: formatTime(openedAt),
    spells: spells.map(({ from, to, end }) => ({ from: formatTime(from), to: formatTime(to), end })),
  };
}

/** The times that are there, as text. */
function definedTimes<K extends string>(times: Readonly<Record<K, number | undefined>>): { [name in K]?: string } {
  const entries = Object.entries<number | undefined>(times).flatMap(([name, at]) => {
    const text = formatIfAny(at);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries) as { [name in K]?: string };
}
