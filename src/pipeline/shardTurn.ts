import type { Finding } from '../domain/finding.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { unavailable } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FindingRow, RefoldNote, Repositories, StateToSave } from '../ports/database.ts';
import type { NotedAsset, ShardClaim } from '../ports/shards.ts';
import type { StoredSample, TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import type { TickTime } from '../rules/rule.ts';
import { troubleOf } from './assetTrouble.ts';
import { Beats } from './beats.ts';
import type { Fleet } from './fleet.ts';
import type { HeldStates } from './heldStates.ts';
import type { Listening } from './listening.ts';
import type { Raised } from './raise.ts';
import type { Raising } from './raising.ts';
import { Refold, type Refolded, watermarksOf } from './refold.ts';
import { keepClockRules, rewind, saveFolded, takenBack } from './rewind.ts';
import type { FaultSink } from './ruleFaults.ts';
import type { Tracked } from './tracked.ts';
import { stateToSave } from './views.ts';

export interface TurnParts {
  readonly store: Pick<TimeSeriesStore, 'readFrom' | 'ping'>;
  readonly fleet: Fleet;
  readonly held: HeldStates;
  readonly raising: Raising;
  readonly listening: Listening;
  readonly faults: FaultSink;
  readonly clock: Clock;
}

export interface TurnOptions {
  /** Samples received less than this ago are left for later: others of their asset may still come by another node. */
  readonly grace: Duration;
  /** Late samples further behind their asset are not assessed. */
  readonly horizon: Duration;
  readonly tickEvery: Duration;
}

export interface TurnResult {
  readonly worked: boolean;
  /** To be followed up once it is committed. */
  readonly raised: readonly { readonly result: Raised; readonly tracked: Tracked }[];
  /** Ids of assets that were assessed, or for which time passed; */
  readonly sound: readonly string[];
  /** of those that are noted and not registered here. */
  readonly unknown: readonly string[];
  /** Samples read on with or folded anew. */
  readonly folded: number;
  readonly refolds: number;
}

/** A noted asset and how far its state goes before the turn. */
interface Noted {
  readonly note: NotedAsset;
  readonly tracked: Tracked;
  readonly floor: Timestamp;
  /** From when on it must be folded anew; undefined when reading on is enough. */
  readonly refoldFrom: Timestamp | undefined;
}

interface ReadingOn extends Noted {
  readonly refold: Refold;
  folded: number;
}

/** After this no more is begun: a transaction is not to last. */
const ENOUGH: Duration = SECOND;

/**
 * One claimed shard's turn, within its transaction: answers notes that are due, lets time pass, saves. Everything that
 * it writes is committed together or not at all.
 */
export class ShardTurn {
  readonly #tx: Repositories;
  readonly #claim: ShardClaim;
  readonly #parts: TurnParts;
  readonly #options: TurnOptions;
  readonly #now: Timestamp;
  readonly #startedAt: Duration;
  readonly #raised: { result: Raised; tracked: Tracked }[] = [];
  readonly #answered = new Set<Tracked>();
  #cleared: number[] = [];
  #left: RefoldNote[] = [];
  #results: Refolded[] = [];
  #toSave: StateToSave[] = [];
  #folded = 0;
  #refolds = 0;

  constructor(tx: Repositories, claim: ShardClaim, parts: TurnParts, options: TurnOptions) {
    this.#tx = tx;
    this.#claim = claim;
    this.#parts = parts;
    this.#options = options;
    this.#now = parts.clock.now();
    this.#startedAt = parts.clock.elapsed();
  }

  /** Answers the notes of at most `limit` assets, and of none in `without`; a limit of 1 shows whose fault a failure is. */
  async run(limit: number, without: readonly string[]): Promise<TurnResult> {
    const { shard, tickDue } = this.#claim;
    const notes = await this.#tx.shards.noted(shard, limit, without);
    const unknown = await this.#answer(notes).catch((error: unknown) => {
      throw notes.length === 1 ? troubleOf(notes[0]!.assetId, error) : error;
    });
    const ticked = tickDue ? await this.#tick(limit, without) : [];
    const sound = [...this.#answered, ...ticked].map(({ asset }) => asset.id);
    const worked = this.#answered.size > 0 || tickDue;
    return { worked, raised: this.#raised, sound, unknown, folded: this.#folded, refolds: this.#refolds };
  }

  /** Returns the ids of noted assets that are not registered here. */
  async #answer(notes: readonly NotedAsset[]): Promise<string[]> {
    const { noted, unknown } = await this.#find(notes);
    const outOfOrder = await this.#readOn(noted.filter(({ refoldFrom }) => refoldFrom === undefined));
    for (const one of outOfOrder) await this.#anew(one);
    for (const one of noted.filter(({ refoldFrom }) => refoldFrom !== undefined)) {
      if (this.#answered.size > 0 && this.#isEnough) break;
      await this.#anew(one);
    }
    await this.#save();
    return unknown;
  }

  get #isEnough(): boolean {
    return this.#parts.clock.elapsed() - this.#startedAt > ENOUGH;
  }

  async #find(notes: readonly NotedAsset[]): Promise<{ noted: Noted[]; unknown: string[] }> {
    const { fleet, held } = this.#parts;
    const known: { note: NotedAsset; tracked: Tracked }[] = [];
    const unknown: string[] = [];
    for (const note of notes) {
      const tracked = fleet.get(note.assetId);
      if (tracked) known.push({ note, tracked });
      else unknown.push(note.assetId);
    }
    const changed = await held.load(
      this.#tx,
      this.#claim.shard,
      known.map(({ tracked }) => tracked),
    );
    const noted = known.map(({ note, tracked }): Noted => {
      const until = changed.get(tracked);
      const floor = until ?? tracked.state.time;
      const refoldFrom = until === undefined ? this.#refoldFrom(note, floor) : 0;
      return { note, tracked, floor, refoldFrom };
    });
    return { noted, unknown };
  }

  /** A sample that is not after all that is folded needs the history, within the horizon. */
  #refoldFrom({ refoldFrom, earliest }: NotedAsset, floor: Timestamp): Timestamp | undefined {
    if (earliest === undefined || earliest > floor) return refoldFrom;
    const late = Math.max(earliest, floor - this.#options.horizon);
    return Math.min(refoldFrom ?? late, late);
  }

  /** Folds what comes after the states of these assets, in one read. Returns those that need their history after all. */
  async #readOn(noted: readonly Noted[]): Promise<Noted[]> {
    const runs = new Map(noted.map((one) => [one.tracked.asset.id, this.#runOf(one)]));
    const partial = await this.#read(runs);
    const outOfOrder: Noted[] = [];
    for (const run of runs.values()) {
      if (run === partial && run.refold.outOfOrder === undefined) {
        await this.#finish(run, run.refold.pause(), run.folded > 0);
        this.#keepReading(run, 0);
        break;
      }
      const { refold, tracked } = run;
      if (refold.outOfOrder !== undefined) {
        outOfOrder.push({ ...run, floor: refold.state.time, refoldFrom: refold.outOfOrder });
        if (run === partial) break;
        continue;
      }
      const result = refold.finish(({ receivedAt }) => this.#tickOf(tracked, receivedAt));
      await this.#finish(run, result, run.folded > 0);
      if (refold.heldAt && this.#isFresh(refold.heldAt)) this.#keepReading(run, this.#restOf(refold.heldAt));
      tracked.acceptState();
    }
    return outOfOrder;
  }

  #runOf(one: Noted): ReadingOn {
    const { tracked } = one;
    const { asset, compiled, state } = tracked;
    const { faults } = this.#parts;
    const hold = this.#holdOf(one);
    return {
      ...one,
      folded: 0,
      refold: new Refold({ assetId: asset.id, model: compiled, state, events: [], faults, hold }),
    };
  }

  /** Reads until all is read, or for long enough; then the asset that was being read is returned. */
  async #read(runs: ReadonlyMap<string, ReadingOn>): Promise<ReadingOn | undefined> {
    if (runs.size === 0) return undefined;
    const watermarks = [...runs.values()].flatMap(({ tracked: { asset, compiled, state } }) =>
      watermarksOf(asset.id, compiled, state),
    );
    let last: ReadingOn | undefined;
    for await (const samples of this.#store.readFrom(watermarks)) {
      for (const sample of samples) {
        last = runs.get(sample.assetId)!;
        if (last.refold.take(sample)) last.folded++;
      }
      if (last && this.#isEnough) return last;
    }
    return undefined;
  }

  /** Folds an asset anew from the snapshot before. */
  async #anew(one: Noted): Promise<void> {
    const { tracked, refoldFrom } = one;
    const { faults, held } = this.#parts;
    const { asset, compiled } = tracked;
    try {
      await this.#tx.states.dropSnapshots(asset.id, refoldFrom!);
      const { refold, earlier } = await rewind(this.#tx, tracked, refoldFrom!, faults, this.#holdOf(one));
      const folded = await refold.readOn(this.#store);
      keepClockRules(compiled, tracked.state, refold.state);
      const result = refold.finish(({ receivedAt }) => this.#tickOf(tracked, receivedAt));
      tracked.state = result.state;
      this.#refolds++;
      await this.#finish({ ...one, folded }, result, true, takenBack(tracked, earlier, result.findings));
      held.hold(this.#claim.shard, tracked);
      tracked.acceptState();
      if (refold.outOfOrder !== undefined) this.#left.push({ assetId: asset.id, earliest: refold.outOfOrder });
      if (refold.heldAt && this.#isFresh(refold.heldAt)) this.#keepReading(one, this.#restOf(refold.heldAt));
    } catch (error) {
      throw troubleOf(asset.id, error);
    }
  }

  /**
   * What is at or before the state's end is never held back: a state does not become less. Beyond it, what is noted is
   * folded, unless it came a moment ago.
   */
  #holdOf({ note, floor }: Noted): (sample: StoredSample) => boolean {
    const until = Math.max(floor, note.latest ?? Number.NEGATIVE_INFINITY);
    return (sample) => sample.time > floor && (sample.time > until || this.#isFresh(sample));
  }

  /** A time of receipt further ahead is another node's clock that is wrong: that waits for nothing. */
  #isFresh({ receivedAt }: StoredSample): boolean {
    return Math.abs(this.#now - receivedAt) < this.#options.grace;
  }

  #restOf({ receivedAt }: StoredSample): Duration {
    return Math.max(0, receivedAt + this.#options.grace - this.#now);
  }

  /** What is left of a note is whatever comes after the state. */
  #keepReading({ note }: Noted, rest: Duration): void {
    this.#left.push({ assetId: note.assetId, earliest: Infinity, latest: note.latest ?? Infinity, rest });
  }

  /** Records what an asset came to; its note is answered. */
  async #finish(
    { tracked, note, folded }: Noted & { readonly folded: number },
    result: Refolded,
    isChanged: boolean,
    gone: readonly FindingRow[] = [],
  ): Promise<void> {
    this.#folded += folded;
    this.#answered.add(tracked);
    this.#cleared.push(...note.revisions);
    await this.#record(tracked, result.findings, gone);
    if (isChanged || hasNews(result)) this.#keep(tracked, result);
  }

  async #record(tracked: Tracked, findings: readonly Finding[], gone: readonly FindingRow[] = []): Promise<void> {
    const { raising } = this.#parts;
    try {
      for (const finding of findings) {
        this.#raised.push({ tracked, result: await raising.raise(tracked, finding, this.#tx) });
      }
      for (const row of gone) this.#raised.push({ tracked, result: await raising.retract(row, this.#tx) });
    } catch (error) {
      throw troubleOf(tracked.asset.id, error);
    }
  }

  #keep(tracked: Tracked, result: Refolded): void {
    this.#results.push(result);
    this.#toSave.push(stateToSave(tracked));
  }

  async #save(): Promise<void> {
    await saveFolded(this.#tx, this.#toSave, this.#results);
    await this.#tx.states.clearNotes(this.#cleared);
    await this.#tx.states.note(this.#left);
    this.#cleared = [];
    this.#left = [];
    this.#results = [];
    this.#toSave = [];
  }

  /** Lets time pass for the others, and returns them. An asset with samples still to be folded would look silent. */
  async #tick(limit: number, without: readonly string[]): Promise<Tracked[]> {
    const { shard } = this.#claim;
    const { fleet, held } = this.#parts;
    const others = new Set([...(await this.#tx.shards.withSamples(shard)), ...without]);
    const all = fleet.inShard(shard).filter((tracked) => !this.#answered.has(tracked) && !others.has(tracked.asset.id));
    const changed = await held.load(this.#tx, shard, all);
    await this.#tx.states.note([...changed.keys()].map(({ asset: { id } }) => ({ assetId: id, earliest: 0 })));
    for (const tracked of all) {
      if (changed.has(tracked)) continue;
      const result = this.#letPass(tracked);
      await this.#record(tracked, result.findings);
      if (!hasNews(result)) continue;
      this.#keep(tracked, result);
      if (limit === 1) await this.#save().catch((error: unknown) => Promise.reject(troubleOf(tracked.asset.id, error)));
    }
    await this.#save();
    await this.#tx.shards.ticked(shard, this.#options.tickEvery);
    return all;
  }

  #tickOf({ offlineSince }: Tracked, receivedAt: Timestamp): TickTime {
    const { listening, clock } = this.#parts;
    return listening.tick(clock.now(), receivedAt, offlineSince);
  }

  #letPass(tracked: Tracked): Refolded {
    const { faults } = this.#parts;
    const { asset, compiled: model, state } = tracked;
    try {
      const passing = new Refold({ assetId: asset.id, model, state, events: [], faults });
      return passing.finish(({ receivedAt }) => this.#tickOf(tracked, receivedAt));
    } catch (error) {
      throw troubleOf(asset.id, error);
    }
  }

  /** The store, with a word to the database now and then while it is read. */
  get #store(): Pick<TimeSeriesStore, 'readFrom'> {
    const { store, clock } = this.#parts;
    const { shards } = this.#tx;
    return {
      async *readFrom(...asked) {
        const beats = new Beats(clock, () => shards.beat());
        try {
          yield* reading(store, asked);
        } finally {
          await beats.stop();
        }
        beats.check();
      },
    };
  }
}

/** A store that does not answer is no fault of what was read; one that does, and fails to read it, is. */
async function* reading(
  store: TurnParts['store'],
  asked: Parameters<TimeSeriesStore['readFrom']>,
): AsyncGenerator<readonly StoredSample[]> {
  try {
    yield* store.readFrom(...asked);
  } catch (error) {
    await store.ping().catch((cause: unknown) => {
      throw unavailable('time-series store', cause);
    });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the time-series store failed to read: ${reason}`, { cause: error });
  }
}

function hasNews({ findings, usage }: Refolded): boolean {
  return findings.length > 0 || usage.length > 0;
}
