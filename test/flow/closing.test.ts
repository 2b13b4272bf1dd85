import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 30 * DAY;
const ASSETS = ['stays', 'waits', 'replaced', 'said-before', 'hot', 'moves-to'];

const fettle = useFettle(() => ({ assets: ASSETS.map((id) => rigAsset(id, T0 - 60 * DAY)) }));

const iso = (time: number) => new Date(time).toISOString();
const close = (id: string, closing: object) => fettle.api.post<TicketDocument>(`/tickets/${id}/close`, closing);
const events = (asset: string) =>
  fettle.api.all<{ type: string; at: string } & Record<string, unknown>>(`/assets/${asset}/events`);

/** The hour meter goes on by an hour an hour. */
async function run(asset: string, from: number, to: number, at: number): Promise<void> {
  for (let hours = from; hours <= to; hours += 5) {
    await fettle.send(asset, { ts: at + (hours - from) * HOUR, hours });
  }
  await fettle.settled();
}

async function wornOut(asset: string): Promise<TicketDetail> {
  await run(asset, 890, 910, T0);
  return fettle.ticket(asset);
}

async function filterOf(asset: string) {
  const { state } = await fettle.api.get<{ state: { components: { componentId: string }[] } }>(`/assets/${asset}`);
  return state.components.find(({ componentId }) => componentId === 'filter');
}

describe('a worn part that stays', () => {
  it('is not closed before it is said what becomes of it', async () => {
    const { id, kind } = await wornOut('stays');
    expect(kind).toBe('planned');
    await expect(close(id, { outcome: 'worn-as-expected' })).rejects.toThrow(/422.*worn and stays.*"\/body\/extendBy"/);
    for (const [closing, path] of [
      [{ extendBy: {} }, '/extendBy'],
      [{ extendBy: { calendarSeconds: 60 } }, '/extendBy/calendarSeconds'],
      [{ extendBy: { usage: 1 }, deferUntil: iso(Date.now() + DAY) }, '/deferUntil'],
      [{ extendBy: { usage: 1 }, replaced: { at: iso(T0) } }, '/extendBy'],
      [{ deferUntil: iso(T0) }, '/deferUntil'],
      [{ extendBy: { usage: 1 }, found: 'critical' }, '/found'],
    ] as const) {
      await expect(close(id, { outcome: 'worn-as-expected', ...closing })).rejects.toThrow(`"path":"/body${path}"`);
    }
    expect((await fettle.ticket('stays')).status).toBe('open');
  });

  it('is judged by the longer life that it is given, and found again at its end', async () => {
    const { id } = await fettle.ticket('stays');
    const closing = { outcome: 'worn-as-expected', note: 'looks well', extendBy: { usage: 500 }, labourMinutes: 20 };
    expect(await close(id, closing)).toMatchObject({ status: 'closed', closing });
    await fettle.settled();
    expect(await filterOf('stays')).toMatchObject({ life: 1500, used: 910, health: 'good' });
    const [extension] = (await events('stays')).filter(({ type }) => type === 'life-extended');
    expect(extension).toMatchObject({ componentId: 'filter', usage: { amount: 500, unit: 'h' }, ticketId: id });

    await run('stays', 915, 1345, T0 + DAY);
    expect(await fettle.tickets('stays')).toHaveLength(1);
    await run('stays', 1350, 1355, T0 + 20 * DAY);
    const tickets = await fettle.tickets('stays');
    expect(tickets).toMatchObject([
      { status: 'closed' },
      { status: 'open', recurrenceOf: id, evidence: { life: 1500 } },
    ]);
  });

  it('is deferred where it waits: nothing is closed, nothing scored', async () => {
    const { id } = await wornOut('waits');
    const deferUntil = iso(Date.now() + 10 * DAY);
    const ticket = await close(id, { outcome: 'worn-as-expected', note: 'with the shutdown', deferUntil });
    expect(ticket).toMatchObject({
      status: 'deferred',
      deferral: { until: deferUntil, reason: 'worn-as-expected: with the shutdown' },
    });
    expect(ticket).not.toHaveProperty('closing');
    expect((await events('waits')).map(({ type }) => type)).not.toContain('ticket-closed');
  });
});

describe('a part that was replaced', () => {
  it('is told of with its condition, its successor, labour and parts', async () => {
    const { id } = await wornOut('replaced');
    const closing = {
      outcome: 'failure-found',
      found: 'degraded',
      replaced: { at: iso(T0 + 10 * HOUR), reading: 900, serial: 'F-8', removed: 'failed' },
      labourMinutes: 45,
      parts: [{ number: 'FLT-9', quantity: 1, serial: 'F-8' }],
    };
    expect(await close(id, closing)).toMatchObject({ status: 'closed', closing });
    await fettle.settled();
    const [replacement] = (await events('replaced')).filter(({ type }) => type === 'component-replaced');
    expect(replacement).toMatchObject({ ...closing.replaced, componentId: 'filter' });
    expect(await filterOf('replaced')).toMatchObject({ used: 10, life: 1000 });
  });

  it('as an event of the asset ends its ticket; another part of the asset does not', async () => {
    const { id } = await wornOut('said-before');
    const at = iso(T0 + 15 * HOUR);
    await fettle.api.post('/assets/said-before/events', { type: 'component-replaced', componentId: 'belt', at });
    await expect(close(id, { outcome: 'worn-as-expected' })).rejects.toThrow('worn and stays');
    await fettle.api.post('/assets/said-before/events', { type: 'component-replaced', componentId: 'filter', at });
    await fettle.settled();
    expect(await fettle.ticket('said-before')).toMatchObject({
      status: 'closed',
      closing: { outcome: 'replaced-detected' },
    });
  });
});

it('a serialised part takes its age along to another asset', async () => {
  // F-8 went into 'replaced' at 900 h, and comes out of it at 910.
  await run('moves-to', 20, 30, T0);
  const out = {
    type: 'component-replaced',
    componentId: 'filter',
    at: iso(T0 + 20 * HOUR),
    reading: 910,
    removed: 'sound',
  };
  await fettle.api.post('/assets/replaced/events', out);
  const into = { type: 'component-replaced', componentId: 'filter', at: iso(T0 + 8 * HOUR), serial: 'F-8' };
  await expect(fettle.api.post('/assets/moves-to/events', into)).resolves.not.toHaveProperty('age');
  const later = { ...into, at: iso(T0 + 25 * HOUR), reading: 30 };
  const moved = await fettle.api.post('/assets/moves-to/events', later);
  expect(moved).toMatchObject({ age: { since: iso(T0 + 10 * HOUR), usage: { amount: 10, unit: 'h' } } });
  await fettle.settled();
  expect(await filterOf('moves-to')).toMatchObject({ used: 10 });
});

it('only what wears is given more life', async () => {
  for (const [at, temperature] of [82, 83, 84].entries()) {
    await fettle.send('hot', { ts: T0 + at * MINUTE, temperature });
  }
  await fettle.settled();
  const { id } = await fettle.ticket('hot');
  const extended = close(id, { outcome: 'other-cause', extendBy: { usage: 10 } });
  await expect(extended).rejects.toThrow('only what wears by use or age');
  expect((await close(id, { outcome: 'failure-found', found: 'incipient' })).status).toBe('closed');
});
