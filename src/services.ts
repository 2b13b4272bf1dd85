import { createHash, timingSafeEqual } from 'node:crypto';
import type { Actor, ModelWork, Services } from './api/services.ts';
import { ApiKeys } from './apiKeys.ts';
import type { Backtests } from './backtest/backtests.ts';
import type { Suggestions } from './backtest/suggestions.ts';
import { installedVersion } from './config/installation.ts';
import type { CorrectedMessage } from './domain/decodeTrial.ts';
import type { AssetModel } from './domain/model.ts';
import type { Duration } from './domain/time.ts';
import { ConflictError, NotFoundError, UnacceptableError, UnavailableError } from './errors.ts';
import { newId } from './newId.ts';
import { explainRules } from './pipeline/explainRules.ts';
import { readHistory } from './pipeline/history.ts';
import type { Pipeline, PipelineParts } from './pipeline/index.ts';
import { reconcile } from './pipeline/reconciliation.ts';
import { withMeanTimes } from './pipeline/reliability.ts';
import { retryDeadLetter } from './pipeline/retryDeadLetter.ts';
import { ticketChart } from './pipeline/ticketChart.ts';
import { fillTopic } from './pipeline/topicTemplate.ts';
import { trippedRules, trippedSetting } from './pipeline/trips.ts';
import { viewAsset } from './pipeline/views.ts';
import { voidVersion } from './pipeline/voidVersion.ts';
import type { SiteZones } from './ports/analytics.ts';
import type { DeadLetter, KeyRole } from './ports/database.ts';
import type { TopicListener } from './ports/topicListener.ts';
import type { Readiness } from './readiness.ts';
import type { TicketWords } from './ticketWords.ts';
import { UnmappedListening } from './unmapped/listen.ts';
import { reportUnmapped } from './unmapped/report.ts';

export interface DeskOptions {
  /** What a desk's webhooks have to know; undefined: none are taken. */
  readonly eventsSecret: string | undefined;
  /** Longest time that the desk has to answer. */
  readonly timeout: Duration;
}

/** What is tried on stored history. */
export interface Trials {
  readonly backtests: Backtests;
  readonly suggestions: Suggestions;
}

/** What answers the API. */
export interface Running {
  readonly parts: PipelineParts;
  readonly pipeline: Pipeline;
  /** In force. */
  readonly models: readonly AssetModel[];
  readonly modelWork: ModelWork;
  readonly trials: Trials;
  readonly readiness: () => Promise<Readiness>;
  readonly desk: DeskOptions;
  readonly siteZones: SiteZones;
  readonly words: Pick<TicketWords, 'present' | 'zoneOf'>;
  readonly onboarding: Pick<Services, 'installation' | 'hasSource' | 'tryDecode' | 'clocksOff'>;
  readonly demo: Services['demo'];
  readonly topicListener: TopicListener;
}

/** Binds what the API may ask to what runs. */
export function createServices({
  parts,
  pipeline,
  models,
  modelWork,
  trials: { backtests, suggestions },
  readiness,
  desk: deskOptions,
  siteZones,
  words,
  onboarding,
  demo,
  topicListener,
}: Running): Services {
  const { database, store, desk, clock, metrics, log } = parts;
  const { deliver } = pipeline;
  const { tickets, assets } = pipeline.service;
  const keys = new ApiKeys(database.keys);
  const unmappedListening = new UnmappedListening();
  /** Whoever asks meanwhile gets the same one: it takes some work. */
  let reporting: ReturnType<Services['unmapped']> | undefined;
  /** What leaves no trace in the history of a ticket or asset leaves one here. */
  const noteAct = (what: string, by: Actor, about: object) => log.info({ by: by.name, ...about }, what);
  const history: Services['history'] = (query, width) =>
    readHistory(query, width, { store, rollups: database.rollups, clock });
  return {
    database,
    store,
    version: installedVersion(),
    models: () => models,
    modelWork,
    async explainRules(assetId) {
      const tracked = pipeline.fleet.get(assetId);
      if (!tracked) throw new NotFoundError(`There is no asset ${assetId}.`);
      const [state] = await pipeline.assessment.statesOf([tracked]);
      const tripped = await trippedRules(database);
      const ofModel = tripped.filter(({ modelId }) => modelId === tracked.model.id).map(({ ruleId }) => ruleId);
      const { asset, compiled } = tracked;
      return explainRules({ asset, compiled, state: state! }, new Set(ofModel), clock.now());
    },
    async commissioning(assetId) {
      const tracked = pipeline.fleet.get(assetId);
      if (!tracked) throw new NotFoundError(`There is no asset ${assetId}.`);
      return unlessAway('time-series store', pipeline.commissioningOf(tracked));
    },
    unmapped() {
      reporting ??= reportUnmapped(pipeline.mappings).finally(() => {
        reporting = undefined;
      });
      return reporting;
    },
    async listenForUnmapped(request, by) {
      const heard = await unmappedListening.listen(request, { ...pipeline.mappings, listener: topicListener, clock });
      noteAct('listened for what nothing takes', by, { ...request, ...heard });
      return heard;
    },
    siteZones: () => siteZones,
    withMeanTimes,
    started: () => pipeline.started,
    intake: {
      source: (id) => pipeline.sourceOf(id),
      topic: (sourceId, fields) => fillTopic(pipeline.sourceOf(sourceId)!.topic, fields),
      passOver: () => pipeline.intake.passOver(),
      take: (message) => pipeline.intake.take({ ...message, qos: 1, retain: false, receivedAt: clock.now() }),
    },
    past: { take: (batch) => pipeline.pastIntake.take(batch), try: (batch) => pipeline.tryPast(batch) },
    readiness,
    metrics: () => metrics.registry.metrics(),
    history,
    async assetViews(assetIds) {
      const known = assetIds.map((id) => pipeline.fleet.get(id)).filter((tracked) => tracked !== undefined);
      const states = await pipeline.assessment.statesOf(known);
      return new Map(
        known.map(({ asset, compiled }, at) => {
          const clockError = pipeline.deviceClocks.errorOf(asset.id);
          const view = viewAsset({ asset, compiled, state: states[at]! });
          return [asset.id, clockError === undefined ? view : { ...view, clockError }];
        }),
      );
    },
    async saveAssets(list, by, bindings = []) {
      await assets.save(list, by, bindings);
      noteAct('assets registered', by, { assets: list.length, bindings: bindings.length });
    },
    async bind(binding, by) {
      await assets.bind(binding);
      noteAct('device bound', by, { device: binding.deviceId, asset: binding.assetId });
    },
    async openCampaign(request, by) {
      const campaign = await pipeline.campaigns.open(request, by);
      noteAct('campaign opened', by, { campaign: campaign.number });
      return campaign;
    },
    async editCampaign(id, edit, version, by) {
      const campaign = await pipeline.campaigns.edit(id, edit, version);
      noteAct('campaign changed', by, { campaign: campaign.number, ...edit });
      return campaign;
    },
    async addShutdown(siteId, { from, to, note }, by) {
      const now = clock.now();
      const about = { siteId, from, to, ...(note !== undefined && { note }) };
      const shutdown = { id: newId(now), ...about, by: by.name, recordedAt: now };
      await database.storms.addShutdown(shutdown);
      noteAct('shutdown planned', by, about);
      return shutdown;
    },
    async endShutdown(id, by) {
      if (!(await database.storms.endShutdown(id, clock.now())))
        throw new NotFoundError(`There is no shutdown ${id} that lasts or is still to come.`);
      noteAct('shutdown ended', by, { shutdown: id });
    },
    addEvent: (assetId, event, by) => assets.addEvent(assetId, event, by),
    async aboutTicket(ticket) {
      const background = await pipeline.backgroundOf(ticket);
      return { background, body: words.present(ticket, background).body };
    },
    failures: {
      async record(said, source, by) {
        const result = await pipeline.service.failures.record(said, source, by);
        const { failures: _, ...counts } = result;
        noteAct('failures recorded', by, counts);
        return result;
      },
      correct: (id, correction, by) => pipeline.service.failures.correct(id, correction, by),
      remove: (id, reason, by) => pipeline.service.failures.remove(id, reason, by),
    },
    ticketChart: (ticket, zone = words.zoneOf(ticket)) =>
      unlessAway('time-series store', ticketChart(ticket, zone, { fleet: pipeline.fleet, store, history })),
    ratings: pipeline.service.ratings,
    customerPages: {
      link: (assetId, valid) => pipeline.service.customerPages.link(assetId, valid),
      async revoke(assetId, by) {
        await pipeline.service.customerPages.revoke(assetId);
        noteAct('links for the customer ended', by, { asset: assetId });
      },
      open: (token) => pipeline.service.customerPages.open(token),
      view: (visit) => pipeline.service.customerPages.view(visit),
      request: (visit, request) => pipeline.service.customerPages.request(visit, request),
    },
    createTicket: (request, by) => tickets.create(request, by),
    transition: (id, to, version, by, note) => tickets.transition(id, to, version, by, note),
    comment: (id, text, version, by) => tickets.comment(id, text, version, by),
    assign: (id, assignment, version, by) => tickets.assign(id, assignment, version, by),
    schedule: (id, at, version, by, note) => tickets.schedule(id, at, version, by, note),
    defer: (id, deferral, version, by) => tickets.defer(id, deferral, version, by),
    wait: (id, reason, version, by) => tickets.wait(id, reason, version, by),
    resume: (id, version, by, note) => tickets.resume(id, version, by, note),
    closeTicket: (id, closing, version, by) => tickets.close(id, closing, version, by),
    release: (id, version, by) => tickets.release(id, version, by),
    voidTicket: (id, version, reason, by) => tickets.voidTicket(id, version, reason, by),
    ...onboarding,
    demo,
    async retryDeadLetter(id, corrected, by) {
      const { letter, ...result } = await retryDeadLetter(id, corrected, parts, pipeline);
      const isCorrected = corrected.topic !== undefined || corrected.payload !== undefined;
      noteAct('dead letter retried', by, { deadLetter: id, ...result, ...(isCorrected && traceOf(letter, corrected)) });
      return result;
    },
    async discardDeadLetter(id, by) {
      if (!(await database.deadLetters.discard(id))) throw new NotFoundError(`There is no dead letter ${id}.`);
      noteAct('dead letter discarded', by, { deadLetter: id });
    },
    deliveriesPausedBy: () => deliver.pausedBy(),
    async pauseDeliveries(paused, by) {
      await deliver.pause(paused);
      noteAct(paused ? 'deliveries paused' : 'deliveries resumed', by, {});
    },
    async retryDelivery(outboxId, by) {
      if (await deliver.retry(outboxId)) return noteAct('delivery retried', by, { delivery: outboxId });
      const row = await database.outbox.get(outboxId);
      if (!row) throw new NotFoundError(`There is no delivery ${outboxId}.`);
      throw new ConflictError(`only a failed delivery can be retried; this one is ${row.status}`);
    },
    async deskEvent(secret, event, told) {
      if (!isSecret(deskOptions.eventsSecret, secret)) throw new NotFoundError('Nothing takes webhooks here.');
      return askingDesk(pipeline.service.deskSync.hear(event, told));
    },
    deskReconciliation: () => askingDesk(reconcile(database, desk, deskOptions.timeout)),
    async retryNotification(id, by) {
      if (await parts.notifications.retry(id)) return noteAct('notification retried', by, { notification: id });
      const row = await database.notifications.get(id);
      if (!row) throw new NotFoundError(`There is no notification ${id}.`);
      throw new ConflictError(`only a failed notification can be retried; this one is ${row.status}`);
    },
    backtests,
    suggestions,
    trippedRules: () => trippedRules(database),
    async resetRule(modelId, ruleId, by) {
      const model = models.find(({ id }) => id === modelId);
      if (!model) throw new NotFoundError(`There is no asset model ${modelId}.`);
      if (!model.rules.some(({ id }) => id === ruleId)) {
        throw new NotFoundError(`Model ${modelId} has no rule ${ruleId}.`);
      }
      const setting = trippedSetting(modelId, ruleId);
      if ((await database.settings.get(setting)) === undefined) {
        throw new ConflictError(`rule ${ruleId} of model ${modelId} has not tripped`);
      }
      await database.settings.remove(setting);
      noteAct('rule put back to its configured mode', by, { model: modelId, rule: ruleId });
    },
    async voidRuleVersion(rule, reason, by) {
      const model = models.find(({ id }) => id === rule.modelId);
      if (!model) throw new NotFoundError(`There is no asset model ${rule.modelId}.`);
      const voided = await voidVersion(rule, reason, by, { database, fleet: pipeline.fleet, tickets });
      noteAct('tickets of a version of a rule voided', by, { ...rule, ...voided });
      return voided;
    },
    async retireNode(id, by) {
      await pipeline.cluster.retire(id);
      noteAct('node told to leave', by, { node: id });
    },
    async createKey({ name, role, sourceId }, by) {
      checkKey(role, sourceId, onboarding.hasSource);
      const made = await keys.create(name, role, sourceId);
      noteAct('API key made', by, { name, role, source: sourceId });
      return made;
    },
    async revokeKey(name, by) {
      await keys.revoke(name);
      noteAct('API key revoked', by, { name });
    },
  };
}

/** A key of a device is for a source that there is; no other one is. */
function checkKey(role: KeyRole, sourceId: string | undefined, hasSource: (id: string) => boolean): void {
  if ((role === 'device') !== (sourceId !== undefined)) {
    const message =
      role === 'device' ? 'is missing: the source whose telemetry it may send' : 'goes with the role device only';
    throw new UnacceptableError(`sourceId ${message}.`, [{ path: '/sourceId', message }]);
  }
  if (sourceId === undefined || hasSource(sourceId)) return;
  const message = `there is no source ${sourceId}`;
  throw new UnacceptableError(`There is no source ${sourceId}.`, [{ path: '/sourceId', message }]);
}

/** So much of a payload is told in the log. */
const TRACED = 2000;

/** What came and what was put in its place: the dead letter goes. */
function traceOf(letter: DeadLetter, { topic, payload }: CorrectedMessage) {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8').slice(0, TRACED);
  return {
    cameAs: { at: letter.at, topic: letter.topic, reason: letter.reason, payload: text(letter.payload) },
    takenAs: { ...(topic !== undefined && { topic }), ...(payload && { payload: text(payload) }) },
  };
}

/** In the same time whatever is wrong with it. */
function isSecret(wanted: string | undefined, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(wanted ?? ''), digest(given)) && wanted !== undefined;
}

/** What the desk does not answer is not an error of Fettle's. */
function askingDesk<T>(answer: Promise<T>): Promise<T> {
  return unlessAway('service desk', answer);
}

async function unlessAway<T>(part: 'service desk' | 'time-series store', answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    throw new UnavailableError(part, error);
  }
}
