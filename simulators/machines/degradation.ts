import { HOUR } from '../time.ts';
import { STEP } from './machine.ts';

/** A fault that will develop. Times are epoch milliseconds. */
export interface DegradationOptions {
  readonly failureMode: string;
  /** When the first change could be measured. */
  readonly onset: number;
  /** When the component fails unless it is repaired before. */
  readonly failsAt: number;
  /** Default: {@link DOWNTIME} after the failure. */
  readonly repairedAt?: number;
}

/** The truth about one failure. It never happens when `repairedAt` lies before `failsAt`. */
export interface Failure {
  readonly component: string;
  readonly failureMode: string;
  readonly onset: number;
  readonly failsAt: number;
  readonly repairedAt: number;
}

/** How long a failed machine waits for repair. */
const DOWNTIME = 18 * HOUR;

/** Wear while the machine stands still, as a share of wear under full load. */
const IDLE_WEAR = 0.02;

/**
 * The developing faults of one machine. Each rises from 0 at its onset to 1 at its failure in proportion to the load
 * in between, so that it stands still on a free weekend and yet fails at the minute it was given.
 */
export class Degradations {
  readonly truth: readonly Failure[];
  readonly #courses: Course[];

  /**
   * @param components component id by failure mode: what this kind of machine can suffer from
   * @param load load from 0 to 1 in the step that begins at a time; a pure function
   * @throws RangeError for an unknown failure mode or times out of order
   */
  constructor(
    options: readonly DegradationOptions[],
    components: Readonly<Record<string, string>>,
    load: (from: number) => number,
    start: number,
  ) {
    this.truth = options.map((option) => toFailure(option, components));
    this.#courses = this.truth.map((failure) => new Course(failure, load, start));
  }

  step(from: number): void {
    for (const course of this.#courses) course.step(from);
  }

  /** 0 sound … 1 failed. */
  level(failureMode: string): number {
    let level = 0;
    for (const course of this.#courses) {
      if (course.failure.failureMode === failureMode) level = Math.max(level, course.level);
    }
    return level;
  }

  /** The failure mode that has failed and waits for repair. */
  failed(): string | undefined {
    return this.#courses.find((course) => course.failed)?.failure.failureMode;
  }
}

class Course {
  readonly failure: Failure;
  readonly #load: (from: number) => number;
  readonly #total: number;
  #done = 0;
  level = 0;
  failed = false;

  constructor(failure: Failure, load: (from: number) => number, start: number) {
    this.failure = failure;
    this.#load = load;
    this.#total = this.#sum(failure.onset, failure.failsAt);
    if (failure.onset < start) this.#done = this.#sum(failure.onset, Math.min(start, failure.failsAt));
    this.#settle(start);
  }

  step(from: number): void {
    const { onset, failsAt, repairedAt } = this.failure;
    if (from < onset || from >= repairedAt + STEP) return;
    if (from < failsAt) this.#done += this.#wear(from);
    this.#settle(from + STEP);
  }

  #settle(now: number): void {
    const { onset, failsAt, repairedAt } = this.failure;
    this.failed = now >= failsAt && now < repairedAt;
    if (now < onset || now >= repairedAt) this.level = 0;
    else this.level = this.failed ? 1 : Math.min(1, this.#done / this.#total);
  }

  #sum(from: number, to: number): number {
    let sum = 0;
    for (let step = Math.ceil(from / STEP) * STEP; step < to; step += STEP) sum += this.#wear(step);
    return sum;
  }

  #wear(from: number): number {
    return IDLE_WEAR + this.#load(from);
  }
}

function toFailure(option: DegradationOptions, components: Readonly<Record<string, string>>): Failure {
  const { failureMode, onset, failsAt } = option;
  const component = components[failureMode];
  if (component === undefined) {
    throw new RangeError(
      `no failure mode '${failureMode}' is simulated here; there are ${Object.keys(components).join(', ')}`,
    );
  }
  const repairedAt = option.repairedAt ?? failsAt + DOWNTIME;
  if (!(onset < failsAt && onset < repairedAt)) {
    throw new RangeError(`${failureMode}: the onset must lie before the failure and before the repair`);
  }
  return { component, failureMode, onset, failsAt, repairedAt };
}
