import { normal, uniform, wander } from '../random.ts';
import { DAY, HOUR } from '../time.ts';
import { Degradations, type Failure } from './degradation.ts';
import {
  approach,
  clamp,
  createMachine,
  intensityOf,
  type Machine,
  type MachineOptions,
  type Physics,
  resolve,
  STEP,
} from './machine.ts';
import { Supplies, type Supply } from './supplies.ts';
import { busyness, indoorTemperature, OFFICE, TEMPERATE } from './surroundings.ts';

const FAILURE_MODES = {
  'fuser-heater-weak': 'fuser',
  'roller-worn': 'feed-roller',
  'fan-slow': 'exhaust-fan',
} as const;

/** Alert after each failure, by Printer MIB code. */
const ALERTS: Readonly<Record<string, number>> = { 'fuser-heater-weak': 1001, 'roller-worn': 8, 'fan-slow': 1002 };
const TONER_EMPTY = 1101;

const SUPPLIES = {
  toner: { component: 'toner-cartridge', failureMode: 'toner-empty', pages: 25_000 },
  drum: { component: 'drum', failureMode: 'drum-worn', pages: 100_000 },
  wasteToner: { component: 'waste-toner-bottle', failureMode: 'waste-toner-full', pages: 30_000 },
} as const satisfies Record<string, Supply>;

const SLEEPING = 0;
const IDLE = 1;
const PRINTING = 2;
const STOPPED = 3;
const SLEEP_AFTER = 30 * 60_000;
/** How far beyond the start it is known when supplies run out. */
const TRUTH_HORIZON = 130 * DAY;

/**
 * An office laser printer. Toner, drum and waste toner bottle are used up by pages and renewed as planned or once they
 * are at their end; degradations: a weak fuser heater, a worn feed roller, a slow fan. The truth about supplies
 * reaches {@link TRUTH_HORIZON} beyond the start.
 */
export function createLaserPrinter(options: MachineOptions): Machine {
  const { physics, faults } = simulate(options);
  let exhaustions: readonly Failure[] | undefined;
  return createMachine('laser-printer', options, physics, () => {
    exhaustions ??= lookAhead(options);
    return [...faults.truth, ...exhaustions];
  });
}

/** When supplies run out depends on all that is printed before, so a twin runs ahead to see. */
function lookAhead(options: MachineOptions): readonly Failure[] {
  const { physics, supplies } = simulate(options);
  const begin = Math.ceil(options.start / STEP) * STEP;
  for (let from = begin; from < begin + TRUTH_HORIZON; from += STEP) physics.step(from);
  return supplies.history;
}

interface Printer {
  readonly physics: Physics;
  readonly faults: Degradations;
  readonly supplies: Supplies<keyof typeof SUPPLIES>;
}

function simulate(options: MachineOptions): Printer {
  const { seed, start } = options;
  const place = options.surroundings ?? TEMPERATE;
  const intensityAt = intensityOf(options);
  const activityAt = (time: number): number =>
    clamp(busyness(OFFICE, place, time) * (0.8 + 0.2 * wander(seed, time, 2 * HOUR)), 0, 1);
  const faults = new Degradations(options.degradations ?? [], FAILURE_MODES, activityAt, start);
  const initial = options.initial ?? {};
  const used = {
    toner: 100 - (initial['toner-remaining'] ?? 100),
    drum: 100 - (initial['drum-remaining'] ?? 100),
    wasteToner: initial['waste-toner-level'] ?? 0,
  };
  const supplies = new Supplies(SUPPLIES, options.renewals ?? [], used, start);
  const character = 0.94 + 0.12 * uniform(seed, 1);

  let pages = initial['page-count'] ?? 0;
  let status = SLEEPING;
  let lastUse = start - SLEEP_AFTER;
  let room = indoorTemperature(place, seed, start);
  let fuser = room;
  let inside = room;

  function step(from: number): void {
    faults.step(from);
    const blocked = faults.failed() !== undefined || supplies.exhausted() !== undefined;
    const printed = blocked ? 0 : pagesIn(from);
    pages += printed;
    supplies.step(from, printed);
    if (printed > 0) lastUse = from;
    status = blocked ? STOPPED : printed > 0 ? PRINTING : from - lastUse < SLEEP_AFTER ? IDLE : SLEEPING;
    room = indoorTemperature(place, seed, from) + 2;
    fuser = approach(fuser, status === PRINTING ? 195 : status === IDLE ? 150 : room, status === PRINTING ? 1.5 : 8);
    inside = approach(inside, room + (fuser - room) * (0.08 + 0.1 * faults.level('fan-slow')), 20);
  }

  function pagesIn(from: number): number {
    const busy = uniform(seed + 2, from) < 0.3 * activityAt(from) * intensityAt(from);
    return busy ? 1 + Math.floor(14 * uniform(seed + 3, from) ** 2) : 0;
  }

  function measure(time: number) {
    const noise = (channel: number) => normal(seed + channel, time);
    const awake = status !== SLEEPING;
    const heater = faults.level('fuser-heater-weak');
    const retries = 4 * character + 52 * faults.level('roller-worn') ** 1.2 + wander(seed + 20, time, 10 * HOUR);
    const alert = alertCode();
    return {
      'page-count': pages,
      'toner-remaining': 100 - Math.floor(supplies.used('toner')),
      'drum-remaining': 100 - Math.floor(supplies.used('drum')),
      'waste-toner-level': Math.floor(supplies.used('wasteToner')),
      'fuser-temperature': resolve(fuser + 0.8 * noise(11), 1),
      'fuser-warm-up-time': resolve(18.5 * character + 28 * heater ** 1.2 - 0.1 * (room - 22) + 0.3 * noise(12), 1),
      'pick-retry-rate': resolve(Math.max(0, retries + 0.8 * noise(13)), 1),
      'fan-speed': awake ? resolve(2900 * character * (1 - 0.6 * faults.level('fan-slow')) + 25 * noise(14), 0) : 0,
      'internal-temperature': resolve(inside + 0.3 * noise(15), 1),
      status,
      ...(alert === undefined ? {} : { alert }),
    };
  }

  function alertCode(): number | undefined {
    const failed = faults.failed();
    if (failed !== undefined) return ALERTS[failed];
    return supplies.exhausted() === 'toner' ? TONER_EMPTY : undefined;
  }

  return { physics: { step, measure }, faults, supplies };
}
