import { UnavailableError } from '../../../src/errors.ts';
import type { SimulatedTime } from './time.ts';

export const FAULTS = [
  'crash-before',
  'crash-between',
  'crash-after',
  'fail-before',
  'fail-between',
  'fail-after',
] as const;

/** What happens to a call, and whether its work is not done, done in part or done when it does. */
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  /** So many calls after the fault before it. */
  readonly after: number;
  readonly kind: FaultKind;
  /** Whose next call then meets it; any when undefined. */
  readonly part?: Part | undefined;
  /** Of a failure: the part that was called fails for so long, in milliseconds. */
  readonly lasts: number;
}

export type Part = 'store' | 'database' | 'journal';

/** One run of a process. Calls that it has under way when it is over are never answered. */
export class Life {
  #isOver = false;
  readonly #ends: (() => void)[] = [];

  get isOver(): boolean {
    return this.#isOver;
  }

  onEnd(run: () => void): void {
    this.#ends.push(run);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const run of this.#ends) run();
  }
}

/** How much of the work of a call is to be done: 0 none, 1 all. */
type Work<T> = (share: number) => T | Promise<T>;

/** All calls of all processes to what outlives them: each takes its time, and some meet a fault. */
export class Calls {
  readonly #time: SimulatedTime;
  readonly #faults: Fault[];
  readonly #random: () => number;
  readonly #next = new Map<string, FaultKind>();
  readonly #downUntil = new Map<Part, number>();
  #left: number;
  made = 0;
  /** Faults met, in words. */
  readonly met: string[] = [];

  constructor(time: SimulatedTime, faults: readonly Fault[], seed: number) {
    this.#time = time;
    this.#faults = [...faults];
    this.#left = this.#faults[0]?.after ?? Number.POSITIVE_INFINITY;
    this.#random = randomFrom(seed);
  }

  /** The next call of this name meets this fault. */
  meet(name: string, kind: FaultKind): void {
    this.#next.set(name, kind);
  }

  /** From now on all goes well. */
  heal(): void {
    this.#faults.length = 0;
    this.#left = Number.POSITIVE_INFINITY;
    this.#downUntil.clear();
    this.#next.clear();
  }

  async call<T>(life: Life, part: Part, name: string, work: Work<T>): Promise<T> {
    await this.#wait(life, this.#random() < 0.97 ? this.#random() * 4 : this.#random() * 400);
    if (this.#time.now < (this.#downUntil.get(part) ?? 0)) throw new UnavailableError(part, new Error('still down'));
    this.made++;
    const fault = this.#fault(part, name);
    if (!fault) return work(1);
    this.met.push(`${fault.kind} ${part}.${name}`);
    const [effect, when] = fault.kind.split('-') as ['crash' | 'fail', 'before' | 'between' | 'after'];
    if (when !== 'before') await work(when === 'after' ? 1 : this.#random());
    if (effect === 'crash') {
      life.end();
      return never();
    }
    this.#downUntil.set(part, this.#time.now + fault.lasts);
    throw new UnavailableError(part, new Error(`${fault.kind} ${name}`));
  }

  #fault(part: Part, name: string): Pick<Fault, 'kind' | 'lasts'> | undefined {
    const kind = this.#next.get(name);
    if (kind && this.#next.delete(name)) return { kind, lasts: 0 };
    if (this.#left > 0) {
      this.#left--;
      return undefined;
    }
    const { part: only } = this.#faults[0] ?? {};
    if (only !== undefined && only !== part) return undefined;
    const fault = this.#faults.shift();
    this.#left = this.#faults[0]?.after ?? Number.POSITIVE_INFINITY;
    return fault;
  }

  #wait(life: Life, duration: number): Promise<void> {
    if (life.isOver) return never();
    return new Promise((resolve) => {
      this.#time.at(this.#time.now + duration, () => {
        if (!life.isOver) resolve();
      });
    });
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** Mulberry32: 0 inclusive to 1 exclusive. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
