import type { AssetModel, RuleDefinition } from '../domain/model.ts';
import type { Actor } from '../domain/request.ts';
import { LEAST_OUTCOMES, type RuleTrial, type Suggestion, suggest } from '../domain/suggestion.ts';
import { SUGGESTION_REASONS } from '../domain/suggestionReasons.ts';
import { ConflictError, NotFoundError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Repositories } from '../ports/database.ts';
import type { JobQueue } from '../ports/jobQueue.ts';
import { knownOutcomes } from './knownOutcomes.ts';
import { limitsOf } from './limitMoves.ts';
import { countOf } from './limitTrial.ts';
import { type LimitTrialsParts, tryLimits } from './limitTrials.ts';
import { CUT_OFF, TrialQueue } from './trialQueue.ts';

const TRIAL = 'limit-trial:';

export interface SuggestionsParts extends Pick<LimitTrialsParts, 'store'> {
  readonly database: LimitTrialsParts['database'] & Pick<Repositories, 'settings'>;
  readonly queue: Pick<JobQueue, 'work' | 'add'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** In force. */
  readonly models: readonly AssetModel[];
}

interface ModelRule {
  readonly model: AssetModel;
  readonly rule: RuleDefinition;
}

/**
 * Whether rules would do better with other limits: tried by backtests, once enough of their predictions have come to
 * something. Nothing is changed; people move limits in the model. The last trial of each rule is kept.
 */
export class Suggestions {
  readonly #parts: SuggestionsParts;
  readonly #stopping = new AbortController();
  readonly #queue: TrialQueue;

  constructor(parts: SuggestionsParts) {
    this.#parts = parts;
    this.#queue = new TrialQueue(parts.queue);
  }

  start(): Promise<void> {
    return this.#queue.start((id) => this.#run(id));
  }

  /** Cuts off what runs, and resolves when that is written down. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error(CUT_OFF));
    await this.#queue.ended();
  }

  /**
   * Has other limits of a rule tried; asked again while that goes on it says how far it is.
   *
   * @throws NotFoundError where there is no such rule
   * @throws ConflictError where its kind has no limits, or too little is known of it
   */
  async ask(modelId: string, ruleId: string, by: Actor): Promise<Suggestion> {
    const { database, clock, log } = this.#parts;
    const found = this.#ruleOf(modelId, ruleId);
    const id = idOf(found);
    const before = await this.get(modelId, ruleId);
    if (!limitsOf(found.rule)) throw new ConflictError(before.reason.en);
    const isOn = before.trial?.status === 'waiting' || before.trial?.status === 'running';
    if (!isOn) {
      const { outcomes } = before;
      if (outcomes < LEAST_OUTCOMES) throw new ConflictError(SUGGESTION_REASONS.tooFew(outcomes, LEAST_OUTCOMES).en);
      const trial: RuleTrial = {
        ruleVersion: found.rule.version,
        status: 'waiting',
        progress: 0,
        askedAt: clock.now(),
        by: by.name,
      };
      await database.settings.set(TRIAL + id, trial);
      log.info({ by: by.name, rule: ruleId, model: modelId }, 'trial of other limits asked for');
    }
    // Also where it is on already: a job that was lost is there again, one that waits or runs is not added twice.
    await this.#queue.add(id);
    return this.get(modelId, ruleId);
  }

  /** @throws NotFoundError where there is no such rule */
  async get(modelId: string, ruleId: string): Promise<Suggestion> {
    const { database } = this.#parts;
    const found = this.#ruleOf(modelId, ruleId);
    const { kind, version } = found.rule;
    const limits = limitsOf(found.rule);
    const trial = await database.settings.get<RuleTrial>(TRIAL + idOf(found));
    const outcomes = limits ? countOf(await knownOutcomes(found.rule, modelId, database)) : 0;
    const said = suggest({ kind, version, limits, outcomes, trial });
    return { modelId, ruleId, outcomes, ...said, ...(trial && { trial }) };
  }

  #ruleOf(modelId: string, ruleId: string): ModelRule {
    const model = this.#parts.models.find(({ id }) => id === modelId);
    const rule = model?.rules.find(({ id }) => id === ruleId);
    if (!model || !rule) throw new NotFoundError(`There is no rule ${ruleId} in a model ${modelId}.`);
    return { model, rule };
  }

  async #run(id: string): Promise<void> {
    const { settings } = this.#parts.database;
    const asked = await settings.get<RuleTrial>(TRIAL + id);
    if (asked?.status === 'running') await this.#end(id, { ...asked, status: 'failed', error: CUT_OFF });
    if (asked?.status !== 'waiting') return;
    try {
      await this.#end(id, { ...(await this.#try(id, asked)), status: 'done', progress: 1 });
    } catch (error) {
      this.#parts.log.warn({ err: error, rule: id }, 'other limits could not be tried');
      await this.#end(id, { ...asked, status: 'failed', error: reasonOf(error) });
    }
  }

  /** Of the rule as it is now, which may be another version than when it was asked for. */
  async #try(id: string, asked: RuleTrial): Promise<RuleTrial> {
    const { database, store, clock } = this.#parts;
    const { model, rule } = this.#ruleOf(...partsOf(id));
    const running: RuleTrial = { ...asked, ruleVersion: rule.version, status: 'running' };
    const onProgress = (progress: number) => database.settings.set(TRIAL + id, { ...running, progress });
    await onProgress(0);
    const signal = this.#stopping.signal;
    const result = await tryLimits(model, rule, { database, store, now: clock.now(), signal, onProgress });
    return { ...running, result };
  }

  async #end(id: string, trial: RuleTrial): Promise<void> {
    await this.#parts.database.settings.set(TRIAL + id, { ...trial, endedAt: this.#parts.clock.now() });
  }
}

/** Ids may hold any sign; what queues take for an id may not. */
function idOf({ model, rule }: ModelRule): string {
  return [model.id, rule.id].map(encodeURIComponent).join('/');
}

function partsOf(id: string): [modelId: string, ruleId: string] {
  const [modelId = '', ruleId = ''] = id.split('/').map(decodeURIComponent);
  return [modelId, ruleId];
}
