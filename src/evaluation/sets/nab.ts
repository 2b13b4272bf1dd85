import { type NabData, readNab } from '../../../simulators/datasets/nab.ts';
import { DAY, type Timestamp } from '../../domain/time.ts';
import { raisesOf, ticketsOf } from '../alarms.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run } from '../run.ts';

const MONTH = 30 * DAY;

export const nab: Evaluation = {
  id: 'nab',
  title: 'NAB, temperature of an office',
  model: 'room-climate',
  folder: 'nab',
  looks: 'never',
  protocol:
    'As stamped, hourly with gaps. A marked window is found by a condition raised within it; each one raised outside of all windows is a false one, and their number is divided by the months outside the windows.',
  open(paths) {
    const data = readNab(onePath(paths));
    return { data, measure: (run) => measureNab(run, data.truth) };
  },
};

/** Windows found, and what was raised outside of them. */
export function measureNab(run: Run, { asset, windows, from, to }: NabData['truth']): Measure {
  const raises = raisesOf(ticketsOf(run, asset));
  const isIn = (time: Timestamp, [start, end]: readonly [number, number]) => time >= start && time <= end;
  const found = shareOf(windows.filter((window) => raises.some((time) => isIn(time, window))).length, windows.length);
  const outside = raises.filter((time) => !windows.some((window) => isIn(time, window)));
  const inWindows = windows.reduce((sum, [start, end]) => sum + (Math.min(end, to) - Math.max(start, from)), 0);
  const months = (to - from - inWindows) / MONTH;
  const rate = months > 0 ? outside.length / months : null;
  return {
    figures: { windows_found: found, raised_outside: outside.length, months_outside: months, outside_per_month: rate },
    goals: [shareGoal('windows_found', found, '>=', 1), numberGoal('outside_per_month', rate, '<=', 1)],
    lines: raises.map((time) => {
      return `${new Date(time).toISOString().slice(0, 16)} ${outside.includes(time) ? 'OUTSIDE' : 'in a marked window'}`;
    }),
  };
}
