import type { FleetLearnedEvent } from '../domain/asset.ts';
import { type Duration, HOUR, MINUTE, SECOND, startOfDay, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { CompiledModel } from '../rules/model.ts';
import type { CompiledRule, FleetLearning, FleetLesson } from '../rules/rule.ts';
import type { AssetState } from '../rules/state.ts';
import type { Assessment } from './assessment.ts';
import type { Fleet } from './fleet.ts';
import { noteOfEvent } from './notes.ts';
import { BY_FETTLE } from './raise.ts';
import type { RecoveryProgress } from './recoveryProgress.ts';
import type { FaultSink } from './ruleFaults.ts';
import type { Tracked } from './tracked.ts';

const WORK = 'fleet-lessons';
const TELL_EVERY: Duration = 30 * SECOND;
/** An asset whose newest sample was older than this when it came sends what it had kept: it is told once it is through. */
const CATCHING_UP: Duration = HOUR;

export interface FleetLessonsParts {
  readonly database: Pick<Database, 'dailyWork' | 'transaction'>;
  readonly fleet: Pick<Fleet, 'models' | 'all'>;
  readonly assessment: Pick<Assessment, 'statesOf' | 'event'>;
  readonly recovery: Pick<RecoveryProgress, 'done'>;
  readonly faults: FaultSink;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly log: Log;
}

export interface FleetLessonsOptions {
  /** Assets whose states are looked at in one go. */
  readonly assetsAtATime?: number;
  /** How long the claim outlives its holder. */
  readonly lease?: Duration;
}

interface LearningRule {
  readonly rule: CompiledRule;
  readonly learning: FleetLearning;
  readonly position: number;
}

type References = ReadonlyMap<string, unknown>;

/** Another node took the claim over, and goes through the fleet from its beginning. */
class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/**
 * Once a UTC day lets the assets of each model teach those of its rules that learn: collects what every asset
 * contributes, and tells an asset by an event what is new for it. One node at a time; what a crash leaves undone is done
 * again, and telling the same twice is harmless.
 */
export class FleetLessons {
  readonly #parts: FleetLessonsParts;
  readonly #assetsAtATime: number;
  readonly #lease: Duration;
  readonly #holder: string;
  readonly #stop = new AbortController();
  readonly #models: readonly (readonly [CompiledModel, readonly LearningRule[]])[];
  #running: Promise<void> = Promise.resolve();
  #toldAt: Duration = 0;

  constructor(parts: FleetLessonsParts, options: FleetLessonsOptions = {}) {
    this.#parts = parts;
    this.#assetsAtATime = options.assetsAtATime ?? 100;
    this.#lease = options.lease ?? 5 * MINUTE;
    this.#holder = newId(parts.clock.now());
    this.#models = parts.fleet.models
      .map((model) => [model, learningRules(model)] as const)
      .filter(([, rules]) => rules.length > 0);
  }

  /** Does the work of the day, unless it is done or another node is at it. */
  run(): Promise<void> {
    this.#running = this.#run();
    return this.#running;
  }

  /** Ends the run under way after its current step; the next start or another node does it all. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { database, clock, recovery } = this.#parts;
    if (this.#models.length === 0 || !recovery.done) return;
    const day = startOfDay(clock.now());
    if (!(await database.dailyWork.claim(WORK, day, this.#holder, this.#lease))) return;
    try {
      await this.#work();
    } catch (error) {
      if (error instanceof ClaimLostError)
        return this.#parts.log.info({ reason: error.message }, 'what the fleet teaches is left to another node');
      await database.dailyWork.release(WORK, this.#holder);
      if (this.#stop.signal.aborted) return;
      throw error;
    }
    await database.dailyWork.done(WORK, day, this.#holder);
  }

  async #work(): Promise<void> {
    this.#toldAt = this.#parts.clock.elapsed();
    for (const [model, rules] of this.#models) {
      const assets = [...this.#parts.fleet.all()].filter(({ compiled }) => compiled === model);
      const lessons = await this.#collect(assets, rules);
      const references = rules.map((rule, at) => this.#teach(model, rule, lessons[at]!));
      if (references.some(({ size }) => size > 0)) await this.#tell(model, assets, rules, references);
    }
  }

  /** By rule what each asset contributes. */
  async #collect(assets: readonly Tracked[], rules: readonly LearningRule[]): Promise<FleetLesson[][]> {
    const lessons = rules.map((): FleetLesson[] => []);
    const now = this.#parts.clock.now();
    await this.#eachPage(assets, 'collecting what the fleet teaches', async (page) => {
      for (const [tracked, state] of page) {
        const { id: assetId, siteId, batch } = tracked.asset;
        rules.forEach(({ learning, rule, position }, at) => {
          const lesson = this.#guarded(assetId, rule, () => learning.lesson(state.rules[position], now));
          if (lesson !== undefined)
            lessons[at]!.push({ assetId, siteId, ...(batch !== undefined && { batch }), lesson });
        });
      }
    });
    return lessons;
  }

  #teach({ model }: CompiledModel, { rule, learning }: LearningRule, lessons: readonly FleetLesson[]): References {
    if (lessons.length === 0) return new Map();
    try {
      return learning.teach(lessons);
    } catch (error) {
      const place = { model: model.id, rule: rule.definition.id };
      this.#parts.log.error({ err: error, ...place }, 'a rule failed to learn from its fleet; the others go on');
      return new Map();
    }
  }

  /** Tells each asset what is new for it. */
  async #tell(
    { model }: CompiledModel,
    assets: readonly Tracked[],
    rules: readonly LearningRule[],
    references: readonly References[],
  ): Promise<void> {
    const { database, assessment, clock, log } = this.#parts;
    const told = new Map<string, number>();
    await this.#eachPage(assets, 'telling assets what the fleet teaches', async (page) => {
      const now = clock.now();
      const news = page
        .filter(([, state]) => state.receivedAt - state.time <= CATCHING_UP)
        .flatMap(([tracked, state]) =>
          rules.flatMap((rule, at) => {
            const event = this.#newsOf(tracked, state, rule, references[at]!, now);
            return event ? [{ tracked, event }] : [];
          }),
        );
      if (news.length === 0) return;
      const events = news.map(({ event }) => event);
      await database.transaction(async (tx) => {
        await this.#renew(tx.dailyWork);
        await tx.events.add(events);
        await tx.states.note(events.map(noteOfEvent));
      });
      for (const { tracked, event } of news) {
        assessment.event(tracked, event);
        told.set(event.ruleId, (told.get(event.ruleId) ?? 0) + 1);
      }
    });
    for (const [rule, count] of told) log.info({ model: model.id, rule, assets: count }, 'the fleet taught a rule');
  }

  #newsOf(
    { asset: { id: assetId } }: Tracked,
    state: AssetState,
    { rule, learning, position }: LearningRule,
    references: References,
    now: Timestamp,
  ): FleetLearnedEvent | undefined {
    if (!references.has(assetId)) return undefined;
    const reference = references.get(assetId);
    const isNew = this.#guarded(assetId, rule, () => learning.differs(state.rules[position], reference));
    if (!isNew) return undefined;
    const base = { id: newId(now), assetId, at: now, recordedAt: now, by: BY_FETTLE };
    return { ...base, type: 'fleet-learned', ruleId: rule.definition.id, reference };
  }

  /** In pages, so that states of few assets are in memory at a time. */
  async #eachPage(
    assets: readonly Tracked[],
    what: string,
    work: (page: readonly (readonly [Tracked, AssetState])[]) => Promise<void>,
  ): Promise<void> {
    const { database, assessment, clock, log } = this.#parts;
    for (let start = 0; start < assets.length; start += this.#assetsAtATime) {
      this.#stop.signal.throwIfAborted();
      const page = assets.slice(start, start + this.#assetsAtATime);
      const states = await assessment.statesOf(page);
      await work(page.map((tracked, at) => [tracked, states[at]!]));
      await this.#renew(database.dailyWork);
      if (clock.elapsed() - this.#toldAt < TELL_EVERY) continue;
      this.#toldAt = clock.elapsed();
      log.info({ done: start + page.length, assets: assets.length }, what);
    }
  }

  async #renew(dailyWork: Pick<Database['dailyWork'], 'renew'>): Promise<void> {
    const held = await dailyWork.renew(WORK, this.#holder, this.#lease);
    if (!held) throw new ClaimLostError('the claim was taken over while this node was slow');
  }

  #guarded<T>(assetId: string, rule: CompiledRule, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#parts.faults.add(assetId, rule, error);
      return undefined;
    }
  }
}

function learningRules({ rules }: CompiledModel): LearningRule[] {
  return rules.flatMap((rule, position) => (rule.fleet ? [{ rule, learning: rule.fleet, position }] : []));
}
