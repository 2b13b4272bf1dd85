import { expect, it } from 'vitest';
import type { TimerKind } from '../../../../src/domain/ticketTimers.ts';
import { insertTicket, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeTimers(harness: GetHarness): void {
  const database = () => harness().database;
  const timer = (ticketId: string, id: string, kind: TimerKind, dueAt: number) => ({ id, ticketId, kind, dueAt });
  const ids = (timers: readonly { id: string }[]) => timers.map(({ id }) => id);

  it('are one of a kind for a ticket, and get another id when they move', async () => {
    const ticketId = await insertTicket(database());
    const [warning, breach] = [
      timer(ticketId, 'w', 'response-warning', T0 + 1),
      timer(ticketId, 'b', 'response-breach', T0 + 2),
    ];
    const { timers } = database();
    expect(await timers.set(ticketId, [warning, breach], T0)).toEqual([warning, breach]);
    expect(
      await timers.set(
        ticketId,
        [
          { ...warning, id: 'w2' },
          { ...breach, id: 'b2', dueAt: T0 + 9 },
        ],
        T0,
      ),
    ).toEqual([{ ...breach, id: 'b2', dueAt: T0 + 9 }]);
    expect(await timers.of(ticketId)).toEqual([warning, { ...breach, id: 'b2', dueAt: T0 + 9 }]);
    expect(await timers.get('b')).toBeUndefined();
    await timers.set(ticketId, [{ ...breach, id: 'b3', dueAt: T0 + 9 }], T0);
    expect(ids(await timers.of(ticketId))).toEqual(['b2']);
    expect(await timers.set(ticketId, [], T0)).toEqual([]);
    expect(await timers.of(ticketId)).toEqual([]);
  });

  it('are due at their time, the earliest first', async () => {
    const { timers } = database();
    const [one, two] = [await insertTicket(database()), await insertTicket(database())];
    await timers.set(one, [timer(one, 'a', 'do-by', T0 + 2), timer(one, 'c', 'deferral-end', T0 + 3)], T0);
    await timers.set(two, [timer(two, 'b', 'do-by', T0 + 1)], T0);
    expect(ids(await timers.due(T0 + 2, 10))).toEqual(['b', 'a']);
    expect(ids(await timers.due(T0 + 9, 2))).toEqual(['b', 'a']);
    expect(await timers.due(T0, 10)).toEqual([]);
  });

  it('fire once, not before their time, and not when the transaction fails', async () => {
    const { timers } = database();
    const ticketId = await insertTicket(database());
    await timers.set(ticketId, [timer(ticketId, 'x', 'do-by', T0 + 5)], T0);
    expect(await timers.fire('x', T0 + 4)).toBe(false);
    const failed = database().transaction(async (tx) => {
      expect(await tx.timers.fire('x', T0 + 5)).toBe(true);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const fired = await Promise.all([timers.fire('x', T0 + 5), timers.fire('x', T0 + 5), timers.fire('x', T0 + 6)]);
    expect(fired.filter(Boolean)).toHaveLength(1);
    expect([await timers.of(ticketId), await timers.due(T0 + 99, 9), await timers.get('x')]).toEqual([
      [],
      [],
      undefined,
    ]);
  });

  it('that have fired are armed again only for a time that is to come', async () => {
    const { timers } = database();
    const ticketId = await insertTicket(database());
    await timers.set(ticketId, [timer(ticketId, 'x', 'do-by', T0 + 5)], T0);
    await timers.fire('x', T0 + 6);
    expect(await timers.set(ticketId, [timer(ticketId, 'y', 'do-by', T0 + 6)], T0 + 7)).toEqual([]);
    expect(await timers.set(ticketId, [], T0 + 7)).toEqual([]);
    expect(await timers.set(ticketId, [timer(ticketId, 'y', 'do-by', T0 + 6.5)], T0 + 7)).toEqual([]);
    expect(ids(await timers.set(ticketId, [timer(ticketId, 'z', 'do-by', T0 + 8)], T0 + 7))).toEqual(['z']);
  });
}
