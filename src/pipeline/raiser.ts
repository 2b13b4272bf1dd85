import type { Finding } from '../domain/finding.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, FindingRow, Repositories } from '../ports/database.ts';
import type { FindingSink, RefoldSink } from './assess.ts';
import type { Raised } from './raise.ts';
import type { Raising } from './raising.ts';
import { retryUntilDone } from './retry.ts';
import type { Tracked } from './tracked.ts';

export interface RaiserParts {
  readonly database: Database;
  readonly raising: Raising;
  readonly refolds: RefoldSink;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Some 10 MB of findings: a long outage of the database must not exhaust the memory. */
const MAX_WAITING = 10_000;

interface Work {
  readonly tracked: Tracked;
  run(tx: Repositories): Promise<Raised>;
}

/**
 * Puts findings into the database one after the other, each with its ticket and outbox row in one transaction. While
 * the database is down they wait; the states they came from are not saved before them. Those beyond {@link MAX_WAITING}
 * are let go, and their assets folded anew, which makes them again.
 */
export class Raiser implements FindingSink {
  readonly #parts: RaiserParts;
  readonly #queue: Work[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(parts: RaiserParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  findings(tracked: Tracked, findings: readonly Finding[]): void {
    const isFull = this.#queue.length >= MAX_WAITING;
    for (const finding of findings) {
      if (isFull && readsSamples(tracked, finding)) {
        this.#letGo(tracked, finding);
        continue;
      }
      this.#add({ tracked, run: (tx) => this.#parts.raising.raise(tracked, finding, tx) });
    }
  }

  /** Marks findings as taken back. */
  retractions(tracked: Tracked, rows: readonly FindingRow[]): void {
    for (const row of rows) {
      this.#add({ tracked, run: (tx) => this.#parts.raising.retract(row, tx) });
    }
  }

  /** Resolves when everything handed over so far is in the database; rejects when stopped before that. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
    if (this.#queue.length > 0) throw new Error(`stopped with ${this.#queue.length} findings not in the database`);
  }

  /** Gives up what the database does not take; recovery makes it again. */
  stop(): void {
    this.#stop.abort();
  }

  /** The asset's samples wait in the store from here on, so that it makes no more findings until it is folded anew. */
  #letGo(tracked: Tracked, finding: Finding): void {
    const { log, refolds } = this.#parts;
    if (!tracked.refolding) {
      const { id } = tracked.asset;
      log.warn({ asset: id, waiting: this.#queue.length }, 'too many findings wait for the database: assessed later');
    }
    refolds.refold(tracked, finding.time);
  }

  #add(work: Work): void {
    work.tracked.unraised++;
    this.#queue.push(work);
    this.#start();
  }

  #start(): void {
    if (this.#running || this.#queue.length === 0 || this.#stop.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let work = this.#queue[0]; work && !this.#stop.signal.aborted; work = this.#queue[0]) {
      const { clock, log, metrics } = this.#parts;
      const end = metrics.raise.startTimer();
      const { run, tracked } = work;
      try {
        const raised = await retryUntilDone('recording a finding', () => this.#parts.database.transaction(run), {
          clock,
          log,
          signal: this.#stop.signal,
          onFailure: (error) => {
            metrics.partErrors.inc({ part: 'database' });
            this.#trouble = error instanceof Error ? error.message : String(error);
          },
        });
        this.#trouble = undefined;
        end();
        this.#queue.shift();
        tracked.unraised--;
        this.#followUp(raised, tracked);
      } catch (error) {
        log.warn({ err: error, waiting: this.#queue.length }, 'stopped before all findings were in the database');
        return;
      }
    }
  }

  #followUp(raised: Raised, tracked: Tracked): void {
    const { raising, refolds } = this.#parts;
    raising.followUp(raised, tracked);
    const { closed } = raised;
    if (closed) refolds.refold(tracked, closed.closing?.replaced?.at ?? closed.episodeStart);
  }
}

/** A refold keeps what rules without inputs have come to: what they found can't be made again. */
function readsSamples({ compiled }: Tracked, { ruleId }: Finding): boolean {
  return compiled.rules.some(({ definition, inputs }) => definition.id === ruleId && inputs.length > 0);
}
