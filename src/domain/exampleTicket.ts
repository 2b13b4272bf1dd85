import type { Ticket } from './ticket.ts';
import type { TicketBackground } from './ticketBackground.ts';
import type { TitleFacts } from './ticketText.ts';
import { DAY, HOUR } from './time.ts';

const T = Date.UTC(2026, 2, 2, 8);

/** What its title is made of. */
export const EXAMPLE_TITLE: TitleFacts = {
  asset: { id: 'compressor-7', name: 'Compressor 7', model: { en: 'Screw compressor', zh: '螺杆式空气压缩机' } },
  siteId: 'plant-1',
  customerId: 'acme',
  component: { en: 'Compressor oil', zh: '空压机油' },
  failureMode: { en: 'Oil aged', zh: '油品老化' },
  severity: 'warning',
  priority: 'P3',
  title: { en: 'Compressor 7: Compressor oil, oil aged', zh: 'Compressor 7：空压机油，油品老化' },
};

/** A ticket on which templates are tried, and which the documentation of the API shows. */
export const EXAMPLE_TICKET: Ticket = {
  id: '01JNB0000000000000000000T1',
  number: 12,
  origin: 'device',
  kind: 'planned',
  status: 'open',
  assetId: 'compressor-7',
  siteId: 'plant-1',
  customerId: 'acme',
  componentId: 'oil',
  failureModeId: 'oil-aged',
  episodeKey: '0123456789abcdef0123456789abcdef',
  episodeStart: T - DAY,
  ruleId: 'oil-life',
  ruleVersion: '1a2b3c4d',
  mode: 'live',
  severity: 'warning',
  priority: 'P3',
  title: EXAMPLE_TITLE.title,
  summary: { en: '90 % of life used (3,600 of 4,000 h).', zh: '已使用寿命的 90 %（3,600 / 4,000 h）。' },
  window: { from: T - DAY, to: T },
  evidence: { kind: 'usage', metricId: 'run-hours', unit: 'h', used: 3600, life: 4000, wear: 0.9, ratePerDay: 20 },
  forecast: { basis: 'usage', p10: T + 15 * DAY, p50: T + 20 * DAY, p90: T + 27 * DAY },
  doBy: T + 12 * DAY,
  part: { number: 'OIL-46-20L', name: { en: 'Oil 46', zh: '机油 46号' }, leadTimeMs: 3 * DAY },
  contract: { kind: 'service', until: T + 300 * DAY, reference: 'C-100' },
  openedAt: T,
  updatedAt: T,
  reopened: 0,
  version: 1,
};

/** What is known beside it. */
export const EXAMPLE_BACKGROUND: TicketBackground = {
  assetName: 'Compressor 7',
  modelName: EXAMPLE_TITLE.asset.model,
  serial: 'SN-1007',
  component: { en: 'Compressor oil', zh: '空压机油' },
  failureMode: EXAMPLE_TITLE.failureMode,
  safety: [{ en: 'Switch off, lock out, let the pressure off.', zh: '停机、上锁挂牌并泄压。' }],
  usage: { used: 3600, life: 4000, unit: 'h', wear: 0.9 },
  earlier: [
    {
      id: '01JA00000000000000000000T0',
      number: 4,
      failureModeId: 'oil-aged',
      openedAt: T - 200 * DAY,
      closedAt: T - 198 * DAY - HOUR,
      outcome: 'worn-as-expected',
      note: 'Oil changed.',
    },
  ],
  solutions: [
    { note: 'Oil changed.', parts: ['OIL-46-20L'], replaced: true, times: 5, helped: 4, lastAt: T - 30 * DAY },
  ],
  advice: [{ en: 'Change the filter with the oil.', zh: '换油时一并更换滤芯。' }],
};
