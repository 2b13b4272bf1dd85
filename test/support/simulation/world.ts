import type { Configuration } from '../../../src/config/check.ts';
import type { Duration, Timestamp } from '../../../src/domain/time.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { Calls, type Fault } from './calls.ts';
import { SimulatedNode } from './node.ts';
import { StoredSamples } from './samples.ts';
import { Tables } from './tables.ts';
import { SimulatedTime } from './time.ts';

export interface WorldOptions {
  readonly configuration: Configuration;
  readonly now: Timestamp;
  readonly nodes: number;
  readonly faults: readonly Fault[];
  /** Of how long calls take. */
  readonly seed: number;
}

/** Longer than any pause between attempts and any lease. */
const ENOUGH: Duration = 10 * 60_000;

/** Three checkpoints: in that time a note that nobody answers is found. */
const LEFT_NOTES: Duration = 7000;

/** What outlives processes, in memory, with the processes that work on it; all of it in simulated time. */
export class World {
  readonly time: SimulatedTime;
  readonly calls: Calls;
  readonly tables = new Tables();
  readonly samples = new StoredSamples();
  readonly configuration: Configuration;
  readonly nodes: readonly SimulatedNode[];

  readonly #end: Timestamp;

  constructor({ configuration, now, nodes, faults, seed }: WorldOptions) {
    this.configuration = configuration;
    this.time = new SimulatedTime(now);
    this.#end = now + 6 * ENOUGH;
    this.calls = new Calls(this.time, faults, seed);
    this.nodes = Array.from({ length: nodes }, (_, at) => new SimulatedNode(`node-${at}`, this));
  }

  /** Lets time pass until `done` says so; ledgers hold all the while. */
  async until(what: string, done: () => boolean, limit: Duration = ENOUGH): Promise<void> {
    if (this.time.now > this.#end) throw new Error(`${what}: comes to no end; ${this.calls.met.join(', ')}`);
    const watched = () => {
      for (const node of this.nodes) node.check();
      return done();
    };
    await this.time.until(what, watched, limit);
  }

  async pass(duration: Duration): Promise<void> {
    const end = this.time.now + duration;
    this.time.at(end, () => undefined);
    await this.until('passing', () => this.time.now >= end, duration);
  }

  /** Lets `work` of a process run until it is done or the process is over; whether it was done. */
  async run<T>(what: string, node: SimulatedNode, work: Promise<T>): Promise<{ readonly value: T } | undefined> {
    let outcome: { value: T } | { error: unknown } | undefined;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    await this.until(what, () => outcome !== undefined || !node.isUp);
    if (outcome && 'error' in outcome) throw outcome.error;
    return outcome;
  }

  /** Goes on, with all troubles, until everything sent is settled and assessed. */
  async quiet(): Promise<void> {
    for (;;) {
      for (const node of this.nodes) if (!node.isUp) await node.start();
      await this.until('settling', () => {
        for (const node of this.nodes) node.flush();
        return this.nodes.every((node) => !node.isUp || node.unsettled === 0);
      });
      const done: boolean[] = [];
      for (const node of this.nodes) done.push(node.isUp && (await this.assessed(node)));
      if (done.every(Boolean)) return;
    }
  }

  /** The same with no more troubles, and saved. */
  async settle(): Promise<void> {
    this.calls.heal();
    await this.quiet();
    await this.pass(LEFT_NOTES);
    await this.quiet();
    for (const node of this.nodes) await this.run('saving', node, node.pipeline.checkpoint.run());
  }

  /** Whether the process lived to see it. */
  async assessed(node: SimulatedNode): Promise<boolean> {
    try {
      return (await this.run('assessing', node, node.pipeline.settled())) !== undefined;
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
  }
}
