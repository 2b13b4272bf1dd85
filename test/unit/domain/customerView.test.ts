import { describe, expect, it } from 'vitest';
import type { Asset } from '../../../src/domain/asset.ts';
import { customerTickets, customerView, isRated, lastClosed, titleOf } from '../../../src/domain/customerView.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY } from '../../../src/domain/time.ts';
import type { AssetView, ComponentView, RuleStatus } from '../../../src/domain/view.ts';
import { sampleTicket } from '../../support/ticket.ts';

const NOW = Date.UTC(2026, 10, 22);
const text = (en: string) => ({ en, zh: en });
const asset: Asset = {
  id: 'c7',
  modelId: 'm',
  siteId: 's',
  customerId: 'acme',
  tier: 'standard',
  criticality: 'medium',
  registeredBy: 'file',
  components: {},
};
const model: AssetModel = {
  id: 'm',
  name: text('Compressor'),
  metrics: [],
  indicators: [],
  components: [
    { id: 'filter', name: text('Filter'), failureModes: [] },
    { id: 'oil', name: text('Oil'), failureModes: [] },
  ],
  failureModes: [],
  rules: [],
  version: '1',
};
const rule = (more: Partial<RuleStatus> = {}): RuleStatus => ({ ruleId: 'r', kind: 'usage', mode: 'live', ...more });
const component = (more: Partial<ComponentView> = {}): ComponentView => ({
  componentId: 'filter',
  health: 'good',
  rules: [rule()],
  ...more,
});
const viewOf = (components: readonly ComponentView[], more: Partial<AssetView> = {}): AssetView => ({
  health: 'good',
  values: {},
  components,
  inMaintenance: false,
  ...more,
});
const shown = (view: AssetView, tickets: readonly Ticket[] = []) =>
  customerView({ asset, model, view, tickets, now: NOW });
const ticket = (more: Partial<Ticket> = {}) => sampleTicket({ customerId: 'acme', ...more });

describe('how the asset is', () => {
  it('follows the worst that live rules state', () => {
    const state = (...rules: RuleStatus[]) => shown(viewOf([component({ rules })])).state;
    expect(state(rule())).toBe('good');
    expect(state(rule({ severity: 'info' }), rule())).toBe('watch');
    expect(state(rule({ severity: 'info' }), rule({ severity: 'warning' }))).toBe('soon');
    expect(state(rule({ severity: 'critical' }))).toBe('urgent');
    expect(state(rule({ mode: 'observe', severity: 'critical' }), rule({ mode: 'propose', severity: 'warning' }))).toBe(
      'good',
    );
  });

  it('counts rules of the whole asset, which is no part of itself', () => {
    const view = shown(viewOf([component({ componentId: '*', rules: [rule({ severity: 'critical' })] })]));
    expect([view.state, view.components]).toEqual(['urgent', []]);
  });

  it('is not known before it was heard, and that it is serviced says more', () => {
    const silent = viewOf([component({ health: 'unknown' })], { health: 'unknown' });
    expect(shown(silent)).toMatchObject({ state: 'unknown', components: [{ state: 'unknown' }] });
    expect(shown({ ...silent, inMaintenance: true }).state).toBe('serviced');
    expect(shown(silent)).not.toHaveProperty('heardAt');
    expect(shown({ ...silent, lastReceivedAt: 5 }).heardAt).toBe(5);
  });

  it('is named by its id where it has no name', () => {
    expect(shown(viewOf([])).name).toBe('c7');
    const named = { ...asset, name: 'Hall 1' };
    expect(customerView({ asset: named, model, view: viewOf([]), tickets: [], now: NOW }).name).toBe('Hall 1');
  });
});

describe('its parts', () => {
  it('say how they are and how long they last, and nothing else', () => {
    const forecast = { basis: 'usage', p10: NOW + 9 * DAY, p50: NOW + 20 * DAY, p90: null } as const;
    const rules = [rule({ severity: 'warning' })];
    const { components } = shown(viewOf([component({ forecast, wear: 0.9, used: 900, life: 1000, unit: 'h', rules })]));
    expect(components).toEqual([{ name: text('Filter'), state: 'soon', endsFrom: NOW + 9 * DAY, used: 0.9 }]);
  });

  it('have no date where none is in sight, and none in the past', () => {
    const forecast = (p10: number | null) => ({ basis: 'usage', p10, p50: null, p90: null }) as const;
    const [never, over] = [forecast(null), forecast(NOW - DAY)].map(
      (one) => shown(viewOf([component({ forecast: one, wear: 1.2 })])).components[0],
    );
    expect(never).toEqual({ name: text('Filter'), state: 'good', used: 1 });
    expect(over).toMatchObject({ endsFrom: NOW });
    expect(shown(viewOf([component({ wear: null })])).components[0]).not.toHaveProperty('used');
  });

  it('are left out where no live rule watches them', () => {
    const tried = component({ rules: [rule({ mode: 'observe', severity: 'critical' })] });
    const { components } = shown(viewOf([tried, component({ componentId: 'oil', rules: [] })]));
    expect(components).toEqual([]);
  });
});

describe('its tickets', () => {
  it('are those of its customer that somebody stands for', () => {
    const hidden = [
      ticket({ customerId: 'other' }),
      sampleTicket(),
      ticket({ status: 'proposed' }),
      ticket({ status: 'cancelled' }),
      ticket({ status: 'closed', closing: { outcome: 'cleared-unconfirmed', unreleased: true } }),
      ticket({ failureModeId: 'low-rating' }),
      ticket({ failureModeId: 'contract-ends' }),
      ticket({ failureModeId: 'installation-unknown' }),
    ];
    const seen = [ticket(), ticket({ status: 'closed' }), ticket({ failureModeId: 'reported', origin: 'customer' })];
    expect(customerTickets(asset, [...hidden, ...seen])).toEqual(seen);
    const { customerId: _, ...own } = asset;
    expect(customerTickets(own, hidden)).toEqual([sampleTicket()]);
  });

  it.each([
    ['open', 'received'],
    ['acknowledged', 'accepted'],
    ['deferred', 'accepted'],
    ['scheduled', 'planned'],
    ['in-progress', 'planned'],
    ['resolved', 'done'],
    ['awaiting-outcome', 'done'],
  ] as const)('that are %s have come to %s', (status, step) => {
    expect(shown(viewOf([]), [ticket({ status })]).tickets[0]).toMatchObject({ step, waitsForCustomer: false });
  });

  it('tell when somebody comes, what they wait for and until when, and nothing internal', () => {
    const facts = {
      scheduledFor: NOW + DAY,
      person: 'Ann',
      team: 'field',
      externalId: '4711',
      waiting: { since: NOW, reason: 'they never pick up', by: 'ann' },
      deferral: { until: NOW + 9 * DAY, reason: 'internal' },
    };
    const [planned, begun, deferred, open] = (['scheduled', 'in-progress', 'deferred', 'open'] as const).map(
      (status) => shown(viewOf([]), [ticket({ ...facts, status })]).tickets[0]!,
    );
    const { number, title, openedAt } = ticket();
    const base = { number, title, openedAt, waitsForCustomer: true };
    expect(planned).toEqual({ ...base, step: 'planned', underWay: false, visitAt: NOW + DAY });
    expect(begun).toEqual({ ...base, step: 'planned', underWay: true, visitAt: NOW + DAY });
    expect(deferred).toEqual({ ...base, step: 'accepted', underWay: false, putOffUntil: NOW + 9 * DAY });
    expect(open).toEqual({ ...base, step: 'received', underWay: false });
  });

  it('of a storm do not say who else is out', () => {
    const storm = ticket({ failureModeId: 'storm', title: text('12 assets of acme and others') });
    expect(titleOf(storm).en).toBe('Loss of power or connection on site');
    expect(shown(viewOf([]), [storm]).tickets[0]!.title.zh).toBe('现场断电或通信中断');
  });
});

describe('closed tickets', () => {
  const closed = (number: number, daysAgo: number) =>
    ticket({ number, status: 'closed', closedAt: NOW - daysAgo * DAY, closing: { outcome: 'worn-as-expected' } });

  it('are the last five, for a while', () => {
    const all = [
      closed(1, 1),
      closed(2, 29),
      closed(3, 2),
      closed(4, 30),
      ticket(),
      ...[3, 4, 5].map((d) => closed(d + 2, d)),
    ];
    expect(lastClosed(all, 30 * DAY, NOW).map(({ number }) => number)).toEqual([1, 3, 5, 6, 7]);
    expect(lastClosed(all.slice(0, 4), 30 * DAY, NOW).map(({ number }) => number)).toEqual([1, 3, 2]);
    expect(shown(viewOf([]), all).tickets).toHaveLength(1);
  });

  it('are rated where somebody worked on them', () => {
    expect(isRated(closed(1, 1))).toBe(true);
    expect(isRated({ ...closed(1, 1), closing: { outcome: 'cleared-unconfirmed' } })).toBe(false);
  });
});
