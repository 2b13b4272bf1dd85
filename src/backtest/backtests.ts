import type { Backtest, BacktestReport, BacktestRequest } from '../domain/backtest.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Actor } from '../domain/request.ts';
import { type Duration, SECOND, type Timestamp } from '../domain/time.ts';
import { ConflictError, NotFoundError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { newId } from '../newId.ts';
import type { Clock } from '../ports/clock.ts';
import type { Repositories } from '../ports/database.ts';
import type { JobQueue } from '../ports/jobQueue.ts';
import type { TimeSeriesStore } from '../ports/timeSeriesStore.ts';
import { backtest } from './backtest.ts';
import { planBacktest } from './plan.ts';
import { withRecords } from './recordedFailures.ts';
import { CUT_OFF, TrialQueue } from './trialQueue.ts';

const STATE = 'backtest:';
const REQUEST = 'backtest-request:';
const REPORT = 'backtest-report:';
/** The last ones are kept. */
const KEPT = 20;
const WAITING_AT_MOST = 5;
const SAVE_EVERY: Duration = SECOND;

export interface BacktestsParts {
  readonly database: Pick<Repositories, 'settings' | 'assets' | 'events' | 'failures'>;
  readonly store: Pick<TimeSeriesStore, 'readFrom' | 'retention'>;
  readonly queue: Pick<JobQueue, 'work' | 'add'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** In force. */
  readonly models: readonly AssetModel[];
  /** Reads models to try; throws UnacceptableError with all their problems. */
  readonly parse: (models: BacktestRequest['models']) => readonly AssetModel[];
}

/**
 * Backtests on demand: one after the other, as jobs that any node may take. Requests, progress and reports are kept in the
 * database, the last {@link KEPT} of them. One that is cut off by a stop is not taken up again.
 */
export class Backtests {
  readonly #parts: BacktestsParts;
  readonly #running = new Map<string, AbortController>();
  readonly #queue: TrialQueue;

  constructor(parts: BacktestsParts) {
    this.#parts = parts;
    this.#queue = new TrialQueue(parts.queue);
  }

  start(): Promise<void> {
    return this.#queue.start((id) => this.#run(id));
  }

  /** Cuts off what runs, and resolves when that is written down. */
  async stop(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort(new Error(CUT_OFF));
    await this.#queue.ended();
  }

  /**
   * Takes a request, checked as a whole.
   *
   * @throws UnacceptableError with every problem of the models and assets
   * @throws ConflictError while too many wait
   */
  async ask(request: BacktestRequest, by: Actor): Promise<Backtest> {
    const { database, clock, log } = this.#parts;
    const plan = await this.#plan(request);
    const others = await this.list();
    const waiting = others.filter(({ status }) => status === 'waiting' || status === 'running').length;
    if (waiting >= WAITING_AT_MOST) throw new ConflictError(`${waiting} backtests wait already; let one of them end`);
    const now = clock.now();
    const asked: Backtest = {
      id: newId(now),
      status: 'waiting',
      progress: 0,
      askedAt: now,
      by: by.name,
      modelIds: [...plan.models.keys()],
      assets: plan.assets.length,
    };
    for (const { id } of others.slice(KEPT - 1)) await this.#forget(id);
    await database.settings.set(REQUEST + asked.id, request);
    await database.settings.set(STATE + asked.id, asked);
    await this.#queue.add(asked.id);
    log.info({ by: by.name, backtest: asked.id, models: asked.modelIds, assets: asked.assets }, 'backtest asked for');
    return asked;
  }

  /** The newest first. */
  async list(): Promise<Backtest[]> {
    const all = await this.#parts.database.settings.withPrefix<Backtest>(STATE);
    return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<{ readonly backtest: Backtest; readonly report: BacktestReport | undefined }> {
    const { settings } = this.#parts.database;
    const found = await settings.get<Backtest>(STATE + id);
    if (!found) throw new NotFoundError(`There is no backtest ${id}; the last ${KEPT} are kept.`);
    return { backtest: found, report: await settings.get<BacktestReport>(REPORT + id) };
  }

  /** Ends it where it still runs, and forgets it. */
  async remove(id: string, by: Actor): Promise<void> {
    await this.get(id);
    await this.#forget(id);
    this.#running.get(id)?.abort(new Error('it was removed'));
    this.#parts.log.info({ by: by.name, backtest: id }, 'backtest removed');
  }

  async #plan(request: BacktestRequest) {
    const { database, models, parse } = this.#parts;
    const { models: texts, ...question } = request;
    return planBacktest({ ...question, candidates: parse(texts) }, { models, assets: await database.assets.all() });
  }

  async #run(id: string): Promise<void> {
    const { database, clock, log } = this.#parts;
    const known = await database.settings.get<Backtest>(STATE + id);
    if (known?.status === 'running') await this.#fail(known, CUT_OFF);
    if (known?.status !== 'waiting') return;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const running: Backtest = { ...known, status: 'running' };
    await database.settings.set(STATE + id, running);
    try {
      const report = await this.#fold(running, controller);
      await database.settings.set(REPORT + id, report);
      await this.#save({ ...running, status: 'done', progress: 1, endedAt: clock.now() });
      log.info({ backtest: id, samples: report.history.samples }, 'backtest done');
    } catch (error) {
      log.warn({ err: error, backtest: id }, 'backtest failed');
      await this.#fail(running, reasonOf(error));
    } finally {
      this.#running.delete(id);
    }
  }

  async #fold(running: Backtest, controller: AbortController): Promise<BacktestReport> {
    const { database, store, clock } = this.#parts;
    const request = await database.settings.get<BacktestRequest>(REQUEST + running.id);
    if (!request) throw new Error('its request is gone');
    let saved: Timestamp = clock.now();
    let saving = Promise.resolve();
    const plan = await withRecords(await this.#plan(request), database.failures);
    const report = await backtest(plan, {
      store,
      events: database.events,
      now: clock.now(),
      signal: controller.signal,
      onProgress: (progress) => {
        const now = clock.now();
        if (now - saved < SAVE_EVERY) return;
        saved = now;
        saving = saving
          .then(() => this.#save({ ...running, progress }))
          .catch((error: unknown) => controller.abort(error));
      },
    });
    await saving;
    return report;
  }

  async #fail(backtest: Backtest, error: string): Promise<void> {
    const failed: Backtest = { ...backtest, status: 'failed', error, endedAt: this.#parts.clock.now() };
    await this.#save(failed).catch((failure: unknown) => {
      this.#parts.log.warn({ err: failure, backtest: backtest.id }, 'what became of a backtest could not be saved');
    });
  }

  /** Rejects where it was removed meanwhile, here or through another node. */
  async #save(backtest: Backtest): Promise<void> {
    const { settings } = this.#parts.database;
    if (!(await settings.get(STATE + backtest.id))) {
      await settings.remove(REPORT + backtest.id);
      throw new NotFoundError('it was removed');
    }
    await settings.set(STATE + backtest.id, backtest);
  }

  async #forget(id: string): Promise<void> {
    const { settings } = this.#parts.database;
    for (const name of [STATE, REQUEST, REPORT]) await settings.remove(name + id);
  }
}
