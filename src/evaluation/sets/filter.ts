import { type FilterData, type FilterRun, readFilter } from '../../../simulators/datasets/filter.ts';
import { HOUR } from '../../domain/time.ts';
import { ticketsOf } from '../alarms.ts';
import { medianOf } from '../averages.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf, short } from '../measure.ts';
import { onePath } from '../paths.ts';
import { type LifePair, lifeErrors } from '../remainingLife.ts';
import type { Run } from '../run.ts';

const COMPONENT = 'filter';
/** Hours ahead that are enough, and those that are too many. */
const AHEAD = 10;
const EARLY = 60;

export const filter: Evaluation = {
  id: 'filter',
  title: 'Air filters clogging on a rig',
  model: 'air-filter',
  folder: 'filter',
  looks: 'every',
  protocol:
    'One second of the rig is one hour; a message has the means of ten rows and the dust fed so far. The run fails when the pressure passes 600 Pa. The error of the remaining life is that of P50 after each message, over all runs.',
  open(paths) {
    const data = readFilter(onePath(paths));
    return { data, measure: (run) => measureFilter(run, data.truth) };
  },
};

interface Judged {
  readonly run: FilterRun;
  /** Hours from the first ticket to the failure; undefined without one before it. */
  readonly ahead: number | undefined;
  /** Closed or cleared before the failure. */
  readonly ended: boolean;
}

/** Warning times and errors of the remaining life. */
export function measureFilter(run: Run, { runs }: FilterData['truth']): Measure {
  const judged = runs.map((one) => judge(run, one));
  const aheads = judged.flatMap(({ ahead }) => ahead ?? []);
  const inTime = shareOf(aheads.filter((ahead) => ahead >= AHEAD).length, runs.length);
  const early = aheads.filter((ahead) => ahead > EARLY).length;
  const ended = judged.filter((one) => one.ended).length;
  const errors = lifeErrors(runs.flatMap((one) => pairsOf(run, one)));
  const messages = runs.reduce((sum, { asset }) => sum + messagesOf(run, asset), 0);
  return {
    figures: {
      runs: runs.length,
      ticket_10h_ahead: inTime,
      more_than_60h_early: early,
      ended_before_failure: ended,
      median_hours_ahead: medianOf(aheads),
      rul_mae: errors.mae,
      rul_rmse: errors.rmse,
      rul_bias: errors.bias,
      coverage_p10_p90: errors.coverage,
      width_p10_p90: errors.width,
      n: errors.n,
      messages_with_forecast: shareOf(errors.n - errors.beyond, messages),
    },
    goals: [
      shareGoal('ticket_10h_ahead', inTime, '>=', 0.9),
      numberGoal('more_than_60h_early', early, '<=', 0),
      numberGoal('ended_before_failure', ended, '<=', 0),
      numberGoal('rul_mae', errors.mae, '<=', 8),
    ],
    lines: judged.map(({ run: { asset }, ahead, ended: hasEnded }) => {
      const ticket = ahead === undefined ? 'MISSED' : `ticket ${short(ahead)} h before the failure`;
      return `${asset}: ${ticket}${hasEnded ? ', ENDED before it' : ''}`;
    }),
  };
}

function judge(run: Run, one: FilterRun): Judged {
  const tickets = ticketsOf(run, one.asset, COMPONENT).filter(({ openedAt }) => openedAt <= one.failsAt);
  const [first] = tickets;
  const ended = tickets.some(
    ({ clearedAt, closedAt }) => Math.min(...clearedAt, closedAt ?? one.failsAt) < one.failsAt,
  );
  return { run: one, ahead: first && (one.failsAt - first.openedAt) / HOUR, ended };
}

function pairsOf(run: Run, { asset, failsAt }: FilterRun): LifePair[] {
  const observations = run.assets.get(asset)?.observations ?? [];
  return observations.flatMap(({ component, time, forecast }) => {
    if (component !== COMPONENT || !forecast) return [];
    const left = (quantile: number | null) => (quantile === null ? null : (quantile - time) / HOUR);
    return [
      { p10: left(forecast.p10), p50: left(forecast.p50), p90: left(forecast.p90), truth: (failsAt - time) / HOUR },
    ];
  });
}

function messagesOf(run: Run, asset: string): number {
  return run.assets.get(asset)?.observations.filter(({ component }) => component === COMPONENT).length ?? 0;
}
