import { expect, it } from 'vitest';
import { AssetTrial } from '../../../src/backtest/assetTrial.ts';
import type { AssetEvent } from '../../../src/domain/asset.ts';
import { fromMicros, MINUTE, toMicros } from '../../../src/domain/time.ts';
import { compileModel } from '../../../src/rules/model.ts';
import { parsedRig, RIG } from '../../support/parsedRig.ts';

const T0 = Date.UTC(2024, 4, 1);
const TO = T0 + 60 * MINUTE;

function closed(minute: number, by: string): AssetEvent {
  const at = T0 + minute * MINUTE;
  const about = { componentId: 'bearing', failureModeId: 'overheated', ticketId: 'T' };
  return { id: `E${minute}`, type: 'ticket-closed', assetId: 'r1', at, recordedAt: at, by, ...about };
}

/** One temperature a minute: hot up to the twentieth, and again from the fortieth on. */
async function tried(events: readonly AssetEvent[]) {
  const { tickets, rules } = await outcome(events);
  return { tickets: tickets.map(({ spells }) => spells), rule: rules.get('temperature-high') };
}

async function outcome(events: readonly AssetEvent[], reopenWithin = '7d') {
  const faults = {
    add: (_: string, __: unknown, error: unknown) => {
      throw error;
    },
  };
  const trial = new AssetTrial({
    asset: RIG,
    model: compileModel(parsedRig({ reopenWithin })),
    events,
    deaf: { within: () => 0 },
    faults,
  });
  for (let minute = 0; minute < 60; minute++) {
    const time = T0 + minute * MINUTE;
    const value = minute < 20 || minute >= 40 ? 85 : 70;
    trial.take({ assetId: 'r1', metricId: 'temperature', time, value, quality: 0, receivedAt: time });
  }
  return trial.finish(TO);
}

it('lets one ticket clear and open again', async () => {
  const spells = [
    { from: T0 + 2 * MINUTE, to: T0 + 25 * MINUTE, end: 'cleared' },
    { from: T0 + 42 * MINUTE, to: TO, end: 'standing' },
  ];
  expect(await tried([])).toEqual({ tickets: [spells], rule: spells });
});

it('has a person close after all that was known by then, even the sample that opened the ticket', async () => {
  const to = fromMicros(toMicros(T0 + 2 * MINUTE) + 1);
  const first = { from: T0 + 2 * MINUTE, to, end: 'closed' };
  const second = { from: T0 + 42 * MINUTE, to: TO, end: 'standing' };
  expect(await tried([closed(2, 'ann')])).toEqual({ tickets: [[first, second]], rule: [first, second] });
});

it('has a ticket that was reopened closed again', async () => {
  const { tickets } = await outcome([closed(2, 'ann'), closed(45, 'ann')]);
  expect(tickets.map(({ ticket }) => [ticket.status, ticket.reopened])).toEqual([['closed', 1]]);
  expect(tickets[0]!.spells.map(({ end }) => end)).toEqual(['closed', 'closed']);
});

it('opens another ticket, linked to the first, where it comes again after the time in which one is reopened', async () => {
  const { tickets } = await outcome([closed(2, 'ann')], '39m');
  expect(tickets.map(({ ticket }) => ticket.recurrenceOf)).toEqual([undefined, tickets[0]!.ticket.id]);
  expect(tickets.map(({ ticket }) => ticket.reopened)).toEqual([0, 0]);
  const sooner = await outcome([closed(2, 'ann')], '41m');
  expect(sooner.tickets.map(({ ticket }) => [ticket.status, ticket.reopened])).toEqual([['open', 1]]);
});

it('opens another ticket of a part that was replaced, however soon', async () => {
  const replaced = { id: 'R', type: 'component-replaced', assetId: 'r1', componentId: 'bearing', by: 'ann' } as const;
  const at = T0 + 10 * MINUTE;
  const { tickets } = await outcome([closed(2, 'ann'), { ...replaced, at, recordedAt: at }]);
  expect(tickets[1]!.ticket.recurrenceOf).toBe(tickets[0]!.ticket.id);
  expect(tickets.map(({ ticket }) => [ticket.status, ticket.reopened])).toEqual([
    ['closed', 0],
    ['open', 0],
  ]);
});

it('leaves out what Fettle closed by itself: these rules see to their own tickets', async () => {
  expect(await tried([closed(2, 'fettle')])).toEqual(await tried([]));
});
