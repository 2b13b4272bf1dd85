import type { Ticket } from '../../src/domain/ticket.ts';

/** A ticket as the pipeline opens it, with what a test wants different. */
export function sampleTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    id: '01J00000000000000000000001',
    number: 1,
    origin: 'device',
    kind: 'planned',
    reopened: 0,
    status: 'open',
    assetId: 'compressor-7',
    siteId: 'harbour',
    componentId: 'air-filter',
    failureModeId: 'clogged',
    episodeKey: 'compressor-7|air-filter|clogged|1704067200000',
    episodeStart: 1_704_067_200_000,
    mode: 'live',
    severity: 'warning',
    priority: 'P3',
    title: { en: 'Air filter near its end of life', zh: '空气滤清器即将到寿命' },
    summary: { en: 'Replace within 12 days.', zh: '请在12天内更换。' },
    openedAt: 1_704_067_200_000,
    updatedAt: 1_704_067_200_000,
    version: 1,
    ...change,
  };
}
