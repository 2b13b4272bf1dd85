import { parseModel } from '../../src/config/parseModel.ts';
import type { Asset } from '../../src/domain/asset.ts';
import { type Finding, findingKey } from '../../src/domain/finding.ts';
import type { StormPolicy } from '../../src/domain/storm.ts';
import { MINUTE, type Timestamp } from '../../src/domain/time.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, Ledger } from '../../src/metrics.ts';
import { Fleet } from '../../src/pipeline/fleet.ts';
import { Raising } from '../../src/pipeline/raising.ts';
import { StormKeeper } from '../../src/pipeline/stormKeeper.ts';
import { TicketWork } from '../../src/pipeline/ticketWork.ts';
import type { Database } from '../../src/ports/database.ts';
import type { FakeClock } from './fakeClock.ts';

/** Assets that report by themselves: they lose power, fall silent, overheat and wear. */
export const STORM_MODEL = {
  id: 'meter',
  name: { en: 'Meter', zh: '仪表' },
  metrics: [
    { id: 'mains', kind: 'number', unit: 'V', range: [0, 1000] },
    { id: 'temperature', kind: 'number', unit: '°C', range: [-40, 200] },
    { id: 'hours', kind: 'number', unit: 'h', range: [0, 100_000] },
  ],
  components: [
    {
      id: 'supply',
      name: { en: 'Power supply', zh: '电源' },
      failureModes: [
        { id: 'no-power', name: { en: 'No power', zh: '断电' }, stormable: true },
        { id: 'hot', name: { en: 'Too hot', zh: '过热' } },
      ],
      rules: [
        {
          id: 'mains-lost',
          kind: 'threshold',
          failureMode: 'no-power',
          mode: { default: 'live', sites: { lab: 'propose' } },
          maxTicketsPerHour: 20,
          metric: 'mains',
          direction: 'below',
          levels: [
            { limit: 100, severity: 'warning' },
            { limit: 10, severity: 'critical' },
          ],
        },
        {
          id: 'too-hot',
          kind: 'threshold',
          failureMode: 'hot',
          mode: 'live',
          maxTicketsPerHour: 20,
          metric: 'temperature',
          direction: 'above',
          levels: [{ limit: 80, severity: 'warning' }],
        },
      ],
    },
    {
      id: 'filter',
      name: { en: 'Filter', zh: '滤芯' },
      failureModes: [{ id: 'worn', name: { en: 'Used up', zh: '寿命用尽' } }],
      rules: [
        {
          id: 'filter-life',
          kind: 'usage',
          failureMode: 'worn',
          mode: 'live',
          maxTicketsPerHour: 20,
          counter: 'hours',
          life: 1000,
        },
      ],
    },
  ],
  asset: {
    failureModes: [{ id: 'silent', name: { en: 'Not heard', zh: '失联' } }],
    rules: [
      { id: 'silent', kind: 'silence', failureMode: 'silent', mode: 'live', maxTicketsPerHour: 20, after: '10m' },
    ],
  },
};

const POLICY: StormPolicy = { window: 2 * MINUTE, assets: 5, share: 0.5 };

function meter(id: string, siteId: string, more: Partial<Asset> = {}): Asset {
  const base = { id, modelId: 'meter', siteId, tier: 'standard', criticality: 'medium', registeredBy: 'api' } as const;
  return { ...base, components: {}, ...more };
}

/** So many assets of a site: `north-0`, `north-1`, … */
export function meters(siteId: string, count: number, more: Partial<Asset> = {}): Asset[] {
  return Array.from({ length: count }, (_, at) => meter(`${siteId}-${at}`, siteId, more));
}

const RULES = {
  silent: { componentId: 'asset', failureModeId: 'silent', evidence: { kind: 'silence', lastHeard: 0, silentFor: 1 } },
  'mains-lost': {
    componentId: 'supply',
    failureModeId: 'no-power',
    evidence: {
      kind: 'threshold',
      metricId: 'mains',
      direction: 'below',
      limit: 100,
      value: 0,
      extreme: 0,
      samples: 1,
    },
  },
  'too-hot': {
    componentId: 'supply',
    failureModeId: 'hot',
    evidence: {
      kind: 'threshold',
      metricId: 'temperature',
      direction: 'above',
      limit: 80,
      value: 90,
      extreme: 90,
      samples: 1,
    },
  },
  'filter-life': {
    componentId: 'filter',
    failureModeId: 'worn',
    evidence: { kind: 'usage', metricId: 'hours', unit: 'h', used: 950, life: 1000, wear: 0.95 },
  },
} as const;

export type StormRule = keyof typeof RULES;

/** One node: what findings lead to, and who looks at them together. */
export class StormNode {
  readonly fleet: Fleet;
  readonly keeper: StormKeeper;
  readonly work: TicketWork;
  readonly delivered: string[] = [];
  readonly #raising: Raising;
  readonly #database: Database;
  readonly #clock: FakeClock;

  constructor(database: Database, clock: FakeClock, assets: readonly Asset[], severalBrokers = false) {
    const policy = POLICY;
    const log = createLog('silent');
    const parsed = parseModel(JSON.stringify(STORM_MODEL), 'meter.yaml');
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    this.#database = database;
    this.#clock = clock;
    this.fleet = new Fleet([parsed.model]);
    for (const asset of assets) this.fleet.add(asset);
    const ledger = new Ledger();
    const deliver = (id: string) => void this.delivered.push(id);
    const { fleet } = this;
    this.#raising = new Raising({ deliver, opened: () => undefined, ledger, storms: policy, fleet, clock, log });
    const metrics = createMetrics(ledger);
    this.keeper = new StormKeeper({
      database,
      raising: this.#raising,
      fleet,
      policy,
      severalBrokers,
      deliver,
      clock,
      metrics,
      log,
    });
    const assessment = { refold: () => undefined, assessedUntil: async () => clock.now() };
    const store = { buckets: async () => [] };
    this.work = new TicketWork({ database, fleet, assessment, store, deliver, clock });
  }

  raise(
    assetId: string,
    rule: StormRule = 'silent',
    start: Timestamp = this.#clock.now(),
    more: Partial<Finding> = {},
  ) {
    return this.#record(assetId, rule, start, { change: 'raised', ...more });
  }

  clear(assetId: string, rule: StormRule = 'silent', start: Timestamp = this.#clock.now()) {
    return this.#record(assetId, rule, start, { change: 'cleared' });
  }

  async #record(assetId: string, rule: StormRule, start: Timestamp, more: Partial<Finding>): Promise<void> {
    const now = this.#clock.now();
    const finding: Omit<Finding, 'key'> = {
      assetId,
      ...RULES[rule],
      ruleId: rule,
      ruleVersion: '1',
      change: 'raised',
      severity: 'warning',
      start,
      time: now,
      window: { from: start, to: now },
      ...more,
    };
    const tracked = this.fleet.get(assetId)!;
    const raised = await this.#database.transaction((tx) =>
      this.#raising.raise(tracked, { ...finding, key: findingKey(finding) }, tx),
    );
    this.#raising.followUp(raised, tracked);
  }

  /** Takes a finding of the asset back, as a refold does. */
  async retract(assetId: string, change: Finding['change']): Promise<void> {
    const { items } = await this.#database.findings.list({ assetId }, { limit: 50 });
    const row = items.find((one) => one.change === change)!;
    await this.#database.transaction((tx) => this.#raising.retract(row, tx));
  }
}
