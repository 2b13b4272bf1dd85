import { expect, it } from 'vitest';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { DAY } from '../../../src/domain/time.ts';
import type { ComponentView } from '../../../src/domain/view.ts';
import { othersText, type VisitedAsset, visitOf } from '../../../src/domain/visit.ts';
import { parsedRig } from '../../support/parsedRig.ts';

const NOW = Date.UTC(2026, 5, 1);
const MODEL = parsedRig();
const days = (p10: number | null) => ({ p10: p10 === null ? null : NOW + p10 * DAY, p50: null, p90: null });

function component(componentId: string, more: Partial<ComponentView>): ComponentView {
  return { componentId, health: 'good', rules: [], ...more };
}

function asset(id: string, ...components: ComponentView[]): VisitedAsset {
  const view = { health: 'good' as const, values: {}, inMaintenance: false, components };
  return { id, name: `Rig ${id}`, model: MODEL, view };
}

let number = 0;
function ticket(assetId: string, componentId: string, more: Partial<Ticket> = {}): Ticket {
  number += 1;
  const title = { en: `${assetId} ${componentId}`, zh: '' };
  const base = {
    id: `t${number}`,
    number,
    assetId,
    componentId,
    title,
    status: 'open',
    kind: 'reactive',
    priority: 'P3',
  };
  return { ...base, ...more } as Ticket;
}

const shown = (assets: readonly VisitedAsset[], tickets: readonly Ticket[]) =>
  visitOf(assets, tickets, 30 * DAY, NOW).items.map((item) => [item.assetId, item.componentId, item.ticket?.number]);

it('offers tickets by priority and date, then what will be due within the horizon', () => {
  number = 0;
  const assets = [
    asset(
      'a',
      component('bearing', { forecast: days(20) }),
      component('filter', { forecast: days(5) }),
      component('belt', { forecast: days(31) }),
    ),
    asset(
      'b',
      component('cartridge', { wear: 0.95 }),
      component('belt', { wear: 0.8 }),
      component('filter', { forecast: days(null), wear: 0.99 }),
    ),
  ];
  const tickets = [
    ticket('a', 'asset', { priority: 'P3', solveBy: NOW + 9 * DAY }),
    ticket('b', 'bearing', { priority: 'P3', solveBy: NOW + 9 * DAY, doBy: NOW + 2 * DAY }),
    ticket('b', 'asset', { priority: 'P1' }),
    ticket('b', 'belt', { status: 'resolved' }),
    ticket('a', 'filter', { kind: 'planned', status: 'deferred', priority: 'P4' }),
  ];
  expect(shown(assets, tickets)).toEqual([
    ['b', 'asset', 3],
    ['b', 'bearing', 2],
    ['a', 'asset', 1],
    ['a', 'filter', 5],
    ['a', 'bearing', undefined],
    ['b', 'cartridge', undefined],
  ]);
});

it('says what to bring, all together, and which teams it takes', () => {
  const part = { number: 'FLT-9', leadTimeMs: 2 * DAY };
  const service = { checklist: [], parts: [{ number: 'OIL', quantity: 2 }] };
  const tickets = [
    ticket('a', 'filter', { kind: 'planned', part, team: 'field' }),
    ticket('a', 'belt', { kind: 'planned', part, service, team: 'oil' }),
    ticket('b', 'asset', { team: 'field' }),
  ];
  const assets = [asset('a'), asset('b', component('filter', { forecast: days(3) }))];
  const { items, parts, teams } = visitOf(assets, tickets, 30 * DAY, NOW);
  expect(parts).toEqual([
    { number: 'FLT-9', quantity: 2, leadTimeMs: 2 * DAY },
    { number: 'OIL', quantity: 2 },
  ]);
  expect(teams).toEqual(['field', 'oil']);
  expect(items.at(-1)).toMatchObject({
    assetName: 'Rig b',
    title: { en: 'Filter', zh: '滤芯' },
    dueBy: NOW + 3 * DAY,
    parts: [{ number: 'FLT-9', quantity: 1 }],
  });
});

it('counts in both languages', () => {
  expect(othersText(0)).toBeUndefined();
  expect(othersText(1)!.en).toBe('1 more thing is due at this asset: do it in one visit');
  expect(othersText(2)).toEqual({
    en: '2 more things are due at this asset: do them in one visit',
    zh: '该设备还有 2 项到期：请一次上门完成',
  });
});
