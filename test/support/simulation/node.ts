import { createNoDesk } from '../../../src/adapters/desk/none.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { UnavailableError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { Ledger, type Metrics } from '../../../src/metrics.ts';
import { DatabaseMark } from '../../../src/pipeline/databaseMark.ts';
import { Pipeline } from '../../../src/pipeline/index.ts';
import { Promises } from '../../../src/pipeline/promises.ts';
import { RollupMarks } from '../../../src/pipeline/rollupMarks.ts';
import { Room } from '../../../src/pipeline/room.ts';
import type { Broker, BrokerHandlers, InboundMessage } from '../../../src/ports/broker.ts';
import type { Memo } from '../../../src/ports/memo.ts';
import { CALM_BROKER, IDLE_QUEUE, idleNotifications, idleOutcomes } from '../idle.ts';
import { USUAL_POLICY } from '../sla.ts';
import { Life } from './calls.ts';
import { databaseOn } from './database.ts';
import { type JournalFile, journalOn } from './journal.ts';
import { storeOn } from './samples.ts';
import { clockOf } from './time.ts';
import type { World } from './world.ts';

const log = createLog('silent');

interface Sent {
  readonly topic: string;
  readonly payload: Buffer;
  readonly historical?: true;
}

/** One Fettle, its disk and its session at the broker; a crash ends the process, and those two stay. */
export class SimulatedNode {
  readonly name: string;
  readonly #world: World;
  readonly #journals = new Map<string, JournalFile>();
  #memory: string | undefined;
  readonly #memo: Memo = {
    place: 'memo',
    read: async () => this.#memory,
    write: async (text) => {
      this.#memory = text;
    },
  };
  /** Sent and not settled, the oldest first. */
  readonly #session: Sent[] = [];
  /** What each message under way was made of. */
  readonly #origins = new WeakMap<InboundMessage, Sent>();
  #life: Life | undefined;
  #pipeline: Pipeline | undefined;
  #ledger = new Ledger();
  #handlers: BrokerHandlers | undefined;

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
  }

  get isUp(): boolean {
    return this.#life !== undefined && !this.#life.isOver;
  }

  get unsettled(): number {
    return this.#session.length;
  }

  get pipeline(): Pipeline {
    return this.#pipeline!;
  }

  /** A device says something. */
  send(topic: string, payload: string, about: Pick<Sent, 'historical'> = {}): void {
    const sent = { topic, payload: Buffer.from(payload), ...about };
    this.#session.push(sent);
    this.#hand(sent);
  }

  flush(): void {
    if (this.isUp && this.#pipeline?.started) this.#pipeline.ingest.flush();
  }

  /** Starts the process as often as it takes. */
  async start(): Promise<void> {
    for (;;) {
      const life = new Life();
      this.#life = life;
      this.#handlers = undefined;
      this.#pipeline = this.#compose(life);
      try {
        if (await this.#world.run(`starting ${this.name}`, this, this.#pipeline.start())) return;
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        // As a process that could not start does: it ends, and is started again.
        life.end();
      }
      await this.#world.pass(1000);
    }
  }

  async stop(): Promise<void> {
    const pipeline = this.pipeline;
    await this.#world.run(`stopping ${this.name}`, this, pipeline.stop(10_000));
    this.#life?.end();
  }

  /** Throws when a ledger does not add up. */
  check(): void {
    const wrong = this.#ledger.imbalance();
    if (wrong.length > 0) throw new Error(`ledger of ${this.name}: ${wrong.join('; ')}`);
  }

  #compose(life: Life): Pipeline {
    const { configuration, time, calls, tables, samples } = this.#world;
    const { config, models, assets, bindings } = configuration;
    const clock = clockOf(time, life);
    const database = databaseOn({ tables, time, calls, life });
    const journal = (name: string) => journalOn(this.#journal(name), calls, life);
    const rollupJournal = journal('rollups');
    const rollupMarks = new RollupMarks({ rollups: database.rollups, journal: rollupJournal, clock, log });
    const mark = new DatabaseMark({ database, memo: this.#memo, clock, log });
    const ledger = new Ledger();
    this.#ledger = ledger;
    return new Pipeline(
      {
        broker: this.#broker(life),
        store: storeOn(samples, calls, life),
        database: mark.guard(database),
        mark,
        queue: IDLE_QUEUE,
        timerQueue: IDLE_QUEUE,
        promises: new Promises({ policyOf: () => USUAL_POLICY, clock }),
        notifications: idleNotifications(),
        outcomes: idleOutcomes(),
        desk: createNoDesk(),
        deadLetterJournal: journal('dead-letters'),
        noteJournal: journal('notes'),
        registryJournal: journal('registry'),
        room: new Room({ folder: '/', minFreeBytes: 0, space: async () => ({ freeBytes: 1, sizeBytes: 1 }), clock }),
        rollupJournal,
        spillJournal: journal('spill'),
        spillAside: journal('spill-aside'),
        rollupMarks,
        clock,
        ledger,
        metrics: NO_METRICS,
        log,
      },
      {
        models,
        assets,
        bindings,
        sources: config.sources,
        presence: config.presence,
        node: {
          id: this.name,
          clientId: `fettle-${this.name}`,
          version: '0',
          subscriptions: { filters: ['#'], ...(config.assess.mode === 'sharded' && { shareGroup: 'fettle' }) },
          adoptAfter: MINUTE,
        },
        ...config.ingest,
        spillAfter: config.spill.after,
        ...config.assess,
        deadLetterPayloadBytes: 100,
        intake: { maxMessages: 1000, maxBytes: 1e6, patience: 30_000 },
        maxDeadLetters: 1000,
        deliveryTimeout: MINUTE,
        deskPollEvery: MINUTE,
        storms: { window: 0, assets: 5, share: 0.5 },
        reminders: { enabled: false, contractBefore: 0, warrantyBefore: 0 },
        campaigns: { window: 1, assets: 3, p: 0.001 },
        raisePriority: false,
        ratings: { linkValid: 0, lowRating: 0, secret: undefined, publicUrl: '' },
        linkTo: () => '',
        present: () => ({ document: {}, body: { en: '', zh: '' } }),
      },
    );
  }

  #journal(name: string): JournalFile {
    const known = this.#journals.get(name) ?? { records: [], trimmed: 0 };
    this.#journals.set(name, known);
    return known;
  }

  /** Hands over again, in order, what the process before did not settle. */
  #broker(life: Life): Broker {
    return {
      start: async (handlers) => {
        this.#handlers = handlers;
        handlers.listening(true);
        for (const sent of [...this.#session]) this.#hand(sent);
      },
      settle: (messages) => {
        if (life.isOver) return;
        for (const message of messages) {
          const at = this.#session.indexOf(this.#origins.get(message)!);
          if (at >= 0) this.#session.splice(at, 1);
        }
      },
      status: () => CALM_BROKER,
      pause: async () => {
        this.#handlers = undefined;
      },
      close: async () => undefined,
    };
  }

  #hand(sent: Sent): void {
    if (!this.isUp || !this.#handlers) return;
    const message: InboundMessage = { ...sent, qos: 1, retain: false, receivedAt: this.#world.time.now };
    this.#origins.set(message, sent);
    this.#handlers.message(message);
  }
}

const NO_METRICS = {
  storeWrite: { startTimer: () => () => undefined },
  raise: { startTimer: () => () => undefined },
  batchSize: { observe: () => undefined },
  partErrors: { inc: () => undefined },
} as unknown as Metrics;
