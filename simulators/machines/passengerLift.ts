import { normal, uniform, wander } from '../random.ts';
import { HOUR } from '../time.ts';
import { Degradations } from './degradation.ts';
import { approach, clamp, createMachine, intensityOf, type Machine, type MachineOptions, resolve } from './machine.ts';
import { BUILDING, busyness, indoorTemperature, TEMPERATE } from './surroundings.ts';

const FAILURE_MODES = {
  'door-operator-sluggish': 'door-operator',
  'brake-lining-worn': 'brake',
  'motor-overheated': 'drive-motor',
  'guide-shoes-worn': 'guide-shoes',
  'levelling-drift': 'levelling',
} as const;

/** Fault code after each failure; any failure takes the lift out of service. */
const FAULTS: Readonly<Record<string, number>> = {
  'door-operator-sluggish': 2,
  'brake-lining-worn': 6,
  'motor-overheated': 5,
  'guide-shoes-worn': 1,
  'levelling-drift': 4,
};

const OUT_OF_SERVICE = 0;
const IDLE = 1;
const TRAVELLING = 2;

/** Trips in a minute of the busiest hour. */
const PEAK_TRIPS = 2.2;
/** Simple bends of the rope in one trip: over the traction sheave, twice over the car and counterweight pulleys (2:1). */
const BENDS_PER_TRIP = 3;

/**
 * A passenger lift with 2:1 roping in a building of flats and offices. Degradations: a sluggish door, a worn brake, a
 * hot motor, worn guide shoes, levelling that drifts.
 */
export function createPassengerLift(options: MachineOptions): Machine {
  const { seed, start } = options;
  const place = options.surroundings ?? TEMPERATE;
  const intensityAt = intensityOf(options);
  const trafficAt = (time: number): number =>
    clamp(busyness(BUILDING, place, time) * intensityAt(time) * (0.85 + 0.15 * wander(seed, time, HOUR)), 0, 1);
  const faults = new Degradations(options.degradations ?? [], FAILURE_MODES, trafficAt, start);
  const character = 0.94 + 0.12 * uniform(seed, 1);

  let trips = options.initial?.['trip-count'] ?? 0;
  let doorCycles = options.initial?.['door-cycles'] ?? 0;
  let bends = options.initial?.['rope-bends'] ?? 0;
  let room = indoorTemperature(place, seed, start);
  let motor = room + 10;
  let status = IDLE;
  let fan = 0;

  function step(from: number): void {
    faults.step(from);
    const failed = faults.failed() !== undefined;
    const traffic = failed ? 0 : trafficAt(from);
    const made = tripsIn(traffic, from);
    trips += made;
    // Passengers who hold the door make it cycle once more.
    doorCycles += made + (made > 0 && uniform(seed + 3, from) < 0.12 ? 1 : 0);
    bends += made * BENDS_PER_TRIP;
    room = indoorTemperature(place, seed, from) + 2;
    motor = approach(motor, room + 12 + (44 * traffic + 75 * overheating(traffic)) * character, 25);
    status = failed ? OUT_OF_SERVICE : made > 0 ? TRAVELLING : IDLE;
    fan = motor > (fan ? room + 16 : room + 20) ? 1 : 0;
  }

  /** Trips begun in this minute: the expected number, rounded up or down at random. */
  function tripsIn(traffic: number, from: number): number {
    const expected = PEAK_TRIPS * traffic;
    return Math.floor(expected * 2 * uniform(seed + 2, from) + uniform(seed + 4, from));
  }

  /** A motor with weak cooling heats up with the traffic, a little even without. */
  function overheating(traffic: number): number {
    return faults.level('motor-overheated') * (0.25 + 0.75 * traffic);
  }

  function measure(time: number) {
    const noise = (channel: number) => normal(seed + channel, time);
    const lining = faults.level('brake-lining-worn');
    const gap = (0.3 + 0.5 * lining) * character;
    const failed = faults.failed();
    const fault = failed === undefined ? undefined : FAULTS[failed];
    const closing = 3.1 * character + 4.2 * faults.level('door-operator-sluggish') ** 1.3;
    const offset = 3.5 * character + 22 * faults.level('levelling-drift') ** 1.2;
    return {
      'trip-count': trips,
      'door-cycles': doorCycles,
      'rope-bends': bends,
      'door-closing-time': resolve(closing + 0.05 * noise(11), 2),
      'motor-temperature': resolve(motor + 0.4 * noise(12), 1),
      'brake-air-gap': resolve(gap + 0.004 * noise(13), 3),
      'brake-release-time': resolve(150 + 180 * gap + 4 * noise(14), 0),
      'stopping-accuracy': resolve(Math.abs(offset + 0.6 * noise(15)), 1),
      'car-vibration': resolve(12 * character + 36 * faults.level('guide-shoes-worn') ** 1.3 + 0.7 * noise(16), 1),
      'machine-room-temperature': resolve(room + 0.2 * noise(17), 1),
      status,
      'fan-running': fan,
      ...(fault === undefined ? {} : { fault }),
    };
  }

  return createMachine('passenger-lift', options, { step, measure }, () => faults.truth);
}
