import { BEAT } from '../domain/node.ts';
import { type Duration, SECOND } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { InboundMessage, LeaveOutcome, SessionBroker } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { NodeRow, SessionSubscriptions } from '../ports/nodes.ts';
import type { Lines } from './lines.ts';
import type { Membership } from './membership.ts';

/** A claim that is not renewed for so long lapses: its holder is gone too. */
const LAPSE: Duration = 30 * SECOND;

/** Opens the session of another node at the broker, to empty it. */
export type OpenSession = (clientId: string, subscriptions: SessionSubscriptions) => SessionBroker;

export interface AdoptionParts {
  readonly database: Pick<Database, 'nodes' | 'events'>;
  readonly membership: Membership;
  /** Absent where the broker keeps no sessions that another process could reach. */
  readonly openSession: OpenSession | undefined;
  readonly take: (message: InboundMessage) => void;
  readonly pressed: () => void;
  readonly dropped: () => void;
  readonly lines: Lines;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes over what waits at the broker for nodes that are gone, one after the other: their messages go the way of all
 * messages, are settled when they are durable, and then the session and the node are no more. A node that comes back
 * meanwhile takes its session back, and stays.
 */
export class Adoption {
  readonly #parts: AdoptionParts;
  readonly #stop = new AbortController();
  #stopTimer: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: AdoptionParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopTimer = this.#parts.clock.every(BEAT, () => this.#lookAround());
  }

  /** What is under way is left to another node. */
  async stop(): Promise<void> {
    this.#stopTimer?.();
    this.#stop.abort();
    await this.#running;
  }

  async #lookAround(): Promise<void> {
    if (this.#running) return;
    this.#running = this.#adoptAll().finally(() => {
      this.#running = undefined;
    });
  }

  async #adoptAll(): Promise<void> {
    const { membership, log } = this.#parts;
    for (const { node, unseenFor } of membership.abandoned) {
      if (this.#stop.signal.aborted) return;
      try {
        await this.#adopt(node, unseenFor);
      } catch (error) {
        log.warn({ err: error, node: node.id }, 'what waits for a node that is gone could not be taken over');
      }
    }
  }

  async #adopt(gone: NodeRow, unseenFor: Duration): Promise<void> {
    const { database, membership, openSession, log } = this.#parts;
    const adopter = membership.self.instance;
    const node = await database.nodes.adopt(gone.clientId, adopter, unseenFor, LAPSE);
    if (!node) return;
    const about = { node: node.id, clientId: node.clientId, seen: new Date(node.seenAt).toISOString() };
    if (!openSession) {
      await database.nodes.remove(node.clientId, { adopter });
      log.info(about, 'removed a node that is gone');
      return;
    }
    log.warn(about, 'a node is gone: taking over what waits for it at the broker');
    let outcome: LeaveOutcome = 'aborted';
    try {
      outcome = await this.#empty(node, openSession);
    } finally {
      await this.#conclude(node, outcome);
    }
    log.info({ ...about, outcome }, TOLD[outcome]);
  }

  /** The claim is renewed meanwhile; without it somebody else may be at work, or the node itself. */
  async #empty(node: NodeRow, openSession: OpenSession): Promise<LeaveOutcome> {
    const { database, membership, take, pressed, dropped, lines, clock } = this.#parts;
    const lost = new AbortController();
    let held = clock.elapsed();
    const release = clock.every(BEAT, async () => {
      const holds = await database.nodes.holdAdoption(node.clientId, membership.self.instance).catch(() => undefined);
      if (holds) held = clock.elapsed();
      if (holds === false || clock.elapsed() - held > LAPSE) lost.abort();
    });
    const session = openSession(node.clientId, node.subscriptions);
    try {
      await session.start({
        message(message) {
          lines.brought(message, session);
          take(message);
        },
        pressed,
        dropped,
        listening: () => undefined,
      });
      const signal = AbortSignal.any([this.#stop.signal, lost.signal]);
      return await session.leave({ signal, filters: node.subscriptions.filters });
    } finally {
      release();
      await session.close();
    }
  }

  async #conclude(node: NodeRow, outcome: LeaveOutcome): Promise<void> {
    const { database, membership, clock } = this.#parts;
    const adopter = membership.self.instance;
    if (outcome === 'taken-over' || outcome === 'aborted') {
      await database.nodes.endAdoption(node.clientId, adopter, outcome === 'taken-over');
      return;
    }
    // The time in which its share was heard by nobody outlives its row.
    const { now } = await database.nodes.list();
    const skew = clock.now() - now;
    await database.events.saveDeaf({ from: node.heardUntil + skew, to: clock.now() }, node.clientId);
    await database.nodes.remove(node.clientId, { adopter });
  }
}

const TOLD: Readonly<Record<LeaveOutcome, string>> = {
  left: 'took over what waited for a node that is gone, and ended its session',
  'no-session': 'a node that is gone had left nothing at the broker',
  'taken-over': 'the node is back and has its session again, or the broker closed the connection',
  aborted: 'stopped taking over from a node; what is left waits at the broker',
};
