import { type Duration, SECOND } from '../domain/time.ts';
import { reasonOf, UnavailableError } from '../errors.ts';
import type { Ledger } from '../metrics.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { BlindWrites } from './blindWrites.ts';
import { type LoadParts, loadStates } from './loadStates.ts';
import { ProgressLog, type RecoveryProgress } from './recoveryProgress.ts';
import { watermarksOf } from './refold.ts';
import type { RefoldParts } from './refolds.ts';
import type { Spill } from './spill.ts';
import type { Tracked } from './tracked.ts';

export interface RecoveryParts extends LoadParts, RefoldParts {
  readonly store: Pick<TimeSeriesStore, 'readFrom'>;
  readonly spill: Pick<Spill, 'isEmpty' | 'drained'>;
  readonly blindWrites: BlindWrites;
  readonly ledger: Ledger;
}

/** Assets read together while Fettle takes messages. */
const GROUP = 200;
/** Assets that always got new samples while they were read are folded anew, one by one, after so many rounds. */
const ROUNDS = 5;
const LOOK_EVERY: Duration = 20;
const FIRST_DELAY: Duration = 100;
const LONGEST_DELAY: Duration = 10 * SECOND;

/**
 * Brings every state up to the store. Where the store answers, before anything else; where not, in the background, while
 * messages are taken: the samples of an asset wait in the store until its state has come to them. Assets are read in
 * rounds. One of which no sample was stored while it was read is up to date, and is let go in that very turn; the others
 * are read on in the next round, which is shorter.
 */
export class Recovery {
  readonly #parts: RecoveryParts;
  readonly #progress: RecoveryProgress;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #log: ProgressLog | undefined;

  constructor(parts: RecoveryParts, progress: RecoveryProgress) {
    this.#parts = parts;
    this.#progress = progress;
  }

  /** Resolves when it is done, or goes on in the background because the store does not answer or the spill is not empty. */
  async start(): Promise<void> {
    const { fleet, clock, log } = this.#parts;
    const progress = this.#progress;
    progress.assets = fleet.size;
    progress.behind = fleet.size;
    this.#log = new ProgressLog(progress, clock, log);
    const behind = [...fleet.all()];
    for (const tracked of behind) {
      tracked.recovering = true;
      tracked.blind = true;
    }
    await loadStates(this.#parts);
    for (const tracked of behind) tracked.acceptState();
    if (await this.#readAtOnce(behind)) return this.#finish();
    this.#running = this.#goOn(behind).catch((reason: unknown) => this.#ended(reason));
  }

  /** Whether that could be done before anything else; not when the store does not answer, or the spill is not drained. */
  async #readAtOnce(behind: readonly Tracked[]): Promise<boolean> {
    if (!this.#parts.spill.isEmpty) return false;
    try {
      await this.#read(behind, 0);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.#log!.waits(error.message);
      return false;
    }
    this.#letGo(behind, new Map());
    return true;
  }

  /** Resolves when every asset is up to date, or on its way to be folded anew. */
  async drain(): Promise<void> {
    await this.#running;
  }

  /** Leaves the rest to the next start: the states are saved only when they are up to date. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#log?.stop();
    await this.#running;
  }

  #ended(reason: unknown): void {
    if (!this.#stop.signal.aborted) throw reason;
    this.#parts.log.info(
      { behind: this.#progress.behind },
      'stopped before all assets were recovered; the next start does it',
    );
  }

  #finish(): void {
    this.#parts.refolds.start(this.#parts);
    this.#log!.done();
  }

  async #goOn(all: readonly Tracked[]): Promise<void> {
    let behind = all;
    for (let round = 1; behind.length > 0 && round <= ROUNDS; round++) {
      behind = await this.#round(behind);
      if (round === 1) await this.#endBlindness();
    }
    for (const tracked of behind) this.#leaveToRefold(tracked);
    this.#finish();
  }

  /** Reads all of them once; returns those that are still behind. */
  async #round(assets: readonly Tracked[]): Promise<Tracked[]> {
    const still: Tracked[] = [];
    for (let from = 0; from < assets.length; from += GROUP) {
      const group = assets.slice(from, from + GROUP);
      const others = assets.length - from - group.length + still.length;
      still.push(...(await this.#untilRead(group, others)));
    }
    return still;
  }

  async #untilRead(group: readonly Tracked[], others: number): Promise<Tracked[]> {
    const { signal } = this.#stop;
    for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
      try {
        await this.#drained();
        return await this.#readOn(group, others);
      } catch (error) {
        signal.throwIfAborted();
        this.#log!.waits(reasonOf(error));
      }
      await this.#parts.clock.sleep(delay, signal);
    }
  }

  /** Before a read begins, so that what is settled until then counts as stored before it. */
  async #drained(): Promise<void> {
    const { spill } = this.#parts;
    if (spill.isEmpty) return;
    this.#log!.waits('the spill is drained first');
    await spill.drained();
  }

  async #readOn(group: readonly Tracked[], others: number): Promise<Tracked[]> {
    const { blindWrites, refolds } = this.#parts;
    const waiting = new Map(group.map((tracked) => [tracked, tracked.waiting]));
    blindWrites.readBegins(group);
    try {
      await this.#read(group, others);
    } finally {
      for (const { tracked, earliest } of blindWrites.readEnds()) refolds.refold(tracked, earliest);
    }
    const still = this.#letGo(group, waiting);
    this.#log!.read(0, others + still.length);
    return still;
  }

  /** @param others how many assets are behind beside these. */
  async #read(group: readonly Tracked[], others: number): Promise<void> {
    const { store, assess, blindWrites } = this.#parts;
    const watermarks = group.flatMap(({ asset, compiled, state }) => watermarksOf(asset.id, compiled, state));
    if (watermarks.length === 0) return;
    const places = new Map(group.map(({ asset }, at) => [asset.id, at]));
    for await (const samples of store.readFrom(watermarks)) {
      this.#stop.signal.throwIfAborted();
      blindWrites.met(samples);
      assess.recovered(samples);
      const place = places.get(samples.at(-1)?.assetId ?? '') ?? 0;
      this.#log!.read(samples.length, others + group.length - place);
    }
  }

  /**
   * Lets go of the assets of which no sample was stored while they were read; returns the others. All in one turn: what
   * is stored later finds the state in place.
   */
  #letGo(group: readonly Tracked[], waiting: ReadonlyMap<Tracked, number>): Tracked[] {
    const { ledger } = this.#parts;
    const still: Tracked[] = [];
    for (const tracked of group) {
      tracked.blind = false;
      this.#prove(tracked);
      // A refold takes what waits, or has taken it.
      if (tracked.refolding || !tracked.recovering) tracked.recovering = false;
      else if (tracked.waiting !== (waiting.get(tracked) ?? 0)) still.push(tracked);
      else ledger.assessWaiting(tracked.takeWaiting());
    }
    return still;
  }

  /** What the process before found and this one did not is taken back, or made again, by a refold. */
  #prove(tracked: Tracked): void {
    const { unproven } = tracked;
    if (unproven.size === 0) return;
    this.#parts.refolds.refold(tracked, Math.min(...unproven.values()));
    unproven.clear();
  }

  /** Refolds save states, so they begin only when no write is under way that may have to be folded in further back. */
  async #endBlindness(): Promise<void> {
    const { blindWrites, refolds, clock } = this.#parts;
    while (blindWrites.any) await clock.sleep(LOOK_EVERY, this.#stop.signal);
    refolds.start(this.#parts);
  }

  #leaveToRefold(tracked: Tracked): void {
    if (!tracked.recovering) return;
    tracked.recovering = false;
    if (!tracked.refolding) this.#parts.refolds.refold(tracked, Math.max(tracked.state.time, 0));
  }
}
