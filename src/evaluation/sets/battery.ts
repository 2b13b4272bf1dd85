import { type BatteryCell, type BatteryData, readBattery } from '../../../simulators/datasets/battery.ts';
import { ticketsOf } from '../alarms.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf, short } from '../measure.ts';
import type { Run } from '../run.ts';

const COMPONENT = 'cell';
/** Cycles ahead that are neither too late nor too early. */
const AHEAD = [10, 40] as const;

export const battery: Evaluation = {
  id: 'battery',
  title: 'NASA Li-ion cells, capacity to 1.4 Ah',
  model: 'li-ion-battery',
  folder: 'battery',
  looks: 'never',
  protocol: 'One message a discharge, a day apart. The end of life is the first discharge below 1.4 Ah.',
  open(paths) {
    const data = readBattery(paths);
    return { data, measure: (run) => measureBattery(run, data.truth) };
  },
};

/** Cycles from the first ticket to the end of life, and recoveries that were taken for a new cell. */
export function measureBattery(run: Run, { cells, cyclesBetween }: BatteryData['truth']): Measure {
  const judged = cells.map((cell) => judge(run, cell, cyclesBetween));
  const ending = judged.filter(({ cell }) => cell.end);
  const inTime = ending.filter(({ ahead }) => ahead !== undefined && ahead >= AHEAD[0] && ahead <= AHEAD[1]);
  const share = shareOf(inTime.length, ending.length);
  const renewed = judged.reduce((sum, one) => sum + one.renewed, 0);
  const more = judged.reduce((sum, one) => sum + Math.max(0, one.tickets - 1), 0);
  return {
    figures: {
      cells: cells.length,
      ticket_10_to_40_cycles_ahead: share,
      cycles_ahead: judged.map(({ ahead }) => ahead ?? null),
      recoveries_taken_for_replacements: renewed,
      second_tickets: more,
    },
    goals: [
      shareGoal('ticket_10_to_40_cycles_ahead', share, '>=', 1),
      numberGoal('recoveries_taken_for_replacements', renewed, '<=', 0),
      numberGoal('second_tickets', more, '<=', 0),
    ],
    lines: judged.map(({ cell, ahead }) => {
      const end = cell.end ? `end of life at cycle ${cell.end.cycle}` : `alive after ${cell.cycles} cycles`;
      return `${cell.asset}: ${end}, ${ahead === undefined ? 'no ticket before it' : `ticket ${short(ahead)} cycles ahead`}`;
    }),
  };
}

function judge(run: Run, cell: BatteryCell, cyclesBetween: (from: number, to: number) => number) {
  const tickets = ticketsOf(run, cell.asset, COMPONENT);
  const [first] = tickets;
  const { end } = cell;
  const ahead = end && first && first.openedAt <= end.time ? cyclesBetween(first.openedAt, end.time) : undefined;
  const findings = run.assets.get(cell.asset)?.findings ?? [];
  return { cell, ahead, tickets: tickets.length, renewed: findings.filter(({ change }) => change === 'reset').length };
}
