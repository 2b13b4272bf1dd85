import type { DegradationOptions, Failure } from './degradation.ts';
import type { Surroundings } from './surroundings.ts';

/** Measured values by metric id. */
export type Values = Record<string, number>;

export interface MachineOptions {
  readonly id: string;
  /** Everything random about the machine follows from it. */
  readonly seed: number;
  /** Epoch milliseconds at which the simulation begins. */
  readonly start: number;
  /** Counter readings and supply levels at the start, by metric id; a new machine where absent. */
  readonly initial?: Readonly<Record<string, number>>;
  readonly degradations?: readonly DegradationOptions[];
  /** Supplies that are renewed at a time (epoch ms), by component id. */
  readonly renewals?: readonly { readonly component: string; readonly at: number }[];
  readonly surroundings?: Surroundings;
  /** How much the machine is used: 1 is usual. */
  readonly intensity?: number;
  /** From `at` (epoch ms) on it is used as much as this. */
  readonly dutyChange?: { readonly at: number; readonly intensity: number };
}

/**
 * A simulated machine. Its values are a function of its options and the time alone: stepping to a time gives the same
 * values however many steps lead there.
 */
export interface Machine {
  readonly id: string;
  readonly model: string;
  /** Moves on to `time` (epoch ms), which may not lie before the present one. */
  advance(time: number): void;
  /** What the machine would report now. A fault code is there only while the fault lasts. */
  values(): Values;
  /** Every failure the machine will have had, with its exact time. */
  truth(): readonly Failure[];
}

/** What a kind of machine is made of: its inside moves in steps of one {@link STEP}. */
export interface Physics {
  /** Moves on through the step that begins at `from`. */
  step(from: number): void;
  /** Readings at `time`, measurement noise included. */
  measure(time: number): Values;
}

/** Inner step of all machines, in ms. Steps are aligned to the epoch. */
export const STEP = 60_000;

export function createMachine(
  model: string,
  options: MachineOptions,
  physics: Physics,
  truth: () => readonly Failure[],
): Machine {
  let time = options.start;
  let next = Math.ceil(options.start / STEP) * STEP;
  return {
    id: options.id,
    model,
    truth,
    advance(to) {
      if (to < time) {
        throw new RangeError(`${options.id} is at ${new Date(time).toISOString()} and can't go back to ${to}`);
      }
      time = to;
      for (; next + STEP <= to; next += STEP) physics.step(next);
    },
    values: () => physics.measure(time),
  };
}

/** How much a machine is used at a time. */
export function intensityOf({ intensity = 1, dutyChange }: MachineOptions): (time: number) => number {
  return (time) => (dutyChange && time >= dutyChange.at ? dutyChange.intensity : intensity);
}

/** Rounds to the resolution of a sensor with `digits` decimals. */
export function resolve(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Moves `value` towards `target` with a time constant given in steps. */
export function approach(value: number, target: number, steps: number): number {
  return value + (target - value) / steps;
}
