import { DAY } from '../domain/time.ts';
import type { Account, MeteredUsage } from '../ports/analytics.ts';

const DAY_ONE = Date.UTC(2026, 1, 1);

/** A line of the usage that is billed, for the documentation. */
export const EXAMPLE_USAGE: MeteredUsage = {
  assetId: 'compressor-7',
  assetName: 'Compressor 7',
  siteId: 'plant-1',
  customerId: 'acme',
  componentId: 'oil',
  ruleId: 'oil-life',
  period: '2026-02',
  zone: 'Asia/Shanghai',
  unit: 'h',
  used: 412.5,
  adjusted: 0,
  reading: 32_640,
  firstDay: DAY_ONE,
  lastDay: DAY_ONE + 27 * DAY,
  days: 28,
};

/** How things stand with a customer, for the documentation. */
export const EXAMPLE_ACCOUNT: Account = {
  customerId: 'acme',
  assets: 12,
  openTickets: { P2: 1, P3: 2 },
  overdueTickets: 0,
  rating: { count: 9, mean: 4.4 },
  response: { kept: 21, broken: 1, undecided: 2 },
  solution: { kept: 19, broken: 2, undecided: 3 },
  contracts: [{ kind: 'service', reference: 'C-100', until: Date.UTC(2026, 11, 27), assets: 12 }],
  usage: [],
};
