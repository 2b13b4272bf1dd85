import type { RulesChangedEvent } from '../domain/asset.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Repositories } from '../ports/database.ts';
import { type ChangedState, initState, parseState } from '../rules/state.ts';
import { AssetTrouble } from './assetTrouble.ts';
import { BY_FETTLE } from './raise.ts';
import type { Tracked } from './tracked.ts';

/** States read in one statement. */
const CHUNK = 500;

interface Changed {
  readonly tracked: Tracked;
  readonly to: ChangedState;
}

/**
 * Which states in memory are those of the database: of shards that nobody else has claimed since. Others are read when
 * they are needed.
 */
export class HeldStates {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #held = new Map<number, Set<Tracked>>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The states of this shard may be out of date. */
  forget(shard: number): void {
    this.#held.delete(shard);
  }

  /** A state that was made and saved. */
  hold(shard: number, tracked: Tracked): void {
    this.#of(shard).add(tracked);
  }

  /**
   * Sees to it that the states of these assets are in memory. Returns those that were made by another model and must be
   * folded anew, with the time up to which they go; that their rules changed is recorded in the same transaction.
   */
  async load(tx: Repositories, shard: number, assets: readonly Tracked[]): Promise<Map<Tracked, Timestamp>> {
    const held = this.#of(shard);
    const missing = assets.filter((tracked) => !held.has(tracked));
    const changed: Changed[] = [];
    for (let at = 0; at < missing.length; at += CHUNK) {
      changed.push(...(await this.#read(tx, held, missing.slice(at, at + CHUNK))));
    }
    if (changed.length > 0) await this.#record(tx, changed);
    return new Map(changed.map(({ tracked, to }) => [tracked, to.time]));
  }

  async #read(tx: Repositories, held: Set<Tracked>, assets: readonly Tracked[]): Promise<Changed[]> {
    const stored = await tx.states.of(assets.map(({ asset }) => asset.id));
    const texts = new Map(stored.map(({ assetId, state }) => [assetId, state]));
    const changed: Changed[] = [];
    for (const tracked of assets) {
      const text = texts.get(tracked.asset.id);
      const parsed = text === undefined ? undefined : parse(text, tracked);
      tracked.state = parsed?.state ?? initState(tracked.compiled);
      if (parsed && !parsed.state) changed.push({ tracked, to: parsed });
      else held.add(tracked);
    }
    return changed;
  }

  /** The event has the same id whichever node sees the change: it is recorded once. */
  async #record(tx: Repositories, changed: readonly Changed[]): Promise<void> {
    const now = this.#clock.now();
    this.#log.info({ assets: changed.length }, 'the models of these assets have changed: folding their history anew');
    const events = changed.map(({ tracked, to: { changedRules, newRules, time } }): RulesChangedEvent => {
      const { id: assetId } = tracked.asset;
      const at = Number.isFinite(time) ? time : 0;
      const id = `rules-changed|${assetId}|${tracked.model.version}|${at}`;
      const rules = { ruleIds: changedRules, added: newRules };
      return { id, type: 'rules-changed', assetId, at, recordedAt: now, by: BY_FETTLE, ...rules };
    });
    await tx.events.add(events);
  }

  #of(shard: number): Set<Tracked> {
    const known = this.#held.get(shard);
    if (known) return known;
    const held = new Set<Tracked>();
    this.#held.set(shard, held);
    return held;
  }
}

function parse(text: string, { asset, compiled }: Tracked): ReturnType<typeof parseState> {
  try {
    return parseState(text, compiled);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AssetTrouble(asset.id, new Error(`its stored state can't be read: ${reason}`, { cause: error }));
  }
}
