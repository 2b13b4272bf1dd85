import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../metrics.ts';
import { newId } from '../newId.ts';
import type { Database, Repositories } from '../ports/database.ts';
import type { ShardClaim } from '../ports/shards.ts';
import { Ailing } from './ailing.ts';
import { AssetTrouble } from './assetTrouble.ts';
import { HeldStates } from './heldStates.ts';
import { ShardTurn, type TurnOptions, type TurnParts, type TurnResult } from './shardTurn.ts';
import { within } from './within.ts';

export interface ShardLoopParts extends Omit<TurnParts, 'held'> {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly counts: ShardCounts;
}

/** What this process did for the shards, counted from its start. */
export class ShardCounts {
  claims = 0;
  /** Claims of shards that another session had before. */
  takeovers = 0;
  folded = 0;
  refolds = 0;
  failures = 0;
}

/** Turns at the same time: while one waits for the store or the database, another one works. */
const LANES = 2;
const LOOK_EVERY: Duration = 200;
/** How often it looks for what waits only because the database's clock was put back. */
const PULL_IN_EVERY: Duration = 10 * SECOND;
const FIRST_DELAY: Duration = 100;
const LONGEST_DELAY: Duration = 10 * SECOND;
/** A shard stays with the node that had it last, whose memory knows its states, unless it is late by this. */
const PATIENCE: Duration = 3 * SECOND;
/** Assets answered in one transaction. */
const ASSETS = 200;

/** Claims shards that are due and gives each its turn, for as long as it runs. */
export class ShardLoop {
  readonly #parts: ShardLoopParts;
  readonly #options: TurnOptions & { readonly node: string };
  readonly #session = newId();
  readonly #held: HeldStates;
  readonly #ailing: Ailing<string>;
  /** Shards whose last turn failed as a whole: the one due longest is not to keep every lane to itself. */
  readonly #resting: Ailing<number>;
  readonly #stop = new AbortController();
  /** Shards that a lane is at; the database may have taken such a claim back without the lane knowing. */
  readonly #inHand = new Set<number>();
  /** Of such shards: fewer assets at a time show which one it was. */
  readonly #limits = new Map<number, number>();
  #lanes: Promise<void>[] = [];
  #pulledInAt: Duration = 0;
  #trouble: string | undefined;

  constructor(parts: ShardLoopParts, options: TurnOptions & { readonly node: string }) {
    this.#parts = parts;
    this.#options = options;
    this.#held = new HeldStates(parts.clock, parts.log);
    this.#ailing = new Ailing(parts.clock);
    this.#resting = new Ailing(parts.clock);
  }

  get inHand(): number {
    return this.#inHand.size;
  }

  get trouble(): string | undefined {
    return this.#trouble ?? this.#ailing.describe();
  }

  start(): void {
    for (let lane = 0; lane < LANES; lane++) this.#lanes.push(this.#run());
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#stop.abort();
    await within(deadline, Promise.all(this.#lanes));
  }

  async #run(): Promise<void> {
    let delay = FIRST_DELAY;
    while (!this.#stop.signal.aborted) {
      try {
        const worked = await this.#turn();
        if (this.#resting.resting().length === 0) this.#trouble = undefined;
        delay = FIRST_DELAY;
        if (worked) continue;
        await this.#pullIn();
        await this.#pause(LOOK_EVERY);
      } catch (error) {
        this.#failed(error);
        await this.#pause(delay);
        // What is wrong with a shard is no reason to hold up the others.
        delay = error instanceof UnavailableError ? Math.min(2 * delay, LONGEST_DELAY) : FIRST_DELAY;
      }
    }
  }

  async #pullIn(): Promise<void> {
    const { clock, database } = this.#parts;
    const { grace, tickEvery } = this.#options;
    if (clock.elapsed() - this.#pulledInAt < PULL_IN_EVERY) return;
    this.#pulledInAt = clock.elapsed();
    // A note rests for twice the grace at most, where the clocks of two nodes differ.
    await database.shards.pullIn(Math.max(2 * grace, tickEvery) + MINUTE);
  }

  async #turn(): Promise<boolean> {
    let claim: ShardClaim | undefined;
    try {
      const result = await this.#parts.database.transaction(async (tx) => {
        claim = await this.#claim(tx);
        return claim && this.#take(tx, claim);
      });
      if (claim && result) this.#followUp(claim, result);
      return result?.worked ?? false;
    } catch (error) {
      if (claim) this.#blame(claim, error);
      throw error;
    } finally {
      if (claim) this.#inHand.delete(claim.shard);
    }
  }

  async #claim(tx: Repositories): Promise<ShardClaim | undefined> {
    const { node } = this.#options;
    const claim = await tx.shards.claim({
      node,
      session: this.#session,
      patience: PATIENCE,
      without: this.#ailing.resting(),
      resting: this.#resting.resting(),
    });
    if (!claim || this.#inHand.has(claim.shard)) return undefined;
    this.#inHand.add(claim.shard);
    this.#parts.counts.claims++;
    if (!claim.kept) {
      this.#parts.counts.takeovers++;
      this.#held.forget(claim.shard);
    }
    return claim;
  }

  #take(tx: Repositories, claim: ShardClaim): Promise<TurnResult> {
    const limit = this.#limits.get(claim.shard) ?? ASSETS;
    const parts = { ...this.#parts, held: this.#held };
    return new ShardTurn(tx, claim, parts, this.#options).run(limit, this.#ailing.resting());
  }

  /** What is committed is told: tickets to the desk, figures to the metrics. */
  #followUp({ shard }: ShardClaim, { raised, sound, unknown, folded, refolds }: TurnResult): void {
    const { raising, counts } = this.#parts;
    for (const { result, tracked } of raised) raising.followUp(result, tracked);
    for (const id of unknown) this.#ailing.add(id);
    for (const id of sound) this.#ailing.healed(id);
    this.#resting.healed(shard);
    counts.folded += folded;
    counts.refolds += refolds;
    const limit = this.#limits.get(shard);
    if (limit !== undefined && 2 * limit < ASSETS) this.#limits.set(shard, 2 * limit);
    else this.#limits.delete(shard);
  }

  /** The states that the turn changed in memory are not those of the database. */
  #blame({ shard }: ShardClaim, error: unknown): void {
    this.#held.forget(shard);
    if (error instanceof AssetTrouble) {
      this.#ailing.add(error.assetId, error.message);
      return;
    }
    this.#resting.add(shard);
    this.#limits.set(shard, 1);
  }

  #failed(error: unknown): void {
    this.#parts.counts.failures++;
    // Told in /readyz by itself, and no reason to hold up the other shards.
    if (!(error instanceof AssetTrouble)) this.#trouble = error instanceof Error ? error.message : String(error);
    this.#parts.log.warn({ err: error }, 'assessing a shard failed; trying again');
  }

  async #pause(delay: Duration): Promise<void> {
    try {
      await this.#parts.clock.sleep(delay, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }
}
