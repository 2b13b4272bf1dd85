import type { Draws } from '../draws.ts';
import type { World } from '../world.ts';

/** Puts right what was broken. */
export type Heal = () => Promise<void> | void;

export interface FaultKind {
  /** As the table names it. */
  readonly name: string;
  /** What it breaks: two faults at once never break the same. */
  readonly breaks: string;
  /** How long it lasts, in seconds. */
  readonly lasts: readonly [number, number];
  /** How often it is drawn beside the others; 1 when absent. */
  readonly weight?: number;
  inject(world: World, draws: Draws): Promise<Heal>;
}

/** The kinds of a family that this world can suffer. */
export type FaultFamily = (world: World) => readonly FaultKind[];
