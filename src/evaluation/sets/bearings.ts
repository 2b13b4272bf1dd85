import { type BearingData, readBearings } from '../../../simulators/datasets/bearings.ts';
import { HOUR } from '../../domain/time.ts';
import { raisesOf, ticketsOf } from '../alarms.ts';
import type { Evaluation } from '../evaluation.ts';
import { holds, type Measure, numberGoal, short } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run } from '../run.ts';

/** Share of the run in which no bearing may have a ticket but the one that fails. */
const HEALTHY = 0.6;

export const bearings: Evaluation = {
  id: 'bearings',
  title: 'IMS bearings, test 2, run to failure',
  model: 'rolling-bearing',
  folder: 'bearings',
  looks: 'never',
  protocol:
    'One device a bearing, one message each ten minutes, as stamped. Bearing 1 fails at the end; the end is the last row before the rig stopped.',
  open(paths) {
    const data = readBearings(onePath(paths));
    return { data, measure: (run) => measureBearings(run, data.truth) };
  },
};

/** Who has the first ticket, how long before the end, and who has one too many. */
export function measureBearings(run: Run, { assets, failed, from, to }: BearingData['truth']): Measure {
  const firsts = assets.map((asset) => ({ asset, at: raisesOf(ticketsOf(run, asset)).find((time) => time <= to) }));
  const own = firsts.find(({ asset }) => asset === failed)?.at;
  const others = firsts.filter(({ asset, at }) => asset !== failed && at !== undefined);
  const early = others.filter(({ at }) => at! < from + HEALTHY * (to - from));
  const ahead = own === undefined ? null : (to - own) / HOUR;
  const first = own !== undefined && others.every(({ at }) => at! >= own);
  return {
    figures: {
      failed_first: first,
      hours_ahead: ahead,
      tickets: run.tickets.length,
      healthy_with_ticket_in_first_60_percent: early.length,
      other_bearings_with_ticket: others.length,
    },
    goals: [
      holds('failed_first', first, first ? 'yes' : 'no', 'yes'),
      numberGoal('hours_ahead', ahead ?? 0, '>=', 36),
      numberGoal('healthy_with_ticket_in_first_60_percent', early.length, '<=', 0),
    ],
    lines: firsts.map(({ asset, at }) => {
      return `${asset}: ${at === undefined ? 'no ticket' : `ticket ${short((to - at) / HOUR)} h before the end`}`;
    }),
  };
}
