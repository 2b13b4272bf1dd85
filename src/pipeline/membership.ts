import { BEAT, GONE_AFTER, type NodeState, nodeState } from '../domain/node.ts';
import { type Duration, HOUR, SECOND, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { NewNode, NodeRow, NodesSeen } from '../ports/nodes.ts';
import { type Listening, REMEMBERED } from './listening.ts';

/** Deaf times of others are asked for from so long before the last look: clocks differ. */
const OVERLAP: Duration = HOUR;
/** A database that does not answer must not keep the node from stopping. */
const LAST_BEAT_LIMIT: Duration = 2 * SECOND;

export interface MembershipParts {
  readonly database: Pick<Database, 'nodes' | 'events'>;
  readonly listening: Listening;
  readonly clock: Clock;
  readonly log: Log;
  readonly self: NewNode;
  /** Whether the nodes share what devices send; without, this one hears everything itself. */
  readonly shared: boolean;
  /** A node that was not seen for so long is gone for good. */
  readonly adoptAfter: Duration;
  /** Told once: this node is to leave. */
  readonly retire: () => void;
  /** Told once: another process works under this node's name. */
  readonly replaced: () => void;
}

/** This node among those that work on the same database: gives signs of life and looks for those of the others. */
export class Membership {
  readonly #parts: MembershipParts;
  #stop: (() => void) | undefined;
  #beating: Promise<void> = Promise.resolve();
  #seen: NodesSeen = { now: 0, nodes: [] };
  #lastLook = Number.NEGATIVE_INFINITY;
  /** Since when every beat came through in time. */
  #steadySince: Duration | undefined;
  #lastBeat: Duration = Number.NEGATIVE_INFINITY;
  #joined = false;
  #leaving = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  get self(): NewNode {
    return this.#parts.self;
  }

  /** The other nodes as they were last seen. */
  get others(): readonly NodeRow[] {
    return this.#seen.nodes.filter(({ clientId }) => clientId !== this.self.clientId);
  }

  /** Those of them that give no sign of life. */
  get gone(): readonly NodeRow[] {
    return this.others.filter((node) => nodeState(node, this.#seen.now) === 'gone');
  }

  /** All nodes, this one as well. */
  countByState(): Readonly<Record<NodeState, number>> {
    const counts: Record<NodeState, number> = { listening: 0, deaf: 0, retiring: 0, gone: 0 };
    for (const node of this.#seen.nodes) counts[nodeState(node, this.#seen.now)]++;
    return counts;
  }

  /**
   * Those that another node is to take over from: gone for long, or gone after they were told to leave. None while this
   * node's own beats do not come through: when the database is back after an outage, all look as if they were gone.
   */
  get abandoned(): readonly { readonly node: NodeRow; readonly unseenFor: Duration }[] {
    if (this.#steadySince === undefined || this.#lastBeat - this.#steadySince < GONE_AFTER) return [];
    return this.gone
      .map((node) => ({ node, unseenFor: node.retiring ? GONE_AFTER : this.#parts.adoptAfter }))
      .filter(({ node, unseenFor }) => this.#seen.now - node.seenAt > unseenFor);
  }

  /** Takes its place. Returns up to when an earlier process in it heard its broker, by this node's clock. */
  async join(): Promise<Timestamp | undefined> {
    const { database, clock } = this.#parts;
    const earlier = await database.nodes.join(this.self);
    this.#joined = true;
    const { now } = await database.nodes.list();
    return earlier && earlier.heardUntil + clock.now() - now;
  }

  start(): void {
    this.#stop ??= this.#parts.clock.every(BEAT, () => this.beat());
  }

  /** A sign of life and a look around. Failing is harmless; the next one follows. */
  beat(): Promise<void> {
    this.#beating = this.#beating.then(() => this.#beat());
    return this.#beating;
  }

  /** The last sign of life: this node hears nothing any more. */
  async stop(): Promise<void> {
    this.#stop?.();
    if (this.#joined) await Promise.race([this.beat(), this.#parts.clock.sleep(LAST_BEAT_LIMIT)]);
  }

  /** Leaves for good, with nothing left behind. */
  async leave(): Promise<void> {
    this.#stop?.();
    await this.#beating;
    const { database, self } = this.#parts;
    await database.nodes.remove(self.clientId, { instance: self.instance });
  }

  async #beat(): Promise<void> {
    const { database, listening, self, clock, log, shared } = this.#parts;
    try {
      // Deaf times first: once the beat says that this node listens, others take the time before it from there.
      await listening.save();
      listening.alive();
      const row = await database.nodes.beat(self.clientId, self.instance, listening.vouched);
      if (row?.retiring) this.#leave(this.#parts.retire);
      await this.#look();
      if (!row) await this.#missing();
      this.#lastBeat = clock.elapsed();
      this.#steadySince ??= this.#lastBeat;
    } catch (error) {
      if (clock.elapsed() - this.#lastBeat > GONE_AFTER) this.#steadySince = undefined;
      const consequence = shared || this.others.length > 0 ? ': the other nodes can not see this one' : '';
      log.warn({ err: error, node: self.id }, `no sign of life in the database${consequence}`);
    }
  }

  /** Rows before intervals: what ends in between is then in both, and not in neither. */
  async #look(): Promise<void> {
    const { database, listening, clock, shared } = this.#parts;
    const now = clock.now();
    const seen = await database.nodes.list();
    const since = Math.max(now - REMEMBERED, this.#lastLook - OVERLAP);
    const intervals = shared ? await database.events.deaf(since) : [];
    this.#seen = seen;
    this.#lastLook = now;
    if (shared) listening.hearOfOthers(heardByAll(this.others) + now - seen.now, intervals);
  }

  async #missing(): Promise<void> {
    if (this.#leaving) return;
    const { log, self, replaced } = this.#parts;
    const there = this.#seen.nodes.find(({ clientId }) => clientId === self.clientId);
    if (there && there.instance !== self.instance) {
      log.error(
        { node: self.id, clientId: self.clientId, since: new Date(there.startedAt).toISOString() },
        'another Fettle was started under the name of this node, which stops: give each its own cluster.node',
      );
      this.#leave(replaced);
    } else if (!there) {
      log.warn({ node: self.id }, 'this node was taken for gone while it could not reach the database; it joins again');
      await this.join();
    }
  }

  #leave(tell: () => void): void {
    if (this.#leaving) return;
    this.#leaving = true;
    tell();
  }
}

/** By the clock of the database; infinity when there is no other node. */
function heardByAll(others: readonly NodeRow[]): Timestamp {
  return others.reduce((earliest, { heardUntil }) => Math.min(earliest, heardUntil), Number.POSITIVE_INFINITY);
}
