import { type Duration, SECOND } from '../domain/time.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Broker, SessionBroker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { NewNode } from '../ports/nodes.ts';
import { Adoption, type OpenSession } from './adoption.ts';
import type { Ingest } from './ingest.ts';
import { Lines } from './lines.ts';
import { Listening } from './listening.ts';
import { Membership } from './membership.ts';
import type { Registration } from './registration.ts';

/** How often a node looks for what another one changed in the registry. */
const SYNC_EVERY: Duration = SECOND;
/** How often a node that retires looks whether all that it holds is where others find it. */
const LOOK_EVERY: Duration = 0.2 * SECOND;

export interface NodeOptions extends Omit<NewNode, 'instance'> {
  readonly adoptAfter: Duration;
}

export interface ClusterParts {
  readonly broker: Broker;
  readonly openSession?: OpenSession | undefined;
  readonly database: Database;
  readonly registration: Registration;
  /** Records that are settled and wait on this machine's disk for a server. */
  readonly waiting: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Why a node ends by itself: it was told to leave and has, or another process works under its name. */
export type Ending = 'retired' | 'replaced';

/** This node among those that share the work: what it hears and knows of the others, and how it comes and goes. */
export class Cluster {
  readonly listening: Listening;
  readonly membership: Membership;
  readonly lines: Lines;
  /** Resolves when the node is to end by itself; whoever runs it stops it then. */
  readonly ended: Promise<Ending>;
  readonly #parts: ClusterParts;
  readonly #shared: boolean;
  readonly #stops: (() => void)[] = [];
  readonly #stopping = new AbortController();
  #end: (ending: Ending) => void = () => undefined;
  #adoption: Adoption | undefined;
  #sync: Promise<void> | undefined;
  #left = false;

  constructor(parts: ClusterParts, { adoptAfter, ...node }: NodeOptions) {
    const { database, clock, log, broker } = parts;
    this.#parts = parts;
    this.#shared = node.subscriptions.shareGroup !== undefined;
    this.lines = new Lines(broker);
    this.listening = new Listening(database, clock, this.#shared ? node.clientId : undefined);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.membership = new Membership({
      database,
      listening: this.listening,
      clock,
      log,
      self: { ...node, instance: newId(clock.now()) },
      shared: this.#shared,
      adoptAfter,
      retire: () => void this.#retire(),
      replaced: () => this.#end('replaced'),
    });
  }

  /** Before anything is heard: takes the node's place and learns when devices could not be heard. */
  async join(): Promise<void> {
    await this.listening.load(await this.membership.join());
    this.listening.start();
    this.membership.start();
  }

  /** Once messages can be taken: keeps the registry up with the other nodes and looks after those that are gone. */
  start(ingest: Ingest): void {
    const { database, openSession, clock, log, registration } = this.#parts;
    this.#adoption = new Adoption({
      database,
      membership: this.membership,
      openSession,
      take: (message) => ingest.take(message),
      pressed: () => ingest.pressed(),
      dropped: () => ingest.dropped(),
      lines: this.lines,
      clock,
      log,
    });
    this.#adoption.start();
    if (!this.#shared) return;
    this.#stops.push(
      clock.every(SYNC_EVERY, async () => {
        this.#sync = registration.refresh().then(
          () => undefined,
          (error: unknown) => log.warn({ err: error }, 'what other nodes registered is not known yet; asking again'),
        );
        await this.#sync;
      }),
    );
  }

  /** Takes nothing over any more; signs of life go on until `leave`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const stop of this.#stops) stop();
    await this.#sync;
    await this.#adoption?.stop();
  }

  /** The last step: everything is saved. A node that has retired is forgotten, any other one is expected back. */
  async leave(): Promise<void> {
    this.listening.stop();
    await (this.#left ? this.membership.leave() : this.membership.stop());
  }

  /** Has a node leave for good: at once where it is gone, else when it has emptied its session. */
  async retire(id: string): Promise<void> {
    const outcome = await this.#parts.database.nodes.retire(id);
    if (outcome === 'unknown') throw new NotFoundError(`There is no node ${id}.`);
    if (outcome === 'last') {
      throw new ConflictError(
        `node ${id} is the last: what devices send would wait for nobody; stop it, and its session is kept at the broker`,
      );
    }
  }

  async #retire(): Promise<void> {
    const { broker, log } = this.#parts;
    const node = this.membership.self.id;
    log.info({ node }, 'this node retires: it takes what waits for it at the broker, ends its session and stops');
    try {
      const outcome = isSessionBroker(broker) ? await broker.leave({ signal: this.#stopping.signal }) : 'left';
      this.#left = outcome === 'left' || outcome === 'no-session';
      log.info({ node, outcome }, this.#left ? 'left the broker' : 'what is left at the broker goes to another node');
    } catch (error) {
      log.error({ err: error, node }, 'could not end the session at the broker; another node takes it over');
    }
    await this.#handOver();
    this.#end('retired');
  }

  /** Whoever retires a node may throw its disk away. */
  async #handOver(): Promise<void> {
    const { waiting, clock, log } = this.#parts;
    const records = waiting();
    if (records === 0) return;
    const node = this.membership.self.id;
    log.warn({ node, records }, 'what waits on the disk of this node goes to its servers before the node leaves');
    while (waiting() > 0 && !this.#stopping.signal.aborted)
      await clock.sleep(LOOK_EVERY, this.#stopping.signal).catch(() => undefined);
  }
}

function isSessionBroker(broker: Broker): broker is SessionBroker {
  return 'leave' in broker;
}
