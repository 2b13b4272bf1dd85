import { expect, it } from 'vitest';
import type { Changes } from '../../../../src/ports/changes.ts';
import { asset, finding, T0, ticket, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const LIMIT = 100;

/** @param sideBySide whether transactions run at the same time */
export function describeChanges(harness: GetHarness, sideBySide: boolean): void {
  const database = () => harness().database;
  const told = (changes: Changes | undefined) => changes?.changes.map(({ kind, id }) => `${kind} ${id}`);
  const register = (...ids: string[]) => database().assets.save(ids.map((id) => asset(id)));

  it('tells of each thing once, as it was last, in the order of the log', async () => {
    await register('a', 'b');
    const place = await database().changes.place();
    const opened = (await database().tickets.insert(ticket({ assetId: 'a1' })))!;
    await database().tickets.update(opened.id, 1, { status: 'acknowledged' });
    await database().findings.record(finding(), T0);
    await database().assets.save([asset('b', { siteId: 'south' })]);
    const found = await database().changes.since(place, LIMIT);
    expect(told(found)).toEqual([`ticket ${opened.id}`, expect.stringMatching(/^finding /), 'asset b']);
    expect(found!.changes[0]).toMatchObject({ assetId: 'a1', body: { version: 2, status: 'acknowledged' } });
    expect(await database().changes.since(found!.place, LIMIT)).toMatchObject({ changes: [] });
  });

  it('tells of a state only what a person would call a change', async () => {
    const save = (change: Parameters<typeof view>[0]) =>
      database().states.save([{ assetId: 'a', time: T0, state: '{}', view: view(change) }]);
    const component = (wear: number) => [{ componentId: 'filter', health: 'good' as const, wear, rules: [] }];
    await save({ components: component(0.5) });
    let place = await database().changes.place();
    const changed = async (change: Parameters<typeof view>[0]) => {
      await save(change);
      const found = (await database().changes.since(place, LIMIT))!;
      place = found.place;
      return found.changes.map(({ body }) => body);
    };
    expect(await changed({ lastReceivedAt: T0 + 1, components: component(0.501) })).toEqual([]);
    expect(await changed({ components: component(0.51) })).toMatchObject([{ wear: 0.51, health: 'good' }]);
    expect(await changed({ components: component(0.51), health: 'warning' })).toMatchObject([{ health: 'warning' }]);
    expect(await changed({ components: component(0.51), health: 'warning', inMaintenance: true })).toHaveLength(1);
  });

  it('goes on after any change of a reading, up to any place, with nothing missed and nothing twice', async () => {
    const place = await database().changes.place();
    await register('a', 'b', 'c', 'd');
    const first = (await database().changes.since(place, LIMIT))!;
    await register('e');
    const second = (await database().changes.since(first.place, LIMIT))!;
    await register('f');
    expect(told(await database().changes.since(first.changes[1]!.place, LIMIT, second.place))).toEqual([
      ...['asset c', 'asset d', 'asset e'],
    ]);
    expect(told(await database().changes.since(first.changes[3]!.place, LIMIT))).toEqual(['asset e', 'asset f']);
    const half = (await database().changes.since(first.changes[2]!.place, LIMIT))!;
    expect(told(half)).toEqual(['asset d', 'asset e', 'asset f']);
    for (const [at, { place }] of half.changes.entries())
      expect(told(await database().changes.since(place, LIMIT))).toEqual(told(half)!.slice(at + 1));
  });

  it('does not say what it does not know: too much, pruned, or a place of another log', async () => {
    const place = await database().changes.place();
    await register('a', 'b');
    expect(await database().changes.since(place, 1)).toBeUndefined();
    expect(told(await database().changes.since(place, 2))).toEqual(['asset a', 'asset b']);
    const after = await database().changes.place();
    await database().changes.prune(Date.now() + 60_000);
    expect(await database().changes.since(place, LIMIT)).toBeUndefined();
    expect(await database().changes.since(after, LIMIT)).toMatchObject({ changes: [] });
    await register('c');
    expect(told(await database().changes.since(after, LIMIT))).toEqual(['asset c']);
    for (const wrong of ['', 'x', '7', '9:7:', '5:9:9', '5:9:7,6', '0:1:', `${'9'.repeat(18)}:${'9'.repeat(18)}:`])
      expect(await database().changes.since(wrong, LIMIT), wrong).toBeUndefined();
    for (const wrong of [`${after};`, `${after};${after}`, `${after};${after};x`, `${after};${after};1;2`])
      expect(await database().changes.since(wrong, LIMIT), wrong).toBeUndefined();
  });

  if (!sideBySide) return;
  it('tells of what was begun before a reading and committed after it', async () => {
    const start = await database().changes.place();
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written = (): void => undefined;
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const slow = database().transaction(async (tx) => {
      await tx.tickets.insert(ticket());
      written();
      await held;
    });
    await isWritten;
    await register('quick');
    const first = (await database().changes.since(start, LIMIT))!;
    expect(told(first)).toEqual(['asset quick']);
    commit();
    await slow;
    await register('later');
    const opened = expect.stringMatching(/^ticket /);
    expect(told(await database().changes.since(first.place, LIMIT))).toEqual([opened, 'asset later']);
    expect(told(await database().changes.since(first.changes[0]!.place, LIMIT))).toEqual([opened, 'asset later']);
    expect(told(await database().changes.since(start, LIMIT))).toEqual([opened, 'asset quick', 'asset later']);
  });
}
