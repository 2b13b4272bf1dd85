import type { Asset } from '../../../src/domain/asset.ts';
import { type Finding, findingKey } from '../../../src/domain/finding.ts';
import { fromMicros } from '../../../src/domain/time.ts';
import type { AssetView } from '../../../src/domain/view.ts';
import type { DeadLetter, NewTicket, Page, PageRequest, Repositories } from '../../../src/ports/database.ts';

/** A time with microseconds that a float of milliseconds does not hold to the last digit by luck. */
export const T0 = fromMicros(1_763_764_980_123_457);

export function asset(id: string, change: Partial<Asset> = {}): Asset {
  return {
    id,
    modelId: 'compressor',
    siteId: 'north',
    tier: 'standard',
    criticality: 'medium',
    registeredBy: 'api',
    components: {},
    ...change,
  };
}

/** What people see of an asset that is well. */
export function view(change: Partial<AssetView> = {}): AssetView {
  return {
    health: 'good',
    stateTime: T0,
    lastReceivedAt: T0,
    values: {},
    components: [],
    inMaintenance: false,
    ...change,
  };
}

export const FULL_ASSET: Asset = asset('空压机 №1 é', {
  name: 'Compressor "one" \\ 一号 🛠️',
  customerId: 'ACME',
  tier: 'strategic',
  batch: 'B7',
  gateway: 'GW 7',
  serial: 'SN-100%_A',
  commissionedAt: T0,
  contract: { kind: 'service', until: T0 + 1, reference: 'R-1' },
  components: { filter: { installedAt: T0, installedReading: 0.1 + 0.2, serial: 'F1' }, belt: {} },
});

export function finding(change: Partial<Finding> = {}): Finding {
  const made: Finding = {
    key: '',
    assetId: 'a1',
    componentId: 'filter',
    failureModeId: 'clogged',
    ruleId: 'pressure',
    ruleVersion: 'v1',
    change: 'raised',
    severity: 'warning',
    start: T0,
    time: T0 + 60_000,
    window: { from: T0, to: T0 + 60_000 },
    evidence: {
      kind: 'threshold',
      metricId: 'dp',
      direction: 'above',
      limit: 0.3,
      value: 0.1 + 0.2,
      extreme: 1e-7,
      samples: 12,
    },
    ...change,
  };
  return { ...made, key: change.key ?? findingKey(made) };
}

let lastTicket = 0;

/** A ticket of an episode of its own, unless the change says otherwise. */
export function ticket(change: Partial<NewTicket> = {}): NewTicket {
  lastTicket += 1;
  const id = change.id ?? `t${String(lastTicket).padStart(5, '0')}`;
  return {
    id,
    origin: 'device',
    kind: 'planned',
    status: 'open',
    assetId: `asset of ${id}`,
    siteId: 'north',
    componentId: 'filter',
    failureModeId: 'clogged',
    episodeKey: `episode of ${id}`,
    episodeStart: T0,
    mode: 'live',
    severity: 'warning',
    priority: 'P3',
    title: { en: 'Filter', zh: '滤芯' },
    summary: { en: 'Replace it', zh: '更换' },
    openedAt: T0,
    updatedAt: T0,
    ...change,
  };
}

export const FULL_TICKET: NewTicket = ticket({
  customerId: 'ACME',
  ruleId: 'pressure',
  ruleVersion: 'v1',
  title: { en: 'Filter "A" \\ 50 %', zh: '滤芯 🛠️' },
  window: { from: T0, to: T0 + 1 },
  evidence: { kind: 'usage', metricId: 'h', unit: 'h', used: 7400.3, life: 8000, wear: 0.925 },
  forecast: { p10: T0 + 5, p50: T0 + 6, p90: null },
  doBy: T0 + 4,
  part: { number: 'P-1', name: { en: 'Filter', zh: '滤芯' }, leadTimeMs: 86_400_000 },
  contract: { kind: 'warranty' },
  chart: '/assets/a1?metric=h',
  closing: { outcome: 'worn-as-expected', note: 'ok', replaced: { at: T0, reading: 7400.3 } },
  closedAt: T0 + 9,
  externalId: 'WO-7',
  externalUrl: 'https://desk.example/7',
  team: 'field "north" 一组',
  person: 'Ann O’Hara',
  scheduledFor: T0 + 3,
  waiting: { since: T0, reason: 'access "roof"', by: '安娜' },
  leastPriority: 'P2',
  sla: {
    from: T0,
    pressing: { P3: T0, P4: T0 },
    pauses: [
      { why: 'customer', from: T0, to: T0 + 1 },
      { why: 'over', from: T0 + 2 },
    ],
  },
  respondBy: T0 + 11,
  solveBy: T0 + 12,
  responseBreachedAt: T0 + 11,
  solutionBreachedAt: T0 + 12,
  deferral: { reason: 'spare part \\ 备件', until: T0 + 7 },
  acknowledgedAt: T0 + 1,
  startedAt: T0 + 2,
  resolvedAt: T0 + 8,
  reopenedAt: T0 + 0.5,
  storm: { scope: { kind: 'site', id: 'north' }, assets: 7, out: 3, of: 9, told: 6 },
  formerClosings: [{ closing: { outcome: 'other-cause' }, closedAt: T0 + 0.25, findingId: 'f1' }],
});

export function deadLetter(id: string, change: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    at: T0,
    topic: 'acme/north/a1/telemetry',
    reason: 'malformed',
    detail: 'not JSON',
    payload: new Uint8Array([0, 255, 92, 34, 39, 123]),
    payloadBytes: 6,
    ...change,
  };
}

/** All pages of a list, one after the other; `between` runs after each. */
export async function readAll<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
  between?: (page: number) => Promise<unknown>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const { items: more, nextCursor } = await list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...more);
    if (nextCursor === undefined) return items;
    cursor = nextCursor;
    await between?.(page);
  }
}

/** A ticket that is there, for what refers to one. */
export async function insertTicket(database: Repositories, change: Partial<NewTicket> = {}): Promise<string> {
  const inserted = await database.tickets.insert(ticket(change));
  if (!inserted) throw new Error('the ticket of the fixture was not inserted');
  return inserted.id;
}
