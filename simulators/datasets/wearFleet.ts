import type { DegradationOptions, Failure } from '../machines/degradation.ts';
import { machineTypes } from '../machines/index.ts';
import type { Machine, Values } from '../machines/machine.ts';
import { normal, seedOf, uniform } from '../random.ts';
import { DAY, HOUR } from '../time.ts';
import { type DataSet, type Device, inOrderOfTime, type Reading, type Replacement } from './dataset.ts';

export interface FleetFailure extends Failure {
  readonly asset: string;
  /** Repaired before it came to a failure. */
  readonly prevented: boolean;
}

export interface FleetData extends DataSet {
  readonly truth: {
    readonly failures: readonly FleetFailure[];
    readonly assets: readonly string[];
    readonly from: number;
    readonly to: number;
  };
}

interface Kind {
  readonly model: string;
  readonly count: number;
  readonly failureModes: readonly string[];
  /** Analogue values to which noise and drift are added; counters, percentages and states are exact. */
  readonly analogue: readonly string[];
  readonly initial: Readonly<Record<string, number>>;
  /** Its age at the start is known by this reading of the counter; absent where it was new then. */
  readonly components: Readonly<Record<string, number | undefined>>;
}

const KINDS: readonly Kind[] = [
  {
    model: 'screw-compressor',
    count: 12,
    failureModes: ['inlet-filter-clogged', 'separator-clogged', 'oil-overheated', 'bearing-worn'],
    analogue: [
      'oil-temperature',
      'discharge-pressure',
      'separator-differential-pressure',
      'inlet-filter-vacuum',
      'airend-vibration',
    ],
    initial: { 'run-hours': 2000 },
    components: { oil: 2000, 'oil-filter': 2000, 'cooling-fan': 0 },
  },
  {
    model: 'passenger-lift',
    count: 12,
    failureModes: [
      'door-operator-sluggish',
      'brake-lining-worn',
      'motor-overheated',
      'guide-shoes-worn',
      'levelling-drift',
    ],
    analogue: ['door-closing-time', 'motor-temperature', 'brake-air-gap', 'car-vibration', 'stopping-accuracy'],
    initial: { 'trip-count': 100_000, 'door-cycles': 110_000, 'rope-bends': 300_000 },
    components: { 'suspension-ropes': 0, 'door-operator': 0, 'main-contactor': 0, 'inverter-fan': undefined },
  },
  {
    model: 'laser-printer',
    count: 8,
    failureModes: ['fuser-heater-weak', 'roller-worn', 'fan-slow'],
    analogue: ['fuser-warm-up-time', 'pick-retry-rate', 'fan-speed', 'internal-temperature'],
    initial: { 'page-count': 20_000, 'drum-remaining': 80 },
    components: { fuser: 0 },
  },
];

const SEED = 20_200_101;
const FROM = Date.UTC(2020, 0, 1);
const TO = FROM + 120 * DAY;
const EVERY = HOUR;
const WEEK = 7 * DAY;
/** Of the machines at the start. */
const AGE = 300 * DAY;
/** Of every five machines three have a fault that develops; of those one in three is repaired before it fails. */
const FAULTY = [true, false, true, true, false];
const REPAIRED_EVERY = 3;
/** Every fourth machine is used differently in the second half. */
const DUTY_CHANGE_EVERY = 4;
/** Noise beside that of the machines themselves, and the drift of a sensor over the whole time; shares of the value. */
const NOISE = 0.01;
const DRIFT = 0.03;
const LOST = 0.03;
const GAPS = 3;
const GAP = [6 * HOUR, 72 * HOUR] as const;

/**
 * A fleet whose failures are known: machines of three kinds over 120 days, an hour apart, with added noise, drifting
 * sensors, lost messages, gaps, changes of duty and parts that are repaired before they fail. The same fleet every time,
 * stamped so that it ends in the week before `now`: lives by the calendar go by the machine's clock.
 */
export function simulateFleet(now: number = Date.now()): FleetData {
  const offset = Math.floor((now - TO) / WEEK) * WEEK;
  const machines = KINDS.flatMap((kind) => Array.from({ length: kind.count }, (_, at) => machineOf(kind, at)));
  const failures = machines.flatMap(({ machine }) => failuresOf(machine, offset));
  const items = machines.flatMap(({ machine, kind }) => [...readings(machine, kind), ...repairs(machine)]);
  return {
    files: [],
    devices: machines.map(({ machine, kind }) => deviceOf(machine, kind, offset)),
    items: inOrderOfTime(items).map((item) => ({ ...item, time: item.time + offset })),
    truth: { failures, assets: machines.map(({ machine }) => machine.id), from: FROM + offset, to: TO + offset },
  };
}

function machineOf(kind: Kind, at: number): { readonly machine: Machine; readonly kind: Kind } {
  const id = `${kind.model}-${at + 1}`;
  const seed = SEED ^ seedOf(id);
  const changes = at % DUTY_CHANGE_EVERY === DUTY_CHANGE_EVERY - 1;
  const machine = machineTypes.get(kind.model)!({
    id,
    seed,
    start: FROM,
    initial: kind.initial,
    intensity: 0.85 + 0.15 * uniform(seed, 2),
    ...(changes && { dutyChange: { at: FROM + 60 * DAY, intensity: 0.6 + 0.1 * uniform(seed, 3) } }),
    degradations: FAULTY[at % FAULTY.length] ? [fault(kind, at, seed)] : [],
  });
  return { machine, kind };
}

function fault(kind: Kind, at: number, seed: number): DegradationOptions {
  const failureMode = kind.failureModes[at % kind.failureModes.length]!;
  const onset = FROM + (5 + 15 * uniform(seed, 4)) * DAY;
  const failsAt = onset + (60 + 30 * uniform(seed, 5)) * DAY;
  const early = at % REPAIRED_EVERY === 0;
  return { failureMode, onset, failsAt, ...(early && { repairedAt: onset + 0.92 * (failsAt - onset) }) };
}

function failuresOf(machine: Machine, offset: number): FleetFailure[] {
  return machine.truth().map(({ onset, failsAt, repairedAt, ...failure }) => ({
    ...failure,
    onset: onset + offset,
    failsAt: failsAt + offset,
    repairedAt: repairedAt + offset,
    asset: machine.id,
    prevented: repairedAt < failsAt,
  }));
}

/** A component that counts from the present reading is new; one that counts from 0 is as old as the machine. */
function deviceOf({ id, model }: Machine, { components, initial }: Kind, offset: number): Device {
  const counter = Object.values(initial)[0]!;
  const installed = Object.entries(components).map(([component, reading]) => {
    return [
      component,
      {
        time: offset + (reading === undefined || reading === counter ? FROM : FROM - AGE),
        ...(reading !== undefined && { reading }),
      },
    ];
  });
  return { asset: id, model, installed: Object.fromEntries(installed) };
}

function* readings(machine: Machine, { analogue }: Kind): Generator<Reading> {
  const seed = SEED ^ seedOf(`${machine.id}|line`);
  const gaps = Array.from({ length: GAPS }, (_, at) => {
    const from = FROM + uniform(seed, at) * (TO - FROM);
    return [from, from + GAP[0] + uniform(seed ^ 1, at) * (GAP[1] - GAP[0])] as const;
  });
  for (let time = FROM + EVERY; time <= TO; time += EVERY) {
    machine.advance(time);
    const isLost = uniform(seed ^ 2, time) < LOST || gaps.some(([from, to]) => time >= from && time < to);
    if (!isLost) yield { asset: machine.id, time, values: disturbed(machine.values(), analogue, seed, time) };
  }
}

function disturbed(values: Values, analogue: readonly string[], seed: number, time: number): Values {
  const share = (time - FROM) / (TO - FROM);
  const result = { ...values };
  analogue.forEach((metric, at) => {
    const drift = DRIFT * (2 * uniform(seed ^ 3, at) - 1) * share;
    const value = result[metric];
    if (value !== undefined) result[metric] = value * (1 + drift + NOISE * normal(seed + at, time));
  });
  return result;
}

/** What a technician enters; printers tell of new supplies by themselves. */
function repairs(machine: Machine): Replacement[] {
  const bySelf = ['toner-cartridge', 'drum', 'waste-toner-bottle'];
  return machine
    .truth()
    .filter(({ component, repairedAt }) => repairedAt < TO && !bySelf.includes(component))
    .map(({ component, repairedAt }) => ({ asset: machine.id, time: Math.ceil(repairedAt), replaced: component }));
}
