import type { AssetView, ModelCheck, ModelText } from '../../src/api/services.ts';
import type { Asset, AssetEvent, DeviceBinding } from '../../src/domain/asset.ts';
import type { Backtest, BacktestFigures, BacktestReport, SideReport } from '../../src/domain/backtest.ts';
import type { Campaign } from '../../src/domain/campaign.ts';
import type { CommissioningReport } from '../../src/domain/commissioning.ts';
import type { Connectivity } from '../../src/domain/connectivity.ts';
import type { CustomerView, CustomerVisit } from '../../src/domain/customerView.ts';
import type { DecodeTrial } from '../../src/domain/decodeTrial.ts';
import type { DemoState } from '../../src/domain/demo.ts';
import type { FailureChange, FailureRecord } from '../../src/domain/failure.ts';
import type { Evidence } from '../../src/domain/finding.ts';
import type { Installation } from '../../src/domain/installation.ts';
import type { AssetModel } from '../../src/domain/model.ts';
import type { ModelVersion } from '../../src/domain/modelVersion.ts';
import type { ExplainedRule } from '../../src/domain/ruleExplanation.ts';
import type { Score } from '../../src/domain/score.ts';
import type { Shutdown } from '../../src/domain/storm.ts';
import type { LimitTrial, Suggestion } from '../../src/domain/suggestion.ts';
import type { Ticket, TicketEntry } from '../../src/domain/ticket.ts';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { UnmappedReport } from '../../src/domain/unmapped.ts';
import type {
  Account,
  Exposure,
  MeteredUsage,
  PartDemand,
  RatingFigures,
  RuleFigures,
  ServiceFigures,
  SiteZones,
} from '../../src/ports/analytics.ts';
import type { DeadLetter, FindingRow, UsageEntry } from '../../src/ports/database.ts';
import type { FleetCounts, FleetRow } from '../../src/ports/fleet.ts';
import type { NodeRow } from '../../src/ports/nodes.ts';
import type { NotificationRow } from '../../src/ports/notifications.ts';
import type { OutboxRow } from '../../src/ports/outbox.ts';
import type { Rating, RatingForm } from '../../src/ports/outcomes.ts';
import type { StormMember } from '../../src/ports/storms.ts';

/** Everything here has every field, so that a test can see each of them arrive. */

export const NOW = Date.UTC(2024, 4, 10, 12);
/** 2024-05-01T08:00:00.000Z */
export const T0 = Date.UTC(2024, 4, 1, 8);
export const T0_ISO = '2024-05-01T08:00:00.000Z';
/** An id that needs percent-encoding in every way. */
export const ODD_ID = 'Halle 7/Kompressor #1 ä水?&%';

const text = { en: 'Air filter', zh: '空气滤清器' };

export const model: Required<AssetModel> = {
  id: 'screw-compressor',
  name: text,
  metrics: [
    { id: 'discharge_temp', name: text, kind: 'number', unit: 'Cel', range: [-40, 200] },
    {
      ...{ id: 'state', kind: 'state', codes: { stopped: 0, running: 1 } },
      texts: { running: { en: 'Runs', zh: '运行', check: { en: 'The belt', zh: '皮带' } } },
    },
    { id: 'a,b', kind: 'number', unit: '1' },
  ],
  indicators: [
    {
      id: 'discharge-temp-mean',
      name: text,
      unit: 'Cel',
      of: 'discharge_temp',
      while: { metric: 'state', equals: 'running' },
      window: { last: '1h', take: 'mean', minSamples: 10 },
    },
  ],
  components: [
    {
      id: 'air-filter',
      name: text,
      part: { number: 'AF-1', name: text, leadTime: 3 * DAY },
      failureModes: [
        { id: 'clogged', name: text, iso14224: { mode: 'PDE', mechanism: '2.1', cause: '3' }, reopenWithin: 7 * DAY },
      ],
    },
  ],
  failureModes: [{ id: 'silent', name: text }],
  rules: [
    {
      id: 'filter-life',
      kind: 'usage',
      componentId: 'air-filter',
      failureModeId: 'clogged',
      mode: { default: 'live', leipzig: 'propose' },
      maxTicketsPerHour: 5,
      params: { metric: 'hours', levels: [{ wear: 0.9 }] },
      version: 'abc',
    },
  ],
  servicePlans: [
    {
      id: 'start-up',
      title: text,
      componentId: 'asset',
      team: 'field-north',
      checklist: [text],
      parts: [{ number: 'AF-1', name: text, quantity: 2 }],
    },
  ],
  version: 'm1',
};

export const asset: Required<Asset> = {
  id: ODD_ID,
  name: 'Compressor',
  modelId: model.id,
  siteId: 'leipzig',
  customerId: 'acme',
  tier: 'important',
  batch: 'B7',
  gateway: 'GW 7',
  serial: 'S1',
  criticality: 'high',
  commissionedAt: T0,
  contract: { kind: 'service', until: T0 + 365 * DAY, reference: 'C-1' },
  registeredBy: 'file',
  components: { 'air-filter': { installedAt: T0, installedReading: 12.5, serial: 'F1' } },
};

export const view: Required<AssetView> = {
  health: 'warning',
  stateTime: T0,
  lastReceivedAt: T0 + 5,
  values: { discharge_temp: { time: T0 + 0.125, value: 81.5 } },
  components: [
    {
      componentId: 'air-filter',
      health: 'warning',
      wear: 0.93,
      used: 1860,
      life: 2000,
      unit: 'h',
      forecast: { p10: T0 + DAY, p50: T0 + 2 * DAY, p90: null },
      rules: [{ ruleId: 'filter-life', kind: 'usage', mode: 'live', severity: 'warning' }],
    },
    { componentId: 'asset', health: 'good', wear: null, rules: [] },
  ],
  inMaintenance: true,
  clockError: -1500,
};

const base = { assetId: ODD_ID, at: T0, recordedAt: T0 + 1000, by: 'ann' };
export const events: readonly AssetEvent[] = [
  { ...base, id: 'E1', type: 'component-installed', componentId: 'air-filter', reading: 1, serial: 'F1' },
  {
    ...base,
    id: 'E2',
    type: 'component-replaced',
    componentId: 'air-filter',
    reading: 2,
    serial: 'F2',
    removed: 'failed',
  },
  { ...base, id: 'E3', type: 'maintenance', until: T0 + DAY, note: 'yearly' },
  { ...base, id: 'E4', type: 'ticket-closed', componentId: 'air-filter', failureModeId: 'clogged', ticketId: 'T1' },
  { ...base, id: 'E5', type: 'rules-changed', ruleIds: ['filter-life'] },
  { ...base, id: 'E6', type: 'fleet-learned', ruleId: 'filter-life', reference: { shape: 3.1, of: ['a', null] } },
  {
    ...base,
    id: 'E7',
    type: 'life-extended',
    componentId: 'air-filter',
    failureModeId: 'clogged',
    usage: { amount: 500, unit: 'h' },
    calendar: 30 * DAY,
    ticketId: 'T1',
  },
];

export const bindings: readonly Required<DeviceBinding>[] = [
  { deviceId: 'gw-1', assetId: ODD_ID, from: T0, to: T0 + DAY },
  { deviceId: 'gw-2', assetId: 'other', from: T0, to: T0 + DAY },
];

const evidences: readonly Required<Evidence>[] = [
  {
    kind: 'threshold',
    metricId: 'discharge_temp',
    unit: 'Cel',
    direction: 'above',
    limit: 100,
    value: 104,
    extreme: 109,
    samples: 12,
  },
  {
    kind: 'usage',
    of: 'service',
    metricId: 'hours',
    unit: 'h',
    used: 1860,
    life: 2000,
    wear: 0.93,
    ratePerDay: 12,
    calendarWear: 0.4,
    risk: { probability: 0.62, horizon: 9 * DAY },
    learnedFrom: { failures: 12, parts: 40, batch: 'B7' },
  },
  { kind: 'calendar', of: 'life', installedAt: T0, due: T0 + 365 * DAY },
  { kind: 'silence', lastHeard: T0, silentFor: 90_000, offlineSince: T0 + 5 },
  { kind: 'installation-unknown', componentIds: ['air-filter'] },
];

export const findings: readonly Required<FindingRow>[] = evidences.map((evidence, i) => ({
  id: `F${i}`,
  key: `key-${i}`,
  assetId: ODD_ID,
  componentId: 'air-filter',
  failureModeId: 'clogged',
  ruleId: 'filter-life',
  ruleVersion: 'abc',
  change: 'raised',
  severity: 'warning',
  start: T0,
  time: T0 + 2,
  window: { from: T0, to: T0 + 2 },
  evidence,
  forecast: { p10: null, p50: T0, p90: T0 + MINUTE },
  dormant: 'inactive',
  recordedAt: T0 + 3,
  ticketId: 'T1',
  retractedAt: T0 + 4,
}));

export const ticket: Required<Ticket> = {
  id: 'T1',
  number: 17,
  origin: 'device',
  kind: 'planned',
  status: 'open',
  team: 'field-north',
  person: 'ann',
  scheduledFor: T0 + DAY,
  waiting: { since: T0 + 4, reason: 'access', by: 'ann' },
  leastPriority: 'P2',
  sla: { from: T0, pressing: { P2: T0, P3: T0, P4: T0 }, pauses: [{ why: 'customer', from: T0 + 4, to: T0 + 5 }] },
  respondBy: T0 + DAY,
  solveBy: T0 + 2 * DAY,
  responseBreachedAt: T0 + DAY,
  solutionBreachedAt: T0 + 2 * DAY,
  deferral: { reason: 'part on its way', until: T0 + 2 * DAY },
  acknowledgedAt: T0 + 1,
  startedAt: T0 + 2,
  resolvedAt: T0 + 3,
  reopened: 1,
  reopenedAt: T0 + 4,
  formerClosings: [{ closing: { outcome: 'other-cause', replaced: { at: T0 } }, closedAt: T0 + 3, findingId: 'F1' }],
  recurrenceOf: 'T0',
  parentId: 'T00',
  campaignId: 'C9',
  storm: { scope: { kind: 'site', id: 'leipzig' }, assets: 480, out: 12, of: 500, told: 470 },
  assetId: ODD_ID,
  siteId: 'leipzig',
  customerId: 'acme',
  componentId: 'air-filter',
  failureModeId: 'clogged',
  episodeKey: 'episode',
  episodeStart: T0,
  ruleId: 'filter-life',
  ruleVersion: 'abc',
  mode: 'live',
  severity: 'warning',
  priority: 'P2',
  title: text,
  summary: text,
  window: { from: T0, to: T0 + 2 },
  evidence: evidences[1]!,
  forecast: { p10: T0 + DAY, p50: T0 + 2 * DAY, p90: null },
  doBy: T0 + DAY,
  part: { number: 'AF-1', name: text, leadTimeMs: 3 * DAY },
  service: { checklist: [text], parts: [{ number: 'AF-1', name: text, quantity: 2 }] },
  contract: asset.contract,
  chart: '/charts/1',
  openedAt: T0,
  updatedAt: T0 + 1,
  closing: {
    outcome: 'failure-found',
    found: 'degraded',
    note: 'black',
    replaced: { at: T0, reading: 2000, serial: 'F2', removed: 'worn' },
    extendBy: { usage: 500, calendar: DAY },
    labourMinutes: 45,
    parts: [{ number: 'AF-1', quantity: 1, serial: 'F2' }],
  },
  closedAt: T0 + 5,
  told: { at: 1 },
  externalId: 'WO-1',
  externalUrl: 'https://desk.example/WO-1',
  version: 7,
};

export const entry: Required<TicketEntry> = {
  id: 'N1',
  ticketId: 'T1',
  at: T0,
  by: 'ann',
  kind: 'transition',
  text: 'on it',
  from: 'open',
  to: 'acknowledged',
  changes: [{ field: 'person', from: 'bob', to: 'ann' }],
};

export const deadLetter: Required<DeadLetter> = {
  id: 'D1',
  at: T0,
  sourceId: 'acme',
  topic: 'acme/leipzig/x/telemetry',
  reason: 'out-of-range',
  detail: '900 is above 200',
  assetId: ODD_ID,
  metric: 'temp',
  payload: new TextEncoder().encode('{"temp":900,"°":1}'),
  payloadBytes: 19,
};

export const delivery: Required<OutboxRow> = {
  id: 'O1',
  ticketId: 'T1',
  event: 'ticket.opened',
  key: 'E1:opened',
  status: 'failed',
  createdAt: T0,
  attempts: 3,
  lastError: '503',
  deliveredAt: T0 + 9,
};

export const campaign: Required<Campaign> = {
  id: 'C9',
  number: 3,
  modelId: model.id,
  batch: 'B7',
  componentId: 'air-filter',
  failureModeId: 'clogged',
  status: 'open',
  owner: 'quality',
  note: 'seal',
  evidence: { affected: 5, assets: 12, expected: 0.4, p: 0.0002, since: T0 },
  since: T0,
  openedAt: T0 + 1,
  openedBy: 'fettle',
  updatedAt: T0 + 2,
  closedAt: T0 + 3,
  version: 4,
};

export const shutdown: Required<Shutdown> = {
  id: 'S1',
  siteId: 'leipzig',
  from: T0,
  to: T0 + DAY,
  note: 'holidays',
  by: 'ann',
  recordedAt: T0 - 1,
};

export const notification: Required<NotificationRow> = {
  id: 'M1',
  routeId: 'service',
  ticketId: 'T1',
  entryId: 'N1',
  event: 'sla-breach',
  text: 'response was due',
  by: 'fettle',
  createdAt: T0,
  dueAt: T0 + 1,
  held: true,
  status: 'failed',
  attempts: 3,
  lastError: '503',
  sentAt: T0 + 9,
};

export const usage: Required<UsageEntry> = {
  assetId: ODD_ID,
  ruleId: 'filter-life',
  componentId: 'air-filter',
  day: Date.UTC(2024, 4, 9),
  unit: 'h',
  used: 11.5,
  adjusted: 0.5,
  reading: null,
};

const TODAY: LimitTrial = { limits: [80, 95], figures: { hits: 12, misses: 1, falses: 9, unverifiable: 3 } };
const STRICTER: LimitTrial = {
  limits: [83, 95],
  figures: { hits: 12, misses: 1, falses: 2, unverifiable: 1 },
  warningLost: { median: 2 * MINUTE, most: 5 * MINUTE },
};

export const suggestion: Required<Suggestion> = {
  modelId: model.id,
  ruleId: 'hot',
  outcomes: 24,
  reason: { en: 'Move the limit from 80 to 83.', zh: '建议将限值从 80 调整为 83。' },
  suggested: STRICTER,
  trial: {
    ruleVersion: 'v1',
    status: 'done',
    progress: 1,
    askedAt: T0,
    by: 'ann',
    endedAt: T0 + 60_000,
    error: 'it was cut off',
    result: { known: 24, shown: 22, today: TODAY, tried: [STRICTER], better: STRICTER },
  },
};

export const backtest: Required<Backtest> = {
  id: 'BT1',
  status: 'done',
  progress: 1,
  askedAt: T0,
  by: 'ann',
  modelIds: [model.id],
  assets: 1,
  endedAt: T0 + MINUTE,
  error: 'none',
};

const figures: Required<BacktestFigures> = {
  tickets: 2,
  warnings: 3,
  hits: 1,
  misses: 1,
  falses: 1,
  unverifiable: 1,
  falsePerAssetYear: 0.5,
  warning: { min: DAY, median: 2 * DAY, max: 3 * DAY },
};
const place = { assetId: ODD_ID, componentId: 'air-filter', failureModeId: 'clogged' };

const side: SideReport = {
  figures,
  rules: [
    {
      modelId: model.id,
      ruleId: 'filter-life',
      kind: 'usage',
      componentId: 'air-filter',
      failureModeId: 'clogged',
      version: 'abc',
      change: 'changed',
      observes: false,
      figures,
      assets: [{ assetId: ODD_ID, ...figures }],
      tripsAt: T0 + DAY,
      faults: 2,
    },
  ],
  assets: [{ assetId: ODD_ID, ...figures }],
  failures: [{ ...place, at: T0 + 4 * DAY, warning: 2 * DAY }],
  tickets: [
    {
      ...place,
      ruleId: 'filter-life',
      severity: 'warning',
      mode: 'live',
      title: text,
      openedAt: T0 + 2 * DAY,
      spells: [{ from: T0 + 2 * DAY, to: T0 + 4 * DAY, end: 'closed' }],
      verdict: 'hit',
    },
  ],
  ticketsLeftOut: 1,
};

export const modelVersion: Required<ModelVersion> = {
  modelId: model.id,
  version: 3,
  origin: 'reverted',
  restores: 1,
  yaml: 'id: compressor\n',
  note: 'back to what it was',
  by: 'ann',
  at: T0,
  fileHash: 'f1',
};

export const explainedRule: Required<ExplainedRule> = {
  ruleId: 'filter-life',
  kind: 'usage',
  componentId: 'air-filter',
  failureModeId: 'clogged',
  mode: 'live',
  tripped: true,
  standing: 'firing',
  severity: 'warning',
  since: T0,
  text: { en: 'firing: warning since 2024-05-01', zh: '已触发' },
};

export const modelText: Required<ModelText> = {
  modelId: model.id,
  version: 3,
  origin: 'reverted',
  yaml: 'id: compressor\n',
  hash: 'h1',
  isInForce: true,
  gaveWay: 'applied.yaml:1: name: is missing',
  hasFile: true,
  fileChanged: true,
  by: 'ann',
  at: T0,
  note: 'back to what it was',
};

export const modelCheck: Required<ModelCheck> = {
  problems: [{ line: 2, column: 3, path: 'name', message: 'must be there' }],
  changes: [{ part: 'rule', id: 'filter-life', change: 'changed', fields: ['life'] }],
  refolded: 2,
};

export const backtestReport: Required<BacktestReport> = {
  from: T0,
  to: NOW,
  within: 7 * DAY,
  models: [{ id: model.id, today: 'm1', candidate: 'm2' }],
  history: {
    resolution: 'raw',
    assets: 1,
    assetYears: 2,
    samples: 1000,
    firstSample: T0,
    lastSample: NOW - MINUTE,
    rawFrom: T0 - DAY,
  },
  failures: { given: 3, judged: 2, leftOut: 1, areRecords: false },
  today: { ...side, tickets: [], figures: { ...figures, tickets: 0 } },
  candidate: side,
};

const node: NodeRow = {
  id: 'a',
  clientId: 'fettle-a',
  instance: 'I1',
  version: '1.2.3',
  subscriptions: { filters: ['a/#'], shareGroup: 'fettle' },
  startedAt: T0,
  seenAt: NOW - 1000,
  listening: true,
  heardUntil: NOW - 1000,
  retiring: false,
};
/** One that listens and one that is gone. */
export const nodes: readonly NodeRow[] = [
  node,
  { ...node, id: 'b', clientId: 'fettle-b', seenAt: NOW - 60_000, heardUntil: NOW - 61_000, adopter: 'I1' },
];

export const siteZones: SiteZones = { sites: { leipzig: 'Europe/Berlin' }, others: 'UTC' };

export const metered: Required<MeteredUsage> = {
  assetId: ODD_ID,
  assetName: '=Kompressor "1"',
  siteId: 'leipzig',
  customerId: 'ACME',
  componentId: 'air-filter',
  ruleId: 'filter-life',
  period: '2024-05',
  zone: 'Europe/Berlin',
  unit: 'h',
  used: 0.6,
  adjusted: 900,
  reading: 910.3,
  firstDay: Date.UTC(2024, 4, 1),
  lastDay: Date.UTC(2024, 4, 9),
  days: 9,
};

export const demand: Required<PartDemand> = {
  partNumber: 'AF-1',
  name: text,
  leadTime: 3 * DAY,
  needs: [{ within: 30 * DAY, expected: 1.25, p10: 0, p50: 1, p90: 2, ticketed: 1 }],
  components: 4,
  withForecast: 2,
  unknown: 1,
  oldestForecast: T0,
};

const times = { count: 2, mean: 90 * MINUTE, p50: 60 * MINUTE, p90: 120 * MINUTE };
const promises = { kept: 3, broken: 1, undecided: 2 };

export const service: ServiceFigures = {
  opened: 3,
  resolved: 2,
  closed: 1,
  acknowledging: times,
  resolving: { count: 0 },
  restoring: { ...times, unrestored: 1 },
  firstTimeFix: { fixed: 2, notFixed: 1, undecided: 1 },
  response: promises,
  solution: { kept: 0, broken: 0, undecided: 0 },
  backlog: {
    tickets: 2,
    p10: DAY,
    p50: 2 * DAY,
    p90: 3 * DAY,
    oldest: 4 * DAY,
    byAge: [1, 0, 1, 0, 0],
    waitsFor: { visit: 2 },
  },
};

export const account: Account = {
  customerId: 'ACME',
  assets: 3,
  openTickets: { P1: 1, P3: 2 },
  overdueTickets: 1,
  rating: { count: 2, mean: 4.5 },
  response: promises,
  solution: promises,
  contracts: [
    { kind: 'service', until: T0, reference: 'R-1', assets: 2 },
    { kind: 'warranty', assets: 1 },
  ],
  usage: [{ modelId: model.id, componentId: 'air-filter', ruleId: 'filter-life', unit: 'h', used: 0.6, adjusted: 9 }],
};

export const exposure: Exposure = {
  assets: 3,
  unobservedAssets: 1,
  running: 900 * HOUR,
  calendar: 100 * HOUR,
  critical: 2,
  degraded: 1,
  incipient: 1,
  unobserved: 5,
};
export const meanTimes = { mean: 500 * HOUR, high: 2814 * HOUR };

export const ruleFigures: Required<RuleFigures> = {
  modelId: model.id,
  ruleId: 'filter-life',
  hits: 2,
  early: 1,
  late: 2,
  false: 2,
  missed: 1,
  unverifiable: 1,
  caught: 3,
  uncaught: 1,
  warning: { count: 3, p10: DAY, p50: 2 * DAY, p90: 3 * DAY },
  lifeLost: { parts: 3, lives: 0.9, mean: 0.3 },
  wasted: { visits: 1, labourMinutes: 45 },
};

export const ratingFigures: RatingFigures = {
  count: 3,
  mean: 10 / 3,
  byScore: [1, 0, 0, 1, 1],
  resolving: 72.5 * HOUR,
};

export const failure: Required<FailureRecord> = {
  id: 'F1',
  assetId: ODD_ID,
  componentId: 'air-filter',
  failureModeId: 'clogged',
  at: T0,
  detectedBy: 'customer',
  impact: 'critical',
  downtimeMinutes: 95,
  note: 'stood still',
  ticketId: 'T1',
  source: 'api',
  externalKey: 'erp-1',
  recordedAt: NOW,
  recordedBy: 'ann',
};

export const failureChange: FailureChange = {
  id: 'C1',
  failureId: 'F1',
  at: NOW,
  by: 'bob',
  before: { ...failure, impact: 'degraded' },
  after: failure,
  reason: 'it stood still',
};

export const score: Required<Score> = {
  id: 'T1',
  ticketId: 'T1',
  failureId: 'F1',
  assetId: ODD_ID,
  componentId: 'air-filter',
  failureModeId: 'clogged',
  ruleId: 'filter-life',
  ruleVersion: 'abc',
  at: T0,
  score: 'hit',
  warningMs: 90 * MINUTE,
  lifeLost: 0.25,
  reason: text,
  scoredAt: NOW,
  reviewAt: NOW + DAY,
};

export const rating: Required<Rating> = { ticketId: 'T1', score: 2, comment: 'slow', at: NOW, taskId: 'T2' };

const form = { ticket, assetName: 'Ä & <Sons>', rating: undefined, expired: false };
/** By token. */
export const ratingForms = new Map<string, RatingForm>([
  ['good.token', form],
  ['rated.token', { ...form, rating: { ...rating, comment: '</textarea><script>alert(1)</script>' } }],
  ['old.token', { ...form, expired: true }],
]);

/** By token. */
export const customerVisits = new Map<string, CustomerVisit>([
  ['good.token', { assetId: ODD_ID, siteId: 'leipzig', ended: false }],
  ['old.token', { assetId: ODD_ID, siteId: 'leipzig', ended: true }],
]);
export const customerView: CustomerView = {
  name: 'Ä & <Sons>',
  model: { en: 'Screw compressor', zh: '螺杆空压机' },
  state: 'soon',
  heardAt: NOW - MINUTE,
  components: [
    { name: text, state: 'soon', endsFrom: NOW + 20 * DAY, used: 0.93 },
    { name: { en: 'Oil', zh: '机油' }, state: 'good', endsFrom: NOW + 400 * DAY },
    { name: { en: 'Belt', zh: '皮带' }, state: 'urgent', endsFrom: NOW },
    { name: { en: 'Motor', zh: '电机' }, state: 'watch' },
  ],
  tickets: [
    {
      number: 12,
      title: { en: 'Air filter <clogged>', zh: '空气滤清器堵塞' },
      openedAt: T0,
      step: 'planned',
      underWay: true,
      visitAt: Date.UTC(2024, 4, 14, 7),
      waitsForCustomer: true,
      putOffUntil: NOW + 9 * DAY,
    },
  ],
  closed: [
    { number: 9, title: { en: 'Oil aged', zh: '油品老化' }, closedAt: T0, rateUrl: 'https://fettle.example/r/token' },
    { number: 8, title: { en: 'Leak', zh: '泄漏' }, closedAt: T0, rateUrl: 'https://fettle.example/r/other', score: 4 },
  ],
};
export const stormMember: Required<StormMember> = {
  finding: findings[0]!,
  joinedAt: T0 + 1,
  backAt: T0 + 2,
  leftAt: T0 + 3,
};

export const demo: DemoState = { state: 'running', url: 'http://127.0.0.1:8090/sign-in#key=ftl_x' };

export const installation: Required<Installation> = {
  version: '1.2.3',
  assets: 1,
  heard: true,
  lastReceivedAt: NOW - MINUTE,
  mqtt: { url: 'mqtt://127.0.0.1:1883', embedded: true, login: false },
  sources: [
    { id: 'default', topic: 'fettle/{site}/{asset}/telemetry', codec: 'json', autoRegister: 'screw-compressor' },
  ],
};
export const decodeTrial: Required<DecodeTrial> = {
  sources: [
    {
      sourceId: 'default',
      topic: 'fettle/{site}/{asset}/telemetry',
      codec: 'json',
      assetId: ODD_ID,
      siteId: 'leipzig',
      deviceId: 'gw-1',
      registered: false,
      modelId: model.id,
      subjects: [
        { assetId: ODD_ID, siteId: 'leipzig', deviceId: 'gw-1', registered: false, modelId: model.id },
        { deviceId: 'gw-2', registered: true },
      ],
      samples: [{ asset: ODD_ID, metric: 'state', time: T0_ISO, value: 1, unit: '1', symbol: 'running', quality: 0 }],
      rejections: [{ reason: 'unknown-metric', detail: 'no such metric', assetId: ODD_ID, metric: 'x', samples: 1 }],
    },
  ],
  suggestedTopic: 'a/{site}/{asset}',
  models: [
    {
      modelId: model.id,
      score: 0.5,
      mapped: [{ name: 'state', metric: 'state' }],
      similar: [{ name: 'Discharge Temp', metric: 'discharge_temp' }],
      missing: ['discharge_temp'],
      unknown: ['x'],
    },
  ],
  suggestedAsset: { id: ODD_ID, siteId: 'leipzig', name: 'Kompressor' },
};

export const commissioning: Required<CommissioningReport> = {
  assetId: ODD_ID,
  from: T0 - DAY,
  to: T0,
  samples: 480,
  lastReceivedAt: T0,
  clockError: -90_000,
  qos: 0,
  interval: { median: 60_000, regular: 0.98 },
  metrics: [{ metricId: 'oil-temperature', samples: 120, last: 71.5, min: 60, max: 80 }],
  ready: false,
  reasons: [
    { code: 'missing', blocks: true, metricId: 'oil-temperature' },
    { code: 'qos-0', blocks: false },
  ],
};

export const unmapped: Required<UnmappedReport> = {
  topics: [
    {
      topic: 'acme/{site}/{asset}/data',
      topics: 2,
      examples: ['acme/hall/c-7/data', 'acme/hall/c-8/data'],
      messages: 9,
      firstAt: T0,
      lastAt: T0 + MINUTE,
      samples: [
        {
          deadLetterId: 'D1',
          topic: 'acme/hall/c-7/data',
          at: T0,
          payload: Buffer.from('{"oilTempF": 154.4}'),
          payloadBytes: 19,
        },
      ],
      suggestion: {
        into: 'sources',
        codec: 'json',
        modelId: model.id,
        yaml: '  - id: acme\n    topic: acme/{site}/{asset}/data\n',
        taken: 1,
        refused: 1,
      },
    },
  ],
  metrics: [
    {
      sourceId: 'default',
      modelId: model.id,
      name: 'oilTempF',
      values: 12,
      assets: 1,
      assetIds: [ODD_ID],
      firstAt: T0,
      lastAt: T0 + MINUTE,
      samples: [{ deadLetterId: 'D1', assetId: ODD_ID, at: T0, value: '154.4' }],
      suggestion: {
        metricId: 'oil-temperature',
        unit: '°F',
        others: ['motor-temperature'],
        yaml: 'oilTempF: { metric: oil-temperature, unit: °F }',
      },
    },
  ],
  sources: [{ sourceId: 'default', yaml: '    metrics:\n      oilTempF: { metric: oil-temperature, unit: °F }\n' }],
  letters: 22,
  complete: true,
  mappedSince: 1,
};

export const connectivity: Connectivity = {
  assetId: ODD_ID,
  state: 'offline',
  since: T0,
  by: 'availability',
  retained: true,
  asOf: 0,
};

export const fleetRow: Required<FleetRow> = {
  id: ODD_ID,
  name: 'Compressor 1',
  modelId: model.id,
  siteId: 'north',
  customerId: 'acme',
  health: 'warning',
  inMaintenance: true,
  silent: true,
  connectivity: 'offline',
  lastReceivedAt: T0,
  wear: 0.5,
  wearComponentId: 'air-filter',
  endOfLife: T0 + DAY,
  endOfLifeComponentId: 'air-filter',
  openTickets: 2,
  worstTicket: 'critical',
};

export const fleetCounts: Required<FleetCounts> = {
  assets: 9,
  health: { good: 1, watch: 2, warning: 3, critical: 1, unknown: 2 },
  openTickets: 4,
  inMaintenance: 1,
  silent: 2,
  endOfLife: T0 + DAY,
};
