import { normal, uniform, wander } from '../random.ts';
import { HOUR } from '../time.ts';
import { Degradations } from './degradation.ts';
import {
  approach,
  clamp,
  createMachine,
  intensityOf,
  type Machine,
  type MachineOptions,
  resolve,
  STEP,
} from './machine.ts';
import { busyness, FACTORY, indoorTemperature, TEMPERATE } from './surroundings.ts';

const FAILURE_MODES = {
  'inlet-filter-clogged': 'inlet-filter',
  'separator-clogged': 'separator',
  'oil-overheated': 'oil-cooler',
  'bearing-worn': 'airend',
  'capacity-lost': 'airend',
} as const;

/** Fault code reported after each failure; the others only let the pressure fall. */
const TRIPS: Readonly<Record<string, number>> = {
  'separator-clogged': 2,
  'oil-overheated': 3,
  'bearing-worn': 5,
};

const STOPPED = 0;
const UNLOADED = 1;
const LOADED = 2;
const SET_PRESSURE = 7.5;

/**
 * An oil-injected screw compressor of 37 kW in a factory with two shifts. Degradations: clogging filters and
 * separator, a fouled cooler, a worn bearing, lost capacity.
 */
export function createScrewCompressor(options: MachineOptions): Machine {
  const { seed, start } = options;
  const place = options.surroundings ?? TEMPERATE;
  const intensityAt = intensityOf(options);
  const demandAt = (time: number): number => {
    const busy = busyness(FACTORY, place, time) * intensityAt(time);
    return clamp(busy * (0.86 + 0.14 * wander(seed, time, 0.7 * HOUR)), 0, 1);
  };
  const faults = new Degradations(options.degradations ?? [], FAILURE_MODES, demandAt, start);
  const character = 0.94 + 0.12 * uniform(seed, 1);

  let runHours = options.initial?.['run-hours'] ?? 0;
  let running = STOPPED;
  let demand = 0;
  let oil = indoorTemperature(place, seed, start);
  let pressure = SET_PRESSURE - 1;

  function step(from: number): void {
    faults.step(from);
    const tripped = TRIPS[faults.failed() ?? ''] !== undefined;
    demand = tripped ? 0 : demandAt(from);
    running = demand < 0.06 ? STOPPED : demand < 0.2 ? UNLOADED : LOADED;
    if (running !== STOPPED) runHours += STEP / HOUR;
    oil = approach(oil, oilTarget(from), running === STOPPED ? 90 : 20);
    pressure = nextPressure();
  }

  function oilTarget(time: number): number {
    const room = indoorTemperature(place, seed, time);
    if (running === STOPPED) return room;
    const heat = running === LOADED ? 43 + 9 * demand : 36;
    // The thermostatic valve keeps the oil above the dew point.
    return Math.max(70, room + heat * character) + 36 * faults.level('oil-overheated');
  }

  function nextPressure(): number {
    if (running === STOPPED) return Math.max(3.5, pressure - 0.008);
    const lost = 2.4 * faults.level('capacity-lost') + 0.7 * faults.level('inlet-filter-clogged') ** 2;
    const target = SET_PRESSURE - lost * demand;
    return pressure + clamp(target - pressure, -0.1, 0.25);
  }

  function measure(time: number) {
    const noise = (channel: number) => normal(seed + channel, time);
    const loaded = running === LOADED;
    const spinning = running !== STOPPED;
    const drop = loaded ? separatorDrop() : spinning ? 0.05 : 0;
    const vacuum = loaded ? inletVacuum(time) : spinning ? 4 : 0;
    const current = loaded ? 29 + 33 * demand * character + 9 * drop : spinning ? 25 : 0;
    const fault = TRIPS[faults.failed() ?? ''];
    return {
      'run-hours': resolve(runHours, 2),
      'discharge-temperature': resolve(oil + (spinning ? 5 + 4 * demand : 0) + 0.4 * noise(11), 1),
      'oil-temperature': resolve(oil + 0.3 * noise(12), 1),
      'discharge-pressure': resolve(clamp(pressure + 0.05 * noise(13), 0, 20), 2),
      'separator-differential-pressure': resolve(Math.max(0, drop + (spinning ? 0.008 * noise(14) : 0)), 3),
      'inlet-filter-vacuum': resolve(Math.max(0, vacuum + (spinning ? 0.5 * noise(15) : 0)), 1),
      'motor-current': resolve(Math.max(0, current + (spinning ? 0.6 * noise(16) : 0)), 1),
      'airend-vibration': resolve(spinning ? Math.max(0.1, vibration() + 0.15 * noise(17)) : 0, 2),
      running,
      ...(fault === undefined ? {} : { fault }),
    };
  }

  function separatorDrop(): number {
    const age = (runHours % 4000) / 4000;
    return (0.2 + 0.12 * age + 0.9 * faults.level('separator-clogged') ** 1.2) * (0.7 + 0.3 * demand) * character;
  }

  function inletVacuum(time: number): number {
    const dust = 2 * wander(seed + 20, time, 40 * HOUR);
    return (19 + dust + 50 * faults.level('inlet-filter-clogged') ** 1.1) * (0.55 + 0.45 * demand) * character;
  }

  /** Bearing wear shows late and then grows fast. */
  function vibration(): number {
    const wear = Math.expm1(2.5 * faults.level('bearing-worn')) / Math.expm1(2.5);
    return (running === LOADED ? 1 : 0.7) * (2.1 + 0.9 * demand + 11 * wear) * character;
  }

  return createMachine('screw-compressor', options, { step, measure }, () => faults.truth);
}
