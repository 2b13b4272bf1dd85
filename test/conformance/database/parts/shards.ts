import { expect, it, onTestFinished } from 'vitest';
import { SHARDS, shardOf } from '../../../../src/domain/shard.ts';
import { HOUR, MINUTE } from '../../../../src/domain/time.ts';
import type { Repositories } from '../../../../src/ports/database.ts';
import type { Claimant, ShardClaim } from '../../../../src/ports/shards.ts';
import { T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const ME: Claimant = { node: 'one', session: 'one-1', patience: HOUR, without: [], resting: [] };
const OTHER: Claimant = { node: 'two', session: 'two-1', patience: HOUR, without: [], resting: [] };

export function describeShards(get: GetHarness): void {
  const database = () => get().database;
  /** Claims in a transaction of its own. */
  const claim = (by: Claimant) => database().transaction((tx) => tx.shards.claim(by));
  /** Lets time pass for all shards, in the name of a session. */
  const tickAll = async (by: Claimant): Promise<ShardClaim[]> => {
    const claims: ShardClaim[] = [];
    for (;;) {
      const claimed = await database().transaction(async (tx) => {
        const found = await tx.shards.claim(by);
        if (found?.tickDue) await tx.shards.ticked(found.shard, HOUR);
        return found;
      });
      if (!claimed) return claims;
      claims.push(claimed);
    }
  };
  const idIn = (shard: number) =>
    Array.from({ length: 10_000 }, (_, n) => `p${n}`).find((id) => shardOf(id) === shard)!;

  it('has every shard once, due for its first tick', async () => {
    const claims = await tickAll(ME);
    expect(claims.map(({ shard }) => shard).sort((a, b) => a - b)).toEqual([...Array(SHARDS).keys()]);
    expect(claims.every(({ kept, tickDue }) => !kept && tickDue)).toBe(true);
    expect(await claim(ME)).toBeUndefined();
  });

  it('gives a shard with a note that is due, and tells whether another session had it', async () => {
    await tickAll(ME);
    await database().states.note([{ assetId: 'a', earliest: T0, latest: T0 + 5 }]);
    expect(await claim(ME)).toEqual({ shard: shardOf('a'), kept: true, tickDue: false });
    expect(await claim(OTHER)).toBeUndefined();
    expect(await claim({ ...OTHER, patience: 0 })).toMatchObject({ shard: shardOf('a'), kept: false });
    expect(await claim({ ...ME, patience: 0 })).toMatchObject({ shard: shardOf('a'), kept: false });
  });

  it('lets notes rest, and passes over those of assets left out', async () => {
    await tickAll(ME);
    await database().states.note([{ assetId: 'a', earliest: T0, latest: T0, rest: HOUR }]);
    expect(await claim(ME)).toBeUndefined();
    expect(await database().shards.outstanding(MINUTE)).toBe(0);
    expect(await database().shards.outstanding(2 * HOUR)).toBe(1);
    await database().states.note([{ assetId: 'a', earliest: T0 }]);
    expect(await claim({ ...ME, without: ['a'] })).toBeUndefined();
    expect(await database().shards.noted(shardOf('a'), 10, ['a'])).toEqual([]);
    expect(await claim(ME)).toMatchObject({ shard: shardOf('a') });
  });

  it('makes due what is set for later than anybody sets it, and nothing else', async () => {
    await tickAll(ME);
    await database().shards.pullIn(2 * HOUR);
    expect(await claim(ME)).toBeUndefined();
    await database().shards.pullIn(MINUTE);
    expect(await tickAll(ME)).toHaveLength(SHARDS);
    await database().states.note([{ assetId: 'a', earliest: T0, rest: 3 * HOUR }]);
    await database().shards.pullIn(4 * HOUR);
    expect(await claim(ME)).toBeUndefined();
    await database().shards.pullIn(2 * HOUR);
    expect(await claim(ME)).toMatchObject({ shard: shardOf('a'), tickDue: false });
    expect(await database().shards.noted(shardOf('a'), 10, [])).toMatchObject([{ assetId: 'a', refoldFrom: T0 }]);
  });

  it('passes over shards that rest', async () => {
    await tickAll(ME);
    await database().states.note([{ assetId: 'a', earliest: T0 }]);
    expect(await claim({ ...ME, resting: [shardOf('a')] })).toBeUndefined();
    await database().states.note([{ assetId: idIn(5), earliest: T0 }]);
    expect(await claim({ ...ME, resting: [shardOf('a'), 60] })).toMatchObject({ shard: 5 });
  });

  it('hands out an asset’s due notes together', async () => {
    const id = idIn(shardOf('a'));
    const { states, shards } = database();
    await states.note([{ assetId: 'a', earliest: T0 + 3, latest: T0 + 9 }]);
    await states.note([
      { assetId: 'a', earliest: T0 + 1, latest: T0 + 2 },
      { assetId: id, earliest: T0 },
    ]);
    await states.note([{ assetId: 'a', earliest: T0 - 1, latest: T0 - 1, rest: HOUR }]);
    const [a, b] = await shards.noted(shardOf('a'), 10, []);
    expect(a).toMatchObject({ assetId: 'a', earliest: T0 + 1, latest: T0 + 9 });
    expect(a).not.toHaveProperty('refoldFrom');
    expect(a!.revisions).toHaveLength(2);
    expect(b).toMatchObject({ assetId: id, refoldFrom: T0 });
    expect(b).not.toHaveProperty('earliest');
    expect(await shards.noted(shardOf('a'), 1, [])).toEqual([a]);
    expect(await shards.withSamples(shardOf('a'))).toEqual(['a']);
    await states.clearNotes([...a!.revisions, ...b!.revisions]);
    expect(await states.notes()).toEqual([{ assetId: 'a', earliest: T0 - 1 }]);
  });

  it('holds times without end in notes', async () => {
    await database().states.note([{ assetId: 'a', earliest: Infinity, latest: Infinity }]);
    expect(await database().shards.noted(shardOf('a'), 1, [])).toMatchObject([
      { earliest: Infinity, latest: Infinity },
    ]);
  });

  it('tells how long notes have been due', async () => {
    await database().states.note([{ assetId: 'a', earliest: T0 }]);
    await database().states.note([{ assetId: idIn(5), earliest: T0, rest: HOUR }]);
    const lags = await database().shards.lags();
    expect(lags).toHaveLength(SHARDS);
    expect(lags.filter((lag) => lag > 0).length).toBeLessThanOrEqual(1);
    expect(lags[shardOf('a')]).toBeLessThan(MINUTE);
    await database().shards.beat();
  });
}

/** Only where transactions run side by side. */
export function describeClaims(get: GetHarness): void {
  const database = () => get().database;
  /** A claim that waits for another one fails, where it would wait for ever. */
  const inTwo = async (work: (one: Repositories, two: Repositories) => Promise<void>) => {
    const impatient = await get().open(2, { lock_timeout: 2000 });
    onTestFinished(() => impatient.close());
    await impatient.transaction((one) => impatient.transaction((two) => work(one, two)));
  };

  it('never gives a claimed shard to another before the transaction ends', async () => {
    await database().states.note([{ assetId: 'a', earliest: T0 - HOUR }]);
    await inTwo(async (one, two) => {
      const mine: number[] = [];
      const theirs: number[] = [];
      for (let turn = 0; turn < SHARDS; turn++) {
        for (const [tx, by, claims] of [
          [one, ME, mine],
          [two, OTHER, theirs],
        ] as const) {
          const found = await tx.shards.claim({ ...by, patience: 0 });
          if (found && !claims.includes(found.shard)) claims.push(found.shard);
          if (found) await tx.shards.ticked(found.shard, HOUR);
        }
      }
      expect(mine.filter((shard) => theirs.includes(shard))).toEqual([]);
      expect(mine.length + theirs.length).toBe(SHARDS);
    });
  });

  it('adds notes while those of the same asset are being cleared', async () => {
    const { states } = database();
    await states.note([{ assetId: 'a', earliest: T0 }]);
    await database().transaction(async (tx) => {
      await tx.states.clearNotes(await tx.states.noteRevisions('a'));
      await states.note([{ assetId: 'a', earliest: T0 + 1 }]);
    });
    expect(await states.notes()).toEqual([{ assetId: 'a', earliest: T0 + 1 }]);
  });
}
