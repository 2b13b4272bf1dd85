import { generateKey } from '../../src/api/keys.ts';
import { type Actor, ConflictError, NotFoundError, type Services, UnacceptableError } from '../../src/api/services.ts';
import { ApiKeys } from '../../src/apiKeys.ts';
import type { Asset } from '../../src/domain/asset.ts';
import { EXAMPLE_BACKGROUND } from '../../src/domain/exampleTicket.ts';
import type { Series } from '../../src/domain/sample.ts';
import { TICKET_TRANSITIONS, type Ticket, type TicketStatus } from '../../src/domain/ticket.ts';
import { HOUR } from '../../src/domain/time.ts';
import type { AnalyticsRepository } from '../../src/ports/analytics.ts';
import {
  type ApiKey,
  type AssetFilter,
  type Database,
  type DeadLetter,
  InvalidCursorError,
  type Page,
  type PageRequest,
  ROLES,
  type Role,
  StaleVersionError,
} from '../../src/ports/database.ts';
import type { StoredSample, TimeSeriesStore } from '../../src/ports/timeSeriesStore.ts';
import * as fixtures from './apiFixtures.ts';
import { ChangeLog } from './changeLog.ts';
import { fakeSessions } from './fakeSessions.ts';

/** One call of a service, for tests that look at what arrived. */
interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Services on in-memory maps: enough for the API to talk to, with none of the rules of the real ones. */
export interface FakeServices extends Services {
  readonly keys: Readonly<Record<Role, string>>;
  readonly keyRows: Map<string, ApiKey>;
  readonly calls: Call[];
  readonly samples: StoredSample[];
  /** What the named part rejects with from now on. */
  readonly failing: { database?: Error; store?: Error; metrics?: Error };
  ready: boolean;
  /** What becomes of telemetry that comes by HTTP. */
  taken: Awaited<ReturnType<Services['intake']['take']>>;
  /** What becomes of readings of the past. */
  pastTaken: Awaited<ReturnType<Services['past']['take']>>;
  /** Puts everything back to the fixtures and the first keys. */
  reset(): void;
}

const TAKEN = { stored: 1, duplicate: 0, refused: 0, rejections: [] };
const PAST_TAKEN = { stored: 1, duplicate: 0, rejections: [], spans: [] };

/** Holds the fixtures; one key of each role, the same after a reset. */
export function createFakeServices(): FakeServices {
  const calls: Call[] = [];
  const failing: FakeServices['failing'] = {};
  const { keys, keyRows } = createKeys();
  const samples: StoredSample[] = [];
  const assets = new Map<string, Asset>();
  const tickets = new Map<string, Ticket>();
  const letters = new Map<string, DeadLetter>();
  const note = (name: string, ...args: unknown[]) => calls.push({ name, args });
  const firstKeys = [...keyRows];
  const database = createDatabase({ assets, tickets, letters, keyRows, failing, note });
  const apiKeys = new ApiKeys(database.keys);

  const change = (id: string, version: number | undefined, fields: Partial<Ticket>): Ticket => {
    const ticket = tickets.get(id);
    if (!ticket) throw new NotFoundError(`no ticket ${id}`);
    if (version !== undefined && version !== ticket.version) throw new StaleVersionError(`it is ${ticket.version}`);
    const changed = { ...ticket, ...fields, version: ticket.version + 1 };
    tickets.set(id, changed);
    return changed;
  };
  const moveTo = (id: string, version: number | undefined, to: TicketStatus, more: Partial<Ticket> = {}): Ticket => {
    const status = tickets.get(id)?.status;
    if (status && !TICKET_TRANSITIONS[status].includes(to)) throw new ConflictError(`from ${status} not to ${to}`);
    return change(id, version, { ...more, status: to });
  };
  const asset = (id: string): Asset => {
    const found = assets.get(id);
    if (!found) throw new NotFoundError(`no asset ${id}`);
    return found;
  };
  let paused = false;
  const refill = (): void => {
    for (const held of [assets, tickets, letters, keyRows]) held.clear();
    for (const [hash, key] of firstKeys) keyRows.set(hash, key);
    assets.set(fixtures.asset.id, fixtures.asset);
    tickets.set(fixtures.ticket.id, fixtures.ticket);
    letters.set(fixtures.deadLetter.id, fixtures.deadLetter);
    for (const list of [calls, samples]) list.splice(0);
    paused = false;
    delete failing.database;
    delete failing.store;
    delete failing.metrics;
  };
  refill();

  const made: FakeServices = {
    reset() {
      refill();
      this.ready = true;
      this.taken = TAKEN;
      this.pastTaken = PAST_TAKEN;
    },
    keys,
    keyRows,
    calls,
    samples,
    failing,
    ready: true,
    taken: TAKEN,
    pastTaken: PAST_TAKEN,
    database,
    store: createStore(samples, failing),
    version: '1.2.3',
    models: () => [fixtures.model],
    async commissioning(assetId) {
      asset(assetId);
      return fixtures.commissioning;
    },
    unmapped: async () => fixtures.unmapped,
    async listenForUnmapped(request, by) {
      note('listenForUnmapped', request, by);
      return { heard: 9, unmapped: 4, topics: 2, kept: 4 };
    },
    async explainRules(assetId) {
      asset(assetId);
      return [fixtures.explainedRule];
    },
    modelWork: {
      schema: { type: 'object' },
      async text(modelId) {
        if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
        return fixtures.modelText;
      },
      async check(modelId, yaml) {
        note('modelWork.check', modelId, yaml);
        return fixtures.modelCheck;
      },
      async versions(modelId) {
        if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
        return [fixtures.modelVersion];
      },
      async version(modelId, version) {
        if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
        if (version !== fixtures.modelVersion.version) throw new NotFoundError(`no version ${version}`);
        return fixtures.modelVersion;
      },
      async apply(change, by) {
        note('modelWork.apply', change, by);
        if (change.yaml === 'bad') {
          const problem = { path: '/yaml', message: 'id must be there', line: 1, column: 2 };
          throw new UnacceptableError('the model has 1 problem', [problem]);
        }
        if (change.basedOn !== fixtures.modelVersion.version) throw new StaleVersionError('it is at another version');
        return fixtures.modelVersion;
      },
      async revert(change, by) {
        note('modelWork.revert', change, by);
        return fixtures.modelVersion;
      },
    },
    siteZones: () => fixtures.siteZones,
    withMeanTimes: (rows, confidence) => rows.map((row) => ({ ...row, ...fixtures.meanTimes, low: confidence * HOUR })),
    started: () => true,
    async readiness() {
      return { ready: this.ready, parts: [{ part: 'database', ok: this.ready, needed: true, detail: 'answers' }] };
    },
    async metrics() {
      if (failing.metrics) throw failing.metrics;
      return '# TYPE fettle_tickets_opened_total counter\nfettle_tickets_opened_total 1\n';
    },
    async history(query, width) {
      if (failing.store) throw failing.store;
      return { buckets: await this.store.buckets(query, width), resolution: 'mixed' };
    },
    assetViews: async (ids) => new Map(ids.includes(fixtures.asset.id) ? [[fixtures.asset.id, fixtures.view]] : []),
    async saveAssets(added, by, bound = []) {
      note('saveAssets', added, by, bound);
      const wrong = added.filter(({ modelId }) => modelId !== fixtures.model.id);
      if (wrong.length > 0) {
        const problems = wrong.map(({ modelId }) => ({ path: '/modelId', message: `no model ${modelId}` }));
        throw new UnacceptableError('unknown models', problems);
      }
      for (const one of added) assets.set(one.id, one);
    },
    async bind(binding, by) {
      note('bind', binding, by);
    },
    async openCampaign(request, by) {
      note('openCampaign', request, by);
      if (request.modelId !== fixtures.model.id) throw new UnacceptableError('no model', []);
      return fixtures.campaign;
    },
    async editCampaign(id, edit, version, by) {
      note('editCampaign', id, edit, version, by);
      if (id !== fixtures.campaign.id) throw new NotFoundError(`no campaign ${id}`);
      return fixtures.campaign;
    },
    async addShutdown(siteId, shutdown, by) {
      note('addShutdown', siteId, shutdown, by);
      return { ...shutdown, siteId, id: 'S9', by: by.name, recordedAt: fixtures.NOW };
    },
    async endShutdown(id, by) {
      note('endShutdown', id, by);
      if (id !== fixtures.shutdown.id) throw new NotFoundError(`no shutdown ${id}`);
    },
    async addEvent(assetId, event, by) {
      note('addEvent', assetId, event, by);
      asset(assetId);
      return { ...event, id: 'E9', assetId, recordedAt: fixtures.NOW, by: by.name };
    },
    async aboutTicket({ title, summary }) {
      const text = (language: 'en' | 'zh') => `${title[language]}\n\n${summary[language]}`;
      return { background: EXAMPLE_BACKGROUND, body: { en: text('en'), zh: text('zh') } };
    },
    failures: {
      async record(failures, source, by) {
        note('failures.record', failures, source, by);
        const [first] = failures;
        const isKnown = first?.externalKey === fixtures.failure.externalKey;
        const counts = { recorded: isKnown ? 0 : failures.length, corrected: 0, unchanged: isKnown ? 1 : 0, left: 0 };
        return { ...counts, failures: failures.map(() => fixtures.failure) };
      },
      async correct(id, correction, by) {
        note('failures.correct', id, correction, by);
        if (id !== fixtures.failure.id) throw new NotFoundError(`no failure ${id}`);
        return fixtures.failure;
      },
      async remove(id, reason, by) {
        note('failures.remove', id, reason, by);
        if (id !== fixtures.failure.id) throw new NotFoundError(`no failure ${id}`);
      },
    },
    async ticketChart({ window, openedAt }, zone = 'UTC') {
      if (!window) return undefined;
      const points = [{ time: window.from, value: 1, min: 0, max: 2 }];
      const name = { en: 'Oil temperature', zh: '油温' };
      return { assetName: 'A', name, ...window, points, window, openedAt, limit: 2, zone };
    },
    ratings: {
      async link(id) {
        if (!tickets.has(id)) throw new NotFoundError(`no ticket ${id}`);
        return { url: 'https://fettle.example/r/token', until: fixtures.NOW };
      },
      form: async (token) => fixtures.ratingForms.get(token),
      async rate(form, score, comment) {
        note('ratings.rate', form.ticket.id, score, comment);
      },
    },
    customerPages: {
      async link(assetId, valid) {
        asset(assetId);
        return { url: 'https://fettle.example/c/token', until: fixtures.NOW + valid };
      },
      async revoke(assetId, by) {
        note('customerPages.revoke', assetId, by);
        asset(assetId);
      },
      open: async (token) => fixtures.customerVisits.get(token),
      view: async () => fixtures.customerView,
      async request(visit, request) {
        note('customerPages.request', visit.assetId, request);
        return 12;
      },
    },
    async createTicket(request, by) {
      note('createTicket', request, by);
      asset(request.assetId);
      const joined = request.componentId === fixtures.ticket.componentId;
      return { ticket: { ...fixtures.ticket, id: joined ? 'T1' : 'T2' }, joined };
    },
    async transition(id, to, version, by, text) {
      note('transition', id, to, version, by, text);
      return moveTo(id, version, to);
    },
    async comment(id, text, version, by) {
      note('comment', id, text, version, by);
      return change(id, version, {});
    },
    async assign(id, { team, person, note: why }, version, by) {
      note('assign', id, { team, person, note: why }, version, by);
      return change(id, version, { team: team ?? undefined, person: person ?? undefined });
    },
    async schedule(id, at, version, by, why) {
      note('schedule', id, at, version, by, why);
      return moveTo(id, version, 'scheduled', { scheduledFor: at });
    },
    async defer(id, deferral, version, by) {
      note('defer', id, deferral, version, by);
      return moveTo(id, version, 'deferred', { deferral });
    },
    async wait(id, reason, version, by) {
      note('wait', id, reason, version, by);
      return change(id, version, { waiting: { since: fixtures.NOW, reason, by: by.name } });
    },
    async resume(id, version, by, why) {
      note('resume', id, version, by, why);
      return change(id, version, { waiting: undefined });
    },
    async closeTicket(id, closing, version, by) {
      note('closeTicket', id, closing, version, by);
      return moveTo(id, version, 'closed', { closing });
    },
    async release(id, version, by) {
      note('release', id, version, by);
      return moveTo(id, version, 'open');
    },
    async voidTicket(id, version, reason, by) {
      note('voidTicket', id, version, reason, by);
      return moveTo(id, version, 'cancelled');
    },
    installation: async () => fixtures.installation,
    demo: { state: () => fixtures.demo, start: async () => fixtures.demo, stop: async () => undefined },
    clocksOff: () => [{ assetId: fixtures.ODD_ID, error: -90_500 }],
    hasSource: (id) => id === 'line-1',
    async tryDecode(message) {
      note('tryDecode', message);
      if (message.sourceId === 'none') throw new UnacceptableError('no source', [{ path: '/sourceId', message: 'no' }]);
      return fixtures.decodeTrial;
    },
    async retryDeadLetter(id, corrected, by) {
      note('retryDeadLetter', id, corrected, by);
      if (id !== fixtures.deadLetter.id) throw new NotFoundError(`no dead letter ${id}`);
      return { stored: true, detail: '1 sample stored' };
    },
    async discardDeadLetter(id, by) {
      note('discardDeadLetter', id, by);
      if (!letters.delete(id)) throw new NotFoundError(`no dead letter ${id}`);
    },
    deskEvent: async (secret, event, told) => {
      if (secret !== 'knock') throw new NotFoundError('nothing here');
      note('deskEvent', event, told);
      return 1;
    },
    deskReconciliation: async () => ({
      desk: 'fake',
      withoutWorkOrder: [{ ticket: fixtures.ticket }],
      withoutTicket: ['WO-9'],
    }),
    deliveriesPausedBy: async () => (paused ? 'by-hand' : undefined),
    async pauseDeliveries(value, by) {
      note('pauseDeliveries', value, by);
      paused = value;
    },
    async retryNotification(id, by) {
      note('retryNotification', id, by);
      if (id !== fixtures.notification.id) throw new NotFoundError(`no notification ${id}`);
    },
    async retryDelivery(id, by) {
      note('retryDelivery', id, by);
      if (id !== fixtures.delivery.id) throw new NotFoundError(`no delivery ${id}`);
    },
    async retireNode(id, by) {
      note('retireNode', id, by);
      if (!fixtures.nodes.some((node) => node.id === id)) throw new NotFoundError(`no node ${id}`);
      if (id === fixtures.nodes[0]!.id) throw new ConflictError(`node ${id} is the last`);
    },
    suggestions: {
      async ask(modelId, ruleId, by) {
        note('suggestions.ask', modelId, ruleId, by);
        if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
        return fixtures.suggestion;
      },
      async get(modelId, ruleId) {
        if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
        return { ...fixtures.suggestion, ruleId };
      },
    },
    backtests: {
      async ask(request, by) {
        note('backtests.ask', request, by);
        return fixtures.backtest;
      },
      list: async () => [fixtures.backtest],
      async get(id) {
        if (id !== fixtures.backtest.id) throw new NotFoundError(`no backtest ${id}`);
        return { backtest: fixtures.backtest, report: fixtures.backtestReport };
      },
      async remove(id, by) {
        note('backtests.remove', id, by);
        if (id !== fixtures.backtest.id) throw new NotFoundError(`no backtest ${id}`);
      },
    },
    trippedRules: async () => [{ modelId: fixtures.model.id, ruleId: 'filter-life', at: fixtures.T0 }],
    async voidRuleVersion(rule, reason, by) {
      if (rule.modelId !== fixtures.model.id) throw new NotFoundError('no such model');
      note('voidRuleVersion', rule, reason, by);
      return { voided: 2, left: 1 };
    },
    async resetRule(modelId, ruleId, by) {
      note('resetRule', modelId, ruleId, by);
      if (modelId !== fixtures.model.id) throw new NotFoundError(`no model ${modelId}`);
    },
    intake: {
      source: (id) => (id === 'devices' ? { maxPayloadBytes: 1000, ignoreEvents: ['join', 'ack'] } : undefined),
      topic: (_sourceId, { asset }) => (asset === undefined ? { missing: ['asset'] } : `plant/${asset}/telemetry`),
      passOver: () => note('passOver'),
      async take(message) {
        note('take', message);
        return made.taken;
      },
    },
    past: {
      async take(batch) {
        note('takePast', batch);
        return made.pastTaken;
      },
      try(batch) {
        note('tryPast', batch);
        return PAST_TAKEN;
      },
    },
    async createKey(wanted, by) {
      note('createKey', wanted, by);
      return apiKeys.create(wanted.name, wanted.role, wanted.sourceId);
    },
    async revokeKey(name, by) {
      note('revokeKey', name, by);
      await apiKeys.revoke(name);
    },
  };
  return made;
}

/** Who calls with the key of a role. */
export function actor(role: Role): Actor {
  return { name: `key-${role}`, role };
}

function createKeys(): { keys: Record<Role, string>; keyRows: Map<string, ApiKey> } {
  const keyRows = new Map<string, ApiKey>();
  const made = ROLES.map((role) => {
    const { key, hash } = generateKey();
    keyRows.set(hash, { id: `K-${role}`, name: `key-${role}`, role, hash, createdAt: fixtures.T0 });
    return [role, key] as const;
  });
  return { keys: Object.fromEntries(made) as Record<Role, string>, keyRows };
}

interface Held {
  readonly assets: Map<string, Asset>;
  readonly tickets: Map<string, Ticket>;
  readonly letters: Map<string, DeadLetter>;
  readonly keyRows: Map<string, ApiKey>;
  readonly failing: FakeServices['failing'];
  readonly note: (name: string, ...args: unknown[]) => void;
}

/** Only what the API reads; whatever else it asked for would be missing, loudly. */
function createDatabase({ assets, tickets, letters, keyRows, failing, note }: Held): Database {
  const settings = new Map<string, unknown>();
  const list =
    <T>(name: string, items: () => readonly T[]) =>
    async (...args: [...unknown[], PageRequest]): Promise<Page<T>> => {
      note(name, ...args);
      return paged(items(), args.at(-1) as PageRequest);
    };
  const part = {
    assets: {
      get: async (id: string) => assets.get(id),
      list: (filter: AssetFilter, page: PageRequest) =>
        list('assets.list', () => [...assets.values()].filter(({ siteId }) => (filter.siteId ?? siteId) === siteId))(
          filter,
          page,
        ),
      bindings: async () => [...fixtures.bindings],
    },
    analytics: analytics(note),
    fleet: {
      rows: async (...args: unknown[]) => {
        note('fleet.rows', ...args);
        return { rows: [fixtures.fleetRow], total: 9 };
      },
      count: async (...args: unknown[]) => {
        note('fleet.count', ...args);
        return fixtures.fleetCounts;
      },
      groups: async (...args: unknown[]) => {
        note('fleet.groups', ...args);
        return [{ id: 'north', ...fixtures.fleetCounts }, fixtures.fleetCounts];
      },
    },
    changes: new ChangeLog(),
    connectivity: { of: async () => [fixtures.connectivity] },
    events: { of: async () => [...fixtures.events] },
    states: {
      usage: async (...args: unknown[]) => {
        note('usage', ...args);
        return [fixtures.usage];
      },
    },
    findings: { list: list('findings.list', () => fixtures.findings) },
    tickets: {
      get: async (id: string) => tickets.get(id),
      list: list('tickets.list', () => [...tickets.values()]),
      entries: async () => [fixtures.entry],
    },
    ratings: { get: async () => fixtures.rating },
    failures: {
      get: async (id: string) => (id === fixtures.failure.id ? fixtures.failure : undefined),
      changes: async () => [fixtures.failureChange],
      list: list('failures.list', () => [fixtures.failure]),
    },
    scores: {
      ofTicket: async () => fixtures.score,
      list: list('scores.list', () => [fixtures.score]),
    },
    campaigns: {
      get: async (id: string) => (id === fixtures.campaign.id ? fixtures.campaign : undefined),
      list: list('campaigns.list', () => [fixtures.campaign]),
      affected: async () => ['a1'],
      notAffected: async () => ['a2', 'a3'],
    },
    storms: {
      members: async () => [fixtures.stormMember],
      shutdowns: list('storms.shutdowns', () => [fixtures.shutdown]),
    },
    notifications: { list: list('notifications.list', () => [fixtures.notification]) },
    outbox: { list: list('outbox.list', () => [fixtures.delivery]) },
    deadLetters: {
      get: async (id: string) => letters.get(id),
      list: list('deadLetters.list', () => [...letters.values()]),
    },
    settings: {
      set: async (name: string, value: unknown) => void settings.set(name, value),
      withPrefix: async (prefix: string) => new Map([...settings].filter(([name]) => name.startsWith(prefix))),
    },
    nodes: { list: async () => ({ now: fixtures.NOW, nodes: [...fixtures.nodes] }) },
    shards: { byNode: async () => new Map([['a', { shards: 40, lag: 1500 }]]) },
    sessions: fakeSessions(keyRows, failing),
    keys: {
      findByHash: async (hash: string) => {
        if (failing.database) throw failing.database;
        return keyRows.get(hash);
      },
      list: async () => [...keyRows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      save: async (key: ApiKey) => void keyRows.set(key.hash, key),
      revoke: async (name: string) => [...keyRows].some(([hash, key]) => key.name === name && keyRows.delete(hash)),
    },
  };
  return part as unknown as Database;
}

/** The fixtures, twice where there are groups. */
function analytics(note: (name: string, ...args: unknown[]) => void): Partial<AnalyticsRepository> {
  const answer =
    <T>(name: string, rows: T[]) =>
    async (...args: unknown[]) => {
      note(`analytics.${name}`, ...args);
      return rows;
    };
  return {
    usage: answer('usage', [fixtures.metered]),
    partsDemand: answer('partsDemand', [fixtures.demand]),
    service: answer('service', [fixtures.service, { ...fixtures.service, key: null }]),
    exposures: answer('exposures', [fixtures.exposure, { ...fixtures.exposure, key: 'B7' }]),
    rules: answer('rules', [fixtures.ruleFigures]),
    ratings: answer('ratings', [fixtures.ratingFigures, { count: 0, byScore: [0, 0, 0, 0, 0], key: null }]),
    accounts: answer('accounts', [fixtures.account]),
  };
}

function paged<T>(items: readonly T[], { limit, cursor }: PageRequest): Page<T> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start)) throw new InvalidCursorError(`${cursor} is not a cursor`);
  const found = items.slice(start, start + limit);
  return start + limit < items.length ? { items: found, nextCursor: String(start + limit) } : { items: found };
}

function createStore(samples: StoredSample[], failing: FakeServices['failing']): TimeSeriesStore {
  const store: Pick<TimeSeriesStore, 'range' | 'buckets'> = {
    async range({ assetId, metricIds, from, to }, limit) {
      if (failing.store) throw failing.store;
      return samples
        .filter((s) => s.assetId === assetId && metricIds.includes(s.metricId) && s.time >= from && s.time < to)
        .sort((a, b) => a.time - b.time || metricIds.indexOf(a.metricId) - metricIds.indexOf(b.metricId))
        .slice(0, limit);
    },
    async buckets({ metricIds, from }, width) {
      const time = Math.floor(from / width) * width;
      return metricIds.map((metricId) => ({ metricId, time, min: 1, max: 3, mean: 2, last: 3, count: 4 }));
    },
  };
  return store as TimeSeriesStore;
}

/** A stored sample of the fixture's asset. */
export function sampleAt(time: number, value: number, metricId: Series['metricId'] = 'discharge_temp'): StoredSample {
  return { assetId: fixtures.asset.id, metricId, time, value, quality: 1, receivedAt: time + 7 };
}
