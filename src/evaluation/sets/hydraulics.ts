import { type HydraulicsData, type RigCycle, readHydraulics } from '../../../simulators/datasets/hydraulics.ts';
import type { Health } from '../../domain/view.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, type Share, shareGoal, shareOf } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run } from '../run.ts';

export const hydraulics: Evaluation = {
  id: 'hydraulics',
  title: 'UCI 447 hydraulic rig, cooler and pump',
  model: 'hydraulic-rig',
  folder: 'hydraulics',
  looks: 'every',
  protocol:
    'One message a cycle with the means of its sensors and the upper quartile of its efficiency, a minute apart. The state of cooler and pump is their health after each stable cycle: good, warning or critical, for a sound, a reduced and a nearly failed one.',
  open(paths) {
    const data = readHydraulics(onePath(paths));
    return { data, measure: (run) => measureHydraulics(run, data.truth) };
  },
};

type State = 'good' | 'warning' | 'critical';

const COOLER: Readonly<Record<number, State>> = { 100: 'good', 20: 'warning', 3: 'critical' };
const LEAK: Readonly<Record<number, State>> = { 0: 'good', 1: 'warning', 2: 'critical' };

/** How often the state of cooler and pump is right on stable cycles; beside it whether there is a fault at all. */
export function measureHydraulics(run: Run, { asset, cycles }: HydraulicsData['truth']): Measure {
  const stable = cycles.filter(({ stable: isStable }) => isStable);
  const cooler = compare(run, asset, 'cooler', stable, (cycle) => COOLER[cycle.cooler]);
  const leak = compare(run, asset, 'pump', stable, (cycle) => LEAK[cycle.leak]);
  return {
    figures: {
      cycles: cycles.length,
      stable_cycles: stable.length,
      cooler_state: cooler.state,
      leak_state: leak.state,
      cooler_fault: cooler.fault,
      leak_fault: leak.fault,
      tickets: run.tickets.length,
    },
    goals: [shareGoal('cooler_state', cooler.state, '>=', 0.98), shareGoal('leak_state', leak.state, '>=', 0.98)],
    lines: [...cooler.lines, ...leak.lines],
  };
}

function compare(
  run: Run,
  asset: string,
  component: string,
  cycles: readonly RigCycle[],
  truthOf: (cycle: RigCycle) => State | undefined,
): { state: Share; fault: Share; lines: string[] } {
  const observations = run.assets.get(asset)?.observations ?? [];
  const said = new Map(
    observations.filter((one) => one.component === component).map(({ time, health }) => [time, stateOf(health)]),
  );
  const pairs = cycles.map((cycle) => ({ truth: truthOf(cycle), said: said.get(cycle.time) }));
  const right = pairs.filter((pair) => pair.truth === pair.said);
  const faultRight = pairs.filter((pair) => (pair.truth === 'good') === (pair.said === 'good'));
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    const key = `${component}: ${pair.truth} judged ${pair.said}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    state: shareOf(right.length, pairs.length),
    fault: shareOf(faultRight.length, pairs.length),
    lines: [...counts].sort().map(([key, count]) => `${key}: ${count} cycles`),
  };
}

function stateOf(health: Health): State | undefined {
  if (health === 'unknown') return undefined;
  return health === 'watch' ? 'warning' : health;
}
