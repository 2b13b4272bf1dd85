import { readSkab, type SkabData, type SkabRun } from '../../../simulators/datasets/skab.ts';
import { SECOND } from '../../domain/time.ts';
import { type Alarm, alarmsOf, raisesOf, ticketsOf } from '../alarms.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf } from '../measure.ts';
import type { Run } from '../run.ts';

/** What a run begins with is for learning. */
const LEARNING = 400 * SECOND;
const WITHIN = 60 * SECOND;

export const skab: Evaluation = {
  id: 'skab',
  title: 'Skoltech water-pump test bed',
  model: 'water-pump',
  folder: 'skab',
  looks: 'never',
  protocol:
    'One device a file, one message a second, as stamped; the first 400 s are learning time. F1 counts messages after that: an alarm holds from the finding that raises it to the one that clears it.',
  open(paths) {
    const data = readSkab(paths);
    return { data, measure: (run) => measureSkab(run, data.truth) };
  },
};

interface Judged {
  readonly run: SkabRun;
  readonly detected: boolean;
  readonly before: boolean;
  readonly tickets: number;
  readonly delay: number | undefined;
}

/** Alarms in time, too early and where there is no fault; beside it F1 by message. */
export function measureSkab(run: Run, { runs }: SkabData['truth']): Measure {
  const judged = runs.map((one) => judge(run, one));
  const faulty = judged.filter(({ run: { fault } }) => fault);
  const sound = judged.filter(({ run: { fault } }) => !fault);
  const detected = shareOf(faulty.filter((one) => one.detected).length, faulty.length);
  const before = shareOf(faulty.filter((one) => one.before).length, faulty.length);
  const more = faulty.filter(({ tickets }) => tickets > 1).length;
  const onSound = sound.reduce((sum, { tickets }) => sum + tickets, 0);
  return {
    figures: {
      runs: faulty.length,
      alarm_within_60s: detected,
      alarm_before_fault: before,
      runs_with_more_than_one_ticket: more,
      tickets_on_anomaly_free: sound.length === 0 ? null : onSound,
      ...pointwise(run, runs),
    },
    goals: [
      shareGoal('alarm_within_60s', detected, '>=', 0.8),
      shareGoal('alarm_before_fault', before, '<=', 0.15),
      numberGoal('runs_with_more_than_one_ticket', more, '<=', 0),
      numberGoal('tickets_on_anomaly_free', sound.length === 0 ? null : onSound, '<=', 0),
    ],
    lines: judged.map(line),
  };
}

function judge(run: Run, one: SkabRun): Judged {
  const tickets = ticketsOf(run, one.asset);
  const raises = raisesOf(tickets);
  const [from] = one.fault ?? [Number.POSITIVE_INFINITY];
  const first = raises.find((time) => time >= from);
  return {
    run: one,
    detected: first !== undefined && first <= from + WITHIN,
    before: raises.some((time) => time < from),
    tickets: tickets.length,
    delay: first === undefined ? undefined : (first - from) / SECOND,
  };
}

function pointwise(run: Run, runs: readonly SkabRun[]): Record<string, number | null> {
  let [hits, misses, false_] = [0, 0, 0];
  for (const { asset, from, marked } of runs) {
    const record = run.assets.get(asset);
    const alarms = record ? alarmsOf(record) : [];
    for (const { time, anomalous } of marked) {
      if (time < from + LEARNING) continue;
      const alarmed = isAlarmed(alarms, time);
      if (alarmed && anomalous) hits++;
      else if (anomalous) misses++;
      else if (alarmed) false_++;
    }
  }
  const ratio = (of: number) => (of === 0 ? null : hits / of);
  return { f1: ratio(hits + (misses + false_) / 2), precision: ratio(hits + false_), recall: ratio(hits + misses) };
}

function isAlarmed(alarms: readonly Alarm[], time: number): boolean {
  return alarms.some(({ from, until }) => from <= time && time < until);
}

function line({ run: { asset, fault }, detected, before, tickets, delay }: Judged): string {
  if (!fault) return `${asset}: no fault, ${tickets} tickets`;
  const alarm = delay === undefined ? 'MISSED' : `alarm after ${delay} s${detected ? '' : ' (LATE)'}`;
  return `${asset}: ${alarm}${before ? ', ALARM BEFORE the fault' : ''}${tickets > 1 ? `, ${tickets} TICKETS` : ''}`;
}
