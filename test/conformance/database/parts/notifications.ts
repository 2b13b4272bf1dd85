import { expect, it } from 'vitest';
import type { NewNotification } from '../../../../src/ports/notifications.ts';
import { insertTicket, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const LONG = 60_000;

export function describeNotifications(harness: GetHarness): void {
  const repository = () => harness().database.notifications;
  const row = (ticketId: string, id: string, change: Partial<NewNotification> = {}): NewNotification => ({
    id,
    routeId: 'north',
    ticketId,
    entryId: `entry of ${id}`,
    event: 'opened',
    text: 'rule 滤芯 \\ "x"',
    by: 'fettle',
    createdAt: T0,
    dueAt: T0,
    held: false,
    ...change,
  });
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  it('are told once by each route', async () => {
    const ticketId = await insertTicket(harness().database);
    const first = row(ticketId, 'a');
    await repository().add([first, row(ticketId, 'b', { routeId: 'south', entryId: first.entryId })]);
    await repository().add([row(ticketId, 'c', { entryId: first.entryId })]);
    await repository().add([]);
    expect(await repository().get('a')).toStrictEqual({ ...first, status: 'pending', attempts: 0 });
    expect(await repository().get('c')).toBeUndefined();
    expect(ids(await readAll((page) => repository().list({}, page), 1))).toEqual(['b', 'a']);
    expect(ids(await readAll((page) => repository().list({ routeId: 'south' }, page), 9))).toEqual(['b']);
    expect(await readAll((page) => repository().list({ status: 'failed' }, page), 9)).toEqual([]);
    expect(await repository().counts()).toEqual({ pending: 2, sent: 0, failed: 0 });
  });

  it('are given to one at a time; what a route has held back that is due together', async () => {
    const ticketId = await insertTicket(harness().database);
    await repository().add([
      row(ticketId, 'a', { held: true, createdAt: T0 + 1 }),
      row(ticketId, 'b', { held: true }),
      row(ticketId, 'later', { held: true, dueAt: T0 + 9 }),
      row(ticketId, 'alone'),
      row(ticketId, 'other', { held: true, routeId: 'south' }),
    ]);
    expect(ids(await repository().due(T0, 9))).toEqual(['a', 'alone', 'b', 'other']);
    const [a, alone] = [(await repository().get('a'))!, (await repository().get('alone'))!];
    const claims = await Promise.all([0, 1].map(() => repository().claim(a, T0, LONG)));
    expect(claims.map(ids).sort()).toEqual([[], ['b', 'a']]);
    expect(ids(await repository().claim(alone, T0, -1))).toEqual(['alone']);
    expect(ids(await repository().claim(alone, T0, LONG))).toEqual(['alone']);
    await repository().postpone(['a', 'b'], T0 + 5);
    expect(ids(await repository().due(T0 + 5, 9))).toEqual(['alone', 'other', 'a', 'b']);
    expect(ids(await repository().claim(a, T0 + 5, LONG))).toEqual(['b', 'a']);
  });

  it('are sent for good, or fail until they are retried', async () => {
    const ticketId = await insertTicket(harness().database);
    await repository().add([row(ticketId, 'a'), row(ticketId, 'b')]);
    await repository().attemptFailed(['a', 'b'], 'busy', false);
    await repository().attemptFailed(['b'], 'gone \0', true);
    expect(await repository().get('b')).toMatchObject({ status: 'failed', attempts: 2, lastError: 'gone \u{FFFD}' });
    await repository().sent(['a'], T0 + 3);
    await repository().attemptFailed(['a'], 'late', true);
    expect(await repository().get('a')).toMatchObject({ status: 'sent', attempts: 2, sentAt: T0 + 3 });
    expect(await repository().retry('a', T0 + 7)).toBe(false);
    expect(await repository().retry('b', T0 + 7)).toBe(true);
    expect(await repository().retry('b', T0 + 8)).toBe(false);
    expect(await repository().get('b')).toMatchObject({ status: 'pending', dueAt: T0 + 7 });
    expect(await repository().counts()).toEqual({ pending: 1, sent: 1, failed: 0 });
  });
}
