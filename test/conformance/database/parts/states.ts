import { expect, it } from 'vitest';
import { DAY } from '../../../../src/domain/time.ts';
import type { StateToSave, StoredState, UsageEntry } from '../../../../src/ports/database.ts';
import { T0, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeStates(harness: GetHarness): void {
  const states = () => harness().database.states;
  const state = (assetId: string, time: number, text = '{"a":"é \\"quoted\\", {braces}, \\\\ NULL"}'): StoredState => ({
    assetId,
    time,
    state: text,
  });
  const seen = (...saved: StoredState[]): StateToSave[] => saved.map((one) => ({ ...one, view: view() }));

  it('saves states and replaces them, hundreds at once', async () => {
    const many = (text: string) => Array.from({ length: 500 }, (_, n) => state(`a${1000 + n}`, T0 + n / 1000, text));
    await states().save([]);
    await states().save(seen(...many('{}')));
    const changed = many(`{"x":"${'é"\\,{}'.repeat(300).replaceAll('"', '\\"')}"}`);
    await states().save(seen(...[...changed].reverse()));
    expect(await states().all()).toEqual(changed);
  });

  it('takes the last of two states of one asset', async () => {
    await states().save(seen(state('a', T0, '1'), state('a', T0 + 1, '2')));
    expect(await states().all()).toEqual([state('a', T0 + 1, '2')]);
  });

  it('lets callers save the same assets in any order at once', async () => {
    const some = Array.from({ length: 100 }, (_, n) => state(`a${n}`, T0));
    await Promise.all(
      [some, [...some].reverse(), some, [...some].reverse()].map((batch) => states().save(seen(...batch))),
    );
    expect(await states().all()).toHaveLength(100);
  });

  it('finds the newest snapshot before a time, and drops those from a time on', async () => {
    await states().saveSnapshots([state('a', T0, '1'), state('a', T0 + 0.001, '2'), state('b', T0, 'b')]);
    expect(await states().snapshotBefore('a', T0 + 0.001)).toEqual(state('a', T0, '1'));
    expect(await states().snapshotBefore('a', T0 + 1)).toEqual(state('a', T0 + 0.001, '2'));
    expect(await states().snapshotBefore('a', T0)).toBeUndefined();
    await states().saveSnapshots([state('a', T0, 'replaced')]);
    expect(await states().snapshotBefore('a', T0 + 0.001)).toEqual(state('a', T0, 'replaced'));
    await states().dropSnapshots('a', T0 + 0.001);
    expect(await states().snapshotBefore('a', T0 + 1)).toEqual(state('a', T0, 'replaced'));
    await states().dropSnapshots('a', T0);
    expect(await states().snapshotBefore('a', T0 + 1)).toBeUndefined();
    expect(await states().snapshotBefore('b', T0 + 1)).toEqual(state('b', T0, 'b'));
  });

  it('prunes all snapshots but those at or after a time and the newest before it, of each asset', async () => {
    await states().saveSnapshots([1, 2, 3, 4].map((n) => state('a', T0 + n)));
    await states().saveSnapshots([state('b', T0 + 1)]);
    await states().pruneSnapshots(T0 + 3);
    const kept = await harness().query('SELECT asset_id, time FROM fettle.state_snapshots ORDER BY 1, 2');
    expect(kept).toEqual([
      { asset_id: 'a', time: T0 + 2 },
      { asset_id: 'a', time: T0 + 3 },
      { asset_id: 'a', time: T0 + 4 },
      { asset_id: 'b', time: T0 + 1 },
    ]);
  });

  it('merges refold notes to the earliest', async () => {
    await states().note([]);
    await states().note([
      { assetId: 'b', earliest: T0 },
      { assetId: 'a', earliest: T0 },
      { assetId: 'a', earliest: T0 - 0.001 },
    ]);
    await states().note([{ assetId: 'a', earliest: T0 + 5 }]);
    expect(await states().notes()).toStrictEqual([
      { assetId: 'a', earliest: T0 - 0.001 },
      { assetId: 'b', earliest: T0 },
    ]);
  });

  it('clears the notes that were seen and keeps what was noted since', async () => {
    expect(await states().noteRevisions('a')).toEqual([]);
    await states().note([{ assetId: 'a', earliest: T0 }]);
    await states().note([{ assetId: 'a', earliest: T0 + 1 }]);
    const seen = await states().noteRevisions('a');
    expect(seen).toHaveLength(2);
    await states().note([{ assetId: 'a', earliest: T0 }]);
    await states().clearNotes(seen);
    expect(await states().noteRevisions('a')).toHaveLength(1);
    await states().clearNotes(await states().noteRevisions('a'));
    await states().clearNotes([]);
    expect(await states().notes()).toEqual([]);
  });

  it('never gives a revision twice, so that a note made anew is not taken for a cleared one', async () => {
    await states().note([{ assetId: 'a', earliest: T0 }]);
    const first = await states().noteRevisions('a');
    await states().clearNotes(first);
    await states().note([{ assetId: 'a', earliest: T0 }]);
    await states().clearNotes(first);
    expect(await states().notes()).toHaveLength(1);
  });

  it('reads the states of some assets', async () => {
    await states().save(seen(state('a', T0), state('b', T0), state('c', T0)));
    const found = await states().of(['c', 'a', 'unknown']);
    expect(found.map(({ assetId }) => assetId).sort()).toEqual(['a', 'c']);
    expect(await states().of([])).toEqual([]);
  });

  it('keeps usage by asset, rule and day, replaces it, and reads from a day up to another', async () => {
    const entry = (assetId: string, day: number, used: number, reading: number | null = null): UsageEntry => ({
      assetId,
      ruleId: 'hours',
      componentId: 'filter',
      day: day * DAY,
      unit: 'h',
      used,
      adjusted: 0.1,
      reading,
    });
    await states().saveUsage([]);
    await states().saveUsage([entry('a', 1, 1), entry('a', 2, 2), entry('a', 3, 3), entry('b', 2, 9)]);
    await states().saveUsage([entry('a', 2, 0.1 + 0.2, 32_000.5)]);
    expect(await states().usage('a', DAY, 3 * DAY)).toStrictEqual([
      entry('a', 1, 1),
      entry('a', 2, 0.1 + 0.2, 32_000.5),
    ]);
  });
}
