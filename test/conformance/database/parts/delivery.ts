import { beforeEach, expect, it } from 'vitest';
import type { ApiKey } from '../../../../src/ports/database.ts';
import { deadLetter, insertTicket, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeDelivery(harness: GetHarness): void {
  const outbox = () => harness().database.outbox;
  const letters = () => harness().database.deadLetters;
  const keys = () => harness().database.keys;
  const settings = () => harness().database.settings;
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  let ticketId: string;
  beforeEach(async () => {
    ticketId = await insertTicket(harness().database);
  });
  const attemptFailed = async (id: string, error: string, final: boolean) =>
    outbox().attemptFailed((await outbox().claim(id, 60_000))!, error, final);
  const add = (id: string, createdAt = T0, key = `key ${id}`) =>
    outbox().add({ id, ticketId, event: 'ticket.opened', key, createdAt });

  it('keeps outbox rows pending, the oldest first', async () => {
    await add('2', T0 + 1);
    await add('3', T0);
    await add('1', T0 + 1);
    expect(idsOf(await outbox().pending(9))).toEqual(['3', '1', '2']);
    expect(idsOf(await outbox().pending(1))).toEqual(['3']);
    const row = {
      id: '3',
      ticketId,
      event: 'ticket.opened',
      key: 'key 3',
      status: 'pending',
      createdAt: T0,
      attempts: 0,
    };
    expect(await outbox().get('3')).toStrictEqual(row);
    expect(await outbox().get('unknown')).toBeUndefined();
  });

  it('knows whose turn it is: the opening of the ticket, also by a clock that was put back, else the oldest', async () => {
    expect(await outbox().nextOf(ticketId)).toBeUndefined();
    const tell = (id: string, event: 'ticket.opened' | 'ticket.updated', createdAt: number) =>
      outbox().add({ id, ticketId, event, key: id, createdAt });
    await tell('2', 'ticket.updated', T0 - 1);
    await tell('3', 'ticket.opened', T0);
    await tell('1', 'ticket.updated', T0);
    const turns: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const id = await outbox().nextOf(ticketId);
      turns.push(id);
      if (id !== undefined) await outbox().delivered(id, T0);
    }
    expect(turns).toEqual(['3', '2', '1', undefined]);
  });

  it('counts attempts, fails a row at the final one, and makes it pending again', async () => {
    await add('1');
    await attemptFailed('1', 'HTTP 500 \0 ü', false);
    expect(await outbox().get('1')).toMatchObject({ status: 'pending', attempts: 1, lastError: 'HTTP 500 \uFFFD ü' });
    expect(await outbox().retry('1')).toBe(false);
    await attemptFailed('1', 'HTTP 404', true);
    expect(await outbox().get('1')).toMatchObject({ status: 'failed', attempts: 2, lastError: 'HTTP 404' });
    expect(await outbox().pending(9)).toEqual([]);
    expect(await outbox().retry('1')).toBe(true);
    expect(idsOf(await outbox().pending(9))).toEqual(['1']);
    expect(await outbox().retry('unknown')).toBe(false);
  });

  it('keeps everybody off a row for a while after an attempt that failed, where that is asked for', async () => {
    await add('1');
    await outbox().attemptFailed((await outbox().claim('1', 60_000))!, 'unclear', false, 60_000);
    expect(await outbox().get('1')).toMatchObject({ status: 'pending', attempts: 1, lastError: 'unclear' });
    expect(await outbox().claim('1', 60_000)).toBeUndefined();
    await add('2');
    await outbox().attemptFailed((await outbox().claim('2', 60_000))!, 'unclear', false, -1);
    expect(await outbox().claim('2', 60_000)).toMatchObject({ id: '2' });
  });

  it('counts the deliveries of a ticket that have the same key', async () => {
    for (const [id, key] of [
      ['1', 'e:updated:x'],
      ['2', 'e:updated:xy'],
      ['3', 'e:updated:x'],
      ['4', 'e:updated:x'],
      ['5', 'e:updated'],
    ]) {
      await add(id!, T0, key);
    }
    const keysOf = await Promise.all(['1', '2', '3', '4'].map(async (id) => (await outbox().get(id))?.key));
    expect(keysOf).toEqual(['e:updated:x', 'e:updated:xy', 'e:updated:x:2', 'e:updated:x:3']);
    await expect(add('1', T0, 'other')).rejects.toThrow();
  });

  it('keeps a delivered row delivered', async () => {
    await add('1');
    const claim = await outbox().claim('1', 60_000);
    expect(await outbox().delivered('1', T0 + 0.001)).toBe(true);
    expect(await outbox().delivered('1', T0 + 5)).toBe(false);
    expect(await outbox().attemptFailed(claim!, 'a second worker failed', true)).toBe(false);
    expect(await outbox().get('1')).toMatchObject({ status: 'delivered', attempts: 1, deliveredAt: T0 + 0.001 });
    expect(await outbox().retry('1')).toBe(false);
  });

  it('lists the outbox newest first by status and ticket, and counts it', async () => {
    expect(await outbox().counts()).toEqual({ pending: 0, delivered: 0, failed: 0 });
    for (let n = 1; n <= 5; n += 1) await add(String(n), T0 + Math.floor(n / 2));
    await outbox().delivered('2', T0);
    await attemptFailed('3', 'no', true);
    expect(await outbox().counts()).toEqual({ pending: 3, delivered: 1, failed: 1 });
    const seen = await readAll(
      (page) => outbox().list({}, page),
      2,
      (page) => add(`new ${page}`, T0 + 9),
    );
    expect(idsOf(seen)).toEqual(['5', '4', '3', '2', '1']);
    expect(idsOf((await outbox().list({ status: 'failed' }, { limit: 9 })).items)).toEqual(['3']);
    expect((await outbox().list({ ticketId: 'unknown' }, { limit: 9 })).items).toEqual([]);
    expect((await outbox().list({ ticketId, status: 'delivered' }, { limit: 9 })).items).toHaveLength(1);
  });

  it('keeps dead letters byte for byte, each id once', async () => {
    const full = deadLetter('1', { sourceId: 's', assetId: 'a', metric: 'm', at: T0 + 0.001 });
    const bare = deadLetter('2', { payload: new Uint8Array(), payloadBytes: 10_000_000 });
    await letters().add([]);
    await letters().add([full]);
    await letters().add([{ ...full, detail: 'another' }, bare]);
    expect(await letters().get('1')).toStrictEqual(full);
    expect(await letters().get('2')).toStrictEqual(bare);
    expect(await letters().get('unknown')).toBeUndefined();
    expect(await letters().countByReason()).toEqual({ malformed: 2 });
  });

  it('groups the newest dead letters of a reason by what they are of, the largest group first', async () => {
    const unknown = (id: string, at: number, change = {}) =>
      deadLetter(id, { reason: 'unknown-metric', at, sourceId: 's', assetId: 'a1', metric: 'x', ...change });
    await letters().add([
      unknown('1', T0),
      unknown('2', T0 + 2),
      unknown('3', T0 + 1),
      unknown('4', T0 + 3, { metric: 'y' }),
      deadLetter('5', { reason: 'unknown-topic', at: T0 + 4 }),
    ]);
    const of = { topic: 'acme/north/a1/telemetry', sourceId: 's', assetId: 'a1' };
    expect(await letters().groups('unknown-metric', 9, 2)).toStrictEqual([
      {
        ...of,
        ...{ metric: 'x', count: 3, firstAt: T0, lastAt: T0 + 2 },
        newest: [
          { id: '2', at: T0 + 2 },
          { id: '3', at: T0 + 1 },
        ],
      },
      { ...of, metric: 'y', count: 1, firstAt: T0 + 3, lastAt: T0 + 3, newest: [{ id: '4', at: T0 + 3 }] },
    ]);
    expect((await letters().groups('unknown-metric', 2, 1)).map(({ count, metric }) => [metric, count])).toEqual([
      ['x', 1],
      ['y', 1],
    ]);
    const { topic } = of;
    expect(await letters().groups('unknown-topic', 9, 1)).toStrictEqual([
      { topic, count: 1, firstAt: T0 + 4, lastAt: T0 + 4, newest: [{ id: '5', at: T0 + 4 }] },
    ]);
    expect(await letters().groups('malformed', 9, 1)).toEqual([]);
    expect(idsOf(await letters().getAll(['1', '5', 'gone'])).sort()).toEqual(['1', '5']);
    expect(await letters().getAll([])).toEqual([]);
  });

  it('keeps a dead letter whose text PostgreSQL can not hold', async () => {
    const topic = 'quote " \\ {a,b} NULL half \uD83D zero \0';
    await letters().add([deadLetter('1', { topic, detail: '\0', metric: 'NULL', assetId: '' })]);
    const stored = { topic: topic.replace('\uD83D', '\uFFFD').replace('\0', '\uFFFD'), detail: '\uFFFD' };
    expect(await letters().get('1')).toMatchObject({ ...stored, metric: 'NULL', assetId: '' });
    expect((await letters().list({ topic }, { limit: 1 })).items).toHaveLength(1);
  });

  it('takes a thousand dead letters at once, with the longest topic MQTT allows', async () => {
    const topic = 't'.repeat(65_535);
    await letters().add([deadLetter('long', { topic })]);
    await letters().add(Array.from({ length: 1000 }, (_, n) => deadLetter(`d${n}`)));
    expect(await letters().countByReason()).toEqual({ malformed: 1001 });
    expect((await letters().list({ topic }, { limit: 9 })).items).toHaveLength(1);
  });

  it('lists dead letters newest first by reason, asset and topic, and discards one', async () => {
    for (let n = 1; n <= 5; n += 1) await letters().add([deadLetter(String(n), { at: T0 + Math.floor(n / 2) })]);
    await letters().add([deadLetter('x', { at: T0 - 1, reason: 'unknown-asset', assetId: 'a', topic: 'other' })]);
    expect(await letters().countByReason()).toEqual({ malformed: 5, 'unknown-asset': 1 });
    const seen = await readAll(
      (page) => letters().list({}, page),
      2,
      (page) => letters().add([deadLetter(`new ${page}`, { at: T0 + 9 })]),
    );
    expect(idsOf(seen)).toEqual(['5', '4', '3', '2', '1', 'x']);
    for (const filter of [{ reason: 'unknown-asset' }, { assetId: 'a' }, { topic: 'other' }]) {
      expect(idsOf((await letters().list(filter, { limit: 9 })).items)).toEqual(['x']);
    }
    expect(await letters().discard('x')).toBe(true);
    expect(await letters().discard('x')).toBe(false);
  });

  it('prunes the oldest dead letters beyond a number', async () => {
    await letters().add([2, 1, 4, 3].map((n) => deadLetter(String(n), { at: T0 + n })));
    expect(await letters().prune(4)).toBe(0);
    expect(await letters().prune(3)).toBe(1);
    expect(await letters().get('1')).toBeUndefined();
    expect(await letters().prune(0)).toBe(3);
    expect(await letters().countByReason()).toEqual({});
  });

  it('keeps API keys by name and finds them by hash', async () => {
    const key: ApiKey = { id: '1', name: 'desk', role: 'agent', hash: 'aa', createdAt: T0 };
    await keys().save(key);
    const ofSource: ApiKey = { ...key, name: 'admin', role: 'device', sourceId: 'lora', hash: 'bb' };
    await keys().save(ofSource);
    expect(await keys().findByHash('aa')).toStrictEqual(key);
    expect(await keys().findByHash('bb')).toStrictEqual(ofSource);
    const renewed: ApiKey = { ...key, id: '2', role: 'viewer', hash: 'cc' };
    await keys().save(renewed);
    expect(await keys().findByHash('aa')).toBeUndefined();
    expect((await keys().list()).map(({ name }) => name)).toEqual(['admin', 'desk']);
    expect(await keys().list()).toContainEqual(renewed);
    expect(await keys().revoke('desk')).toBe(true);
    expect(await keys().revoke('desk')).toBe(false);
    expect(await keys().findByHash('cc')).toBeUndefined();
  });

  it.each([
    [true],
    [0],
    [''],
    ['text'],
    [null],
    [T0],
    [[1, 'a', []]],
    [{ en: 'é', nested: { list: [1] } }],
  ])('keeps the setting %j', async (value) => {
    await settings().set('s', 'before');
    await settings().set('s', value);
    expect(await settings().get('s')).toStrictEqual(value);
  });

  it('finds settings by prefix, letter by letter, and removes them', async () => {
    await settings().set('rule_a', 1);
    await settings().set('rule_b', 2);
    await settings().set('ruleXc', 3);
    expect(await settings().withPrefix('rule_')).toEqual(
      new Map([
        ['rule_a', 1],
        ['rule_b', 2],
      ]),
    );
    expect((await settings().withPrefix('')).size).toBe(3);
    await settings().remove('rule_a');
    await settings().remove('rule_a');
    expect(await settings().get('rule_a')).toBeUndefined();
  });
}
