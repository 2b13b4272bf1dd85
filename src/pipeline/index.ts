import type { CommissioningReport } from '../domain/commissioning.ts';
import type { PastBatch, PastTaken } from '../domain/past.ts';
import type { SourceDefinition } from '../domain/source.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TicketBackground } from '../domain/ticketBackground.ts';
import { type Duration, MINUTE, SECOND } from '../domain/time.ts';
import type { RefoldNote } from '../ports/database.ts';
import { Assess } from './assess.ts';
import type { Assessment } from './assessment.ts';
import type { AssessmentMode } from './assessmentMode.ts';
import { backgroundOf } from './backgrounds.ts';
import { BrokersHeard } from './brokersHeard.ts';
import { Campaigns } from './campaigns.ts';
import { catalogueEntry } from './catalogue.ts';
import { Checkpoint } from './checkpoint.ts';
import { DurableClocks } from './clockMemory.ts';
import { Cluster } from './cluster.ts';
import { commissioningOf } from './commission.ts';
import { Connections } from './connections.ts';
import { DeadLetters } from './deadLetters.ts';
import { createDecoder } from './decode.ts';
import { Deliver } from './deliver.ts';
import { DeviceClocks } from './deviceClocks.ts';
import { Exclusive } from './exclusive.ts';
import { Fleet } from './fleet.ts';
import { FleetLessons } from './fleetLessons.ts';
import { HostClock } from './hostClock.ts';
import { Ingest } from './ingest.ts';
import { InlineAssessment } from './inline.ts';
import { Intake } from './intake.ts';
import type { Listening } from './listening.ts';
import { Notes } from './notes.ts';
import type { PipelineOptions, PipelineParts } from './parts.ts';
import { PastIntake } from './pastIntake.ts';
import { withPresence } from './presence.ts';
import { Raiser } from './raiser.ts';
import { Raising } from './raising.ts';
import { newProgress, type RecoveryProgress } from './recoveryProgress.ts';
import { Refolds } from './refolds.ts';
import type { RefusedSamples } from './refusedSamples.ts';
import { Registration } from './registration.ts';
import { type RegistryNote, registryNotes } from './registryNotes.ts';
import { Rollups } from './rollups.ts';
import { RuleFaults } from './ruleFaults.ts';
import { createServiceWork, type ServiceWork } from './serviceWork.ts';
import { ShardedAssessment } from './sharded.ts';
import { ShardCounts } from './shardLoop.ts';
import { Spill } from './spill.ts';
import { takeBack } from './spillRefusals.ts';
import { StormKeeper } from './stormKeeper.ts';
import type { Tracked } from './tracked.ts';
import { tryPast } from './tryPast.ts';
import { Upkeep } from './upkeep.ts';
import { within } from './within.ts';

export type { PipelineOptions, PipelineParts } from './parts.ts';

const IMPORT_EVERY = SECOND;
const SWEEP_EVERY = 5 * SECOND;
/** Aggregates are of five minutes; a look in between costs little. */
const ROLLUP_EVERY = MINUTE;
const HOUSEKEEPING_EVERY = 10 * MINUTE;

/**
 * The way of a message, in one direction:
 *
 *     broker ─► decode ─► store ─► settle         ingest.ts; spill.ts while the store fails
 *                           └──► assess ─► finding   inline.ts: in hand, by assess.ts and refolds.ts;
 *                                                      sharded.ts: from notes, by any node
 *     finding ─► ticket + outbox                     raiser.ts, raise.ts: one database transaction
 *                           └──► service desk        deliver.ts: at least once, idempotent
 *
 * and beside it, on timers: checkpoint.ts saves states, ticker.ts lets time pass, deadLetters.ts imports.
 */
export class Pipeline {
  readonly fleet: Fleet;
  /** What people do with assets and tickets, and what is done for them on time. */
  readonly service: ServiceWork;
  readonly deliver: Deliver;
  readonly storms: StormKeeper;
  readonly campaigns: Campaigns;
  readonly deadLetters: DeadLetters;
  readonly refolds = new Refolds();
  readonly spill: Spill;
  readonly intake: Intake;
  readonly pastIntake: PastIntake;
  readonly assessment: Assessment;
  readonly raiser: Raiser;
  readonly cluster: Cluster;
  readonly listening: Listening;
  readonly checkpoint: Checkpoint;
  readonly faults: RuleFaults;
  readonly shards = new ShardCounts();
  readonly hostClock: HostClock;
  readonly deviceClocks: DeviceClocks;
  /** Who has a connection: whatever hears of a birth, a death or a will tells it. */
  readonly connections: Connections;
  readonly mode: AssessmentMode;
  readonly recovery: RecoveryProgress = newProgress();
  readonly parts: PipelineParts;
  readonly #options: PipelineOptions;
  readonly #registryNotes: Notes<RegistryNote>;
  readonly #registration: Registration;
  readonly #assess: Assess;
  readonly #notes: Notes<RefoldNote>;
  readonly #rollups: Rollups;
  readonly #fleetLessons: FleetLessons;
  readonly #records = new Exclusive();
  readonly #brokersHeard: BrokersHeard | undefined;
  readonly #upkeep: Upkeep;
  readonly #stops: (() => void)[] = [];
  #ingest: Ingest | undefined;
  #connected = false;
  #stopped = false;

  constructor(parts: PipelineParts, options: PipelineOptions) {
    const { database, clock, ledger, metrics, log, queue, desk } = parts;
    const { refolds } = this;
    this.parts = parts;
    this.#options = options;
    this.mode = options.mode;
    const deliver = (outboxId: string) => this.deliver.soon(outboxId);
    this.fleet = new Fleet(options.models);
    this.faults = new RuleFaults(log);
    this.hostClock = new HostClock(clock, log);
    this.deviceClocks = new DeviceClocks(log);
    this.#registryNotes = registryNotes({ database, fleet: this.fleet, journal: parts.registryJournal, log });
    const isSharded = options.mode === 'sharded';
    this.#registration = new Registration(this.fleet, database, this.#registryNotes, clock, isSharded);
    const { fleet: known } = this;
    this.connections = new Connections({ database, fleet: known, notes: this.#registryNotes, shared: isSharded });
    const { broker, openSession } = parts;
    const registration = this.#registration;
    this.cluster = new Cluster(
      { broker, openSession, database, registration, waiting: () => this.#waiting, clock, log },
      options.node,
    );
    this.listening = this.cluster.listening;
    this.deliver = new Deliver({
      database,
      queue,
      desk,
      present: async (ticket) => options.present(ticket, await this.backgroundOf(ticket)),
      clock,
      metrics,
      log,
      timeout: options.deliveryTimeout,
      mark: parts.mark,
      recovered: () => this.recovery.done,
      gone: (ticket) => this.service.deskSync.gone(ticket),
    });
    const raising = new Raising({
      deliver,
      opened: (ticket, tracked) => options.onTicket?.(ticket, tracked),
      title: options.title,
      ledger,
      storms: options.storms,
      fleet: this.fleet,
      clock,
      log,
    });
    const policy = options.storms;
    const severalBrokers = broker.status().brokers !== undefined;
    if (severalBrokers) this.#brokersHeard = new BrokersHeard(database);
    const common = { database, fleet: this.fleet, deliver, clock, metrics, log };
    this.storms = new StormKeeper({ ...common, raising, policy, severalBrokers });
    const { campaigns: alike } = options;
    this.campaigns = new Campaigns({ database, models: options.models, policy: alike, deliver, clock, metrics, log });
    this.raiser = new Raiser({ database, raising, refolds, metrics, clock, log });
    this.#assess = new Assess(this.fleet, ledger, this.raiser, refolds, this.faults);
    this.#rollups = new Rollups({ store: parts.store, database, clock, log });
    this.#notes = new Notes((notes) => database.states.note(notes), parts.noteJournal, log, 'refold notes');
    this.checkpoint = new Checkpoint({
      fleet: this.fleet,
      assess: this.#assess,
      database,
      records: this.#records,
      clock,
      metrics,
      log,
    });
    this.#upkeep = new Upkeep({
      ...parts,
      notes: { import: () => this.#importNotes() },
      registryNotes: this.#registryNotes,
      listening: this.listening,
      brokersHeard: this.#brokersHeard,
      checkpoint: this.checkpoint,
      hostClock: this.hostClock,
      horizon: options.horizon,
    });
    this.spill = this.#createSpill();
    this.intake = new Intake(() => this.ingest, clock, options.intake);
    const { patience } = options.intake;
    this.pastIntake = new PastIntake({ ingest: () => this.ingest, spill: this.spill, clock, patience });
    this.assessment = this.#createAssessment(raising);
    const { fleet, assessment } = this;
    const { recovery, faults } = this;
    this.#fleetLessons = new FleetLessons({ database, fleet, assessment, recovery, faults, clock, log });
    this.service = createServiceWork(parts, options, { fleet, assessment, registration, deliver });
    parts.promises.onArmed((timers) => this.service.timers.soon(timers));
    this.deadLetters = new DeadLetters(parts.deadLetterJournal, database, clock, log, {
      payloadBytes: options.deadLetterPayloadBytes,
      maxKept: options.maxDeadLetters,
      importEvery: IMPORT_EVERY,
    });
  }

  #createSpill(): Spill {
    const { fleet } = this;
    const { spillJournal, spillAside, rollupMarks, store, clock, metrics, log } = this.parts;
    const spillParts = {
      journal: spillJournal,
      aside: spillAside,
      store: { ...rollupMarks.guard(store), valuesAt: store.valuesAt.bind(store) },
      seriesOf: fleet.seriesOf.bind(fleet),
      note: this.#note.bind(this),
      spilled: () => this.#hear(),
      refuse: (refused: RefusedSamples) => takeBack(refused, { ...this, note: this.#note.bind(this) }),
      clock,
      metrics,
      log,
    };
    return new Spill(spillParts, this.#options.spillAfter);
  }

  #createAssessment(raising: Raising): Assessment {
    const { fleet, refolds, raiser, checkpoint, listening, faults, parts } = this;
    const { database, store, ledger, clock, log } = parts;
    const common = { fleet, database, store, listening, faults, ledger, clock, log };
    if (this.#options.mode === 'sharded') {
      const own = { raising, recovery: this.recovery, counts: this.shards, spill: this.spill };
      return new ShardedAssessment({ ...common, ...own }, this.#options);
    }
    const own = { assess: this.#assess, refolds, raiser, checkpoint, records: this.#records };
    const { spill } = this;
    return new InlineAssessment({ ...common, ...own, spill, store: spill.readAfter(store) }, this.recovery);
  }

  /** Records in all journals that go to a server from there. */
  get #waiting(): number {
    const { spillJournal, noteJournal, registryJournal, rollupJournal, deadLetterJournal } = this.parts;
    const journals = [spillJournal, noteJournal, registryJournal, rollupJournal, deadLetterJournal];
    return journals.reduce((sum, journal) => sum + journal.pending().records, 0);
  }

  /** Whether it takes messages and may be asked for anything; recovery may go on in the background. */
  get started(): boolean {
    return this.#ingest !== undefined;
  }

  get ingest(): Ingest {
    if (!this.#ingest) throw new Error('the pipeline has not started');
    return this.#ingest;
  }

  /** The source as it is configured; undefined when there is none. */
  sourceOf(id: string): SourceDefinition | undefined {
    return this.#options.sources.find((source) => source.id === id);
  }

  /** What would become of readings of the past. */
  tryPast(batch: PastBatch): PastTaken {
    const { fleet, parts } = this;
    const modelOf = (id: string) => fleet.model(id)?.model;
    const { retention } = parts.store;
    return tryPast(batch, { sources: this.#options.sources, directory: fleet, modelOf, retention }, parts.clock.now());
  }

  /** The broker that a source is meant for; undefined when it is meant for all, or there is no such source. */
  brokerOf(sourceId: string | undefined): string | undefined {
    return [...this.#options.sources, ...this.#options.presence].find(({ id }) => id === sourceId)?.broker;
  }

  /** Whether an asset is ready to be watched. */
  commissioningOf(tracked: Tracked): Promise<CommissioningReport> {
    const { parts, assessment, deviceClocks } = this;
    return commissioningOf(tracked, { ...parts, assessment, deviceClocks, sources: this.#options.sources });
  }

  /** What what came and nothing takes is compared with. */
  get mappings() {
    const { fleet, parts } = this;
    const { sources, presence, models, deadLetterPayloadBytes: payloadBytes, maxDeadLetters: maxKept } = this.#options;
    const sites = new Set([...fleet.all()].map(({ asset }) => asset.siteId));
    const { database, store, expressions } = parts;
    const { retention } = store;
    return {
      sources,
      presence,
      models,
      sites,
      retention,
      expressions,
      directory: fleet,
      deadLetters: database.deadLetters,
      payloadBytes,
      maxKept,
    };
  }

  /** What is known beside a ticket. */
  backgroundOf(ticket: Ticket): Promise<TicketBackground> {
    const { database, metrics, log } = this.parts;
    return backgroundOf(ticket, { database, fleet: this.fleet, assessment: this.assessment, metrics, log });
  }

  /** Loads, recovers where the store answers, and only then listens. */
  async start(): Promise<void> {
    const { database, log, broker } = this.parts;
    const { fleet, cluster } = this;
    await this.#registryNotes.import();
    await this.parts.mark.start(this.#options.horizon);
    const orphans = await this.#registration.refresh();
    if (orphans.length > 0) {
      log.error({ assets: orphans.map(({ id }) => id) }, 'these assets have no model any more: their data are refused');
    }
    await this.connections.refresh();
    await database.catalogue.replace(fleet.models.map(catalogueEntry));
    await cluster.join();
    await this.#notes.import();
    await this.parts.rollupMarks.import();
    await this.#register();
    fleet.prepare(this.#options.sources);
    this.spill.start();
    await this.assessment.start();
    await this.deliver.start();
    await this.service.timers.start();
    await this.parts.notifications.start(database, {
      link: this.#options.linkTo,
      ratingLink: async ({ id }) => (await this.service.ratings.sign(id)).url,
      body: async (ticket) => this.#options.present(ticket, await this.backgroundOf(ticket)).body,
    });
    this.storms.start();
    this.campaigns.start();
    const ingest = await this.#createIngest();
    if (this.#stopped) return;
    this.#ingest = ingest;
    this.#startTimers();
    this.parts.sessions?.start((freed) => ingest.free(freed));
    await broker.start({
      message: (message) => ingest.take(message),
      pressed: () => ingest.pressed(),
      dropped: () => ingest.dropped(),
      listening: (heard) => {
        this.#connected = heard;
        this.parts.sessions?.listening(heard);
        this.#hear();
      },
    });
    cluster.start(ingest);
  }

  /**
   * Fettle hears its devices while it is connected and can store what they say: only then is silence theirs. Nodes that
   * assess from notes know of nothing whose note still waits in a journal or in the spill.
   */
  #hear(): void {
    const isNoted = this.mode === 'inline' || (this.parts.noteJournal.pending().records === 0 && this.spill.isEmpty);
    this.listening.set(this.#connected && isNoted && this.#ingest?.isHeldUp === false);
  }

  /** What no message's writing has saved, and what other nodes heard. */
  async #keepConnections(): Promise<void> {
    const { connections } = this;
    if (connections.hasUnsaved) await this.#upkeep.quietly('connections not saved', () => connections.persist());
    if (this.mode === 'sharded')
      await this.#upkeep.quietly('connections that other nodes heard of not read', () => connections.refresh());
  }

  async #importNotes(): Promise<void> {
    await this.#notes.import();
    this.#hear();
  }

  async #note(notes: readonly RefoldNote[]): Promise<void> {
    await this.#notes.add(notes);
    this.#hear();
  }

  /** Resolves when everything received so far is stored, assessed and raised. */
  async settled(): Promise<void> {
    await this.ingest.drain();
    await this.spill.drained();
    await this.assessment.drain();
  }

  /** Settles what it can, saves states and ends all work, within about `limit`. The parts stay open. */
  async stop(limit: Duration): Promise<void> {
    this.#stopped = true;
    const deadline = AbortSignal.timeout(limit);
    for (const stop of this.#stops) stop();
    await within(deadline, this.cluster.stop());
    await within(deadline, this.parts.sessions?.stop() ?? Promise.resolve());
    await this.parts.broker.pause();
    await this.#ingest?.drain(deadline);
    await this.spill.stop(deadline);
    await within(deadline, this.#rollups.stop());
    await within(deadline, this.service.deskSync.stop());
    await within(deadline, this.storms.stop());
    await within(deadline, this.campaigns.stop());
    await within(deadline, this.#fleetLessons.stop());
    if (this.connections.hasUnsaved)
      await this.#upkeep.quietly('connections not saved', () => this.connections.persist());
    await this.#upkeep.importRegistry();
    await this.assessment.stop(deadline);
    await this.#upkeep.save();
    this.deliver.stop();
    this.service.timers.stop();
    this.parts.notifications.stop();
    await this.deadLetters.close();
    await this.#notes.close();
    await this.#registryNotes.close();
    await this.parts.rollupMarks.close();
    await this.cluster.leave();
  }

  async #register(): Promise<void> {
    const { assets, bindings } = this.#options;
    const uncommissioned = await this.#registration.uncommissioned();
    const changed = this.#registration.changed(assets);
    changed.push(...uncommissioned.filter(({ id }) => !changed.some((asset) => asset.id === id)));
    if (changed.length > 0) await this.service.assets.save(changed, { name: 'configuration', role: 'admin' });
    for (const binding of bindings) await this.service.assets.bind(binding);
  }

  async #createIngest(): Promise<Ingest> {
    const { fleet, deadLetters, spill } = this;
    const { store, room, database, ledger, metrics, clock, log } = this.parts;
    const { sources, presence, batchSize, batchAge, horizon } = this.#options;
    const clocks = await DurableClocks.load(database, this.#registryNotes);
    const decoder = createDecoder({
      sources,
      directory: fleet,
      get retention() {
        return store.retention;
      },
      clocks,
      watch: this.deviceClocks,
      expressions: this.parts.expressions,
      sessions: this.parts.sessions,
    });
    const note = this.#note.bind(this);
    return new Ingest(
      {
        broker: this.cluster.lines,
        decoder: withPresence(decoder, presence, fleet),
        clocks,
        room,
        spill,
        fleet,
        registration: this.#registration,
        connections: this.connections,
        assessment: this.assessment,
        deadLetters,
        brokersHeard: this.#brokersHeard,
        note,
        ledger,
        metrics,
        clock,
        log,
      },
      { batchSize, batchAge, horizon },
    );
  }

  #startTimers(): void {
    const { parts } = this;
    const { clock } = parts;
    const { tickEvery, checkpointEvery, deskPollEvery } = this.#options;
    this.deadLetters.start();
    this.#stops.push(
      clock.every(tickEvery, () => {
        this.hostClock.look();
        this.#hear();
        this.assessment.tick();
      }),
      clock.every(checkpointEvery, async () => {
        await this.#upkeep.importRegistry();
        await this.assessment.save();
        await this.#upkeep.save();
      }),
      clock.every(SWEEP_EVERY, () => this.deliver.sweep()),
      clock.every(SWEEP_EVERY, () => this.#keepConnections()),
      clock.every(deskPollEvery, () => this.#upkeep.quietly('the desk not asked', () => this.service.deskSync.poll())),
      clock.every(ROLLUP_EVERY, () => this.#upkeep.quietly('telemetry not aggregated', () => this.#rollups.run())),
      clock.every(HOUSEKEEPING_EVERY, () => this.#upkeep.prune()),
      clock.every(HOUSEKEEPING_EVERY, () =>
        this.#upkeep.quietly('predictions not scored anew', () => parts.outcomes.review(parts.database)),
      ),
      clock.every(HOUSEKEEPING_EVERY, () => this.#upkeep.learn(() => this.#fleetLessons.run())),
      clock.every(HOUSEKEEPING_EVERY, () =>
        this.#upkeep.quietly('nobody reminded of contracts', () => this.service.reminders.run()),
      ),
    );
  }
}
