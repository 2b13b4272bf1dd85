import { expect, it } from 'vitest';
import type { FailureRecord } from '../../../../src/domain/failure.ts';
import type { Score } from '../../../../src/domain/score.ts';
import { asset, insertTicket, readAll, T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeOutcomes(harness: GetHarness): void {
  const database = () => harness().database;
  const scope = { assetId: 'a1', componentId: 'filter' };
  const failure = (id: string, change: Partial<FailureRecord> = {}): FailureRecord => ({
    id,
    ...scope,
    at: T0,
    detectedBy: 'customer',
    impact: 'critical',
    source: 'api',
    recordedAt: T0 + 1,
    recordedBy: 'ann',
    ...change,
  });
  const score = (id: string, change: Partial<Score> = {}): Score => ({
    id,
    ...scope,
    at: T0,
    score: 'hit',
    reason: { en: 'why', zh: '原因' },
    scoredAt: T0 + 1,
    ...change,
  });
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);

  it('keeps failures with all that is known of them, one for each external key', async () => {
    const { failures } = database();
    const ticketId = await insertTicket(database());
    const full = failure('f1', {
      failureModeId: 'clogged',
      downtimeMinutes: 12.5,
      note: 'loud "bang" \\ 异响',
      ticketId,
      source: 'ticket',
      externalKey: 'erp-1',
      at: T0 + 5,
    });
    expect(await failures.insert(full)).toBe(true);
    expect(await failures.insert(failure('f2', { externalKey: 'erp-1' }))).toBe(false);
    expect(await failures.insert(failure('f3', { at: T0 + 2 }))).toBe(true);
    expect(await failures.insert(failure('f4', { componentId: 'belt' }))).toBe(true);
    expect(await failures.get('f1')).toEqual(full);
    expect(await failures.get('f2')).toBeUndefined();
    expect(ids(await failures.of(scope))).toEqual(['f3', 'f1']);
    expect(ids(await failures.ofTicket(ticketId))).toEqual(['f1']);
    expect(ids(await failures.ofKeys(['erp-1', 'erp-2']))).toEqual(['f1']);
  });

  it('lists failures by what is asked for, the newest first', async () => {
    const { failures } = database();
    for (const [at, id] of ['f1', 'f2', 'f3', 'f4'].entries()) {
      const impact = at === 2 ? 'degraded' : 'critical';
      await failures.insert(failure(id, { at: T0 + Math.floor(at / 2), impact }));
    }
    expect(ids(await readAll((page) => failures.list({}, page), 1))).toEqual(['f4', 'f3', 'f2', 'f1']);
    expect(ids((await failures.list({ impact: 'degraded' }, { limit: 9 })).items)).toEqual(['f3']);
    expect(ids((await failures.list({ from: T0 + 1, assetId: 'a1' }, { limit: 9 })).items)).toEqual(['f4', 'f3']);
    expect(ids((await failures.list({ to: T0 + 1 }, { limit: 9 })).items)).toEqual(['f2', 'f1']);
    expect((await failures.list({ assetId: 'a2' }, { limit: 9 })).items).toEqual([]);
  });

  it('keeps what a failure was before it was corrected or taken out', async () => {
    const { failures } = database();
    const [before, after] = [
      failure('f1', { externalKey: 'k', note: 'x' }),
      failure('f1', { externalKey: 'k', impact: 'degraded', downtimeMinutes: 3 }),
    ];
    await failures.insert(before);
    const corrected = { id: 'c1', failureId: 'f1', at: T0, by: 'ann', before, after, reason: 'typing error' };
    expect(await failures.change(corrected)).toBe(true);
    expect(await failures.get('f1')).toEqual(after);
    expect(await failures.removedKeys(['k'])).toEqual([]);
    const removed = { id: 'c2', failureId: 'f1', at: T0 + 1, by: 'bob', before: after, reason: 'another machine' };
    expect(await failures.change(removed)).toBe(true);
    expect(await failures.change({ ...removed, id: 'c3' })).toBe(false);
    expect(await failures.get('f1')).toBeUndefined();
    expect(await failures.removedKeys(['k', 'l'])).toEqual(['k']);
    expect(await failures.changes('f1')).toEqual([corrected, removed]);
  });

  it('keeps the scores of a component, and when one was first scored so', async () => {
    const { scores } = database();
    const ticketId = await insertTicket(database());
    const full = score('s1', {
      ticketId,
      failureId: 'f1',
      failureModeId: 'clogged',
      ruleId: 'r',
      ruleVersion: 'v',
      warningMs: -5.5,
      lifeLost: 0.25,
      reviewAt: T0 + 9,
    });
    const other = score('s3', { componentId: 'belt' });
    await scores.set({ ...scope, componentId: 'belt' }, [other]);
    await scores.set(scope, [full, score('s2', { score: 'missed' })]);
    expect(await scores.ofTicket(ticketId)).toEqual(full);
    await scores.set(scope, [{ ...full, scoredAt: T0 + 7 }, score('s2', { scoredAt: T0 + 7 })]);
    const { items } = await scores.list({}, { limit: 9 });
    expect(items).toEqual([other, score('s2', { scoredAt: T0 + 7 }), full]);
    await scores.set(scope, [{ ...score('s1', { ticketId, score: 'false' }), scoredAt: T0 + 8 }]);
    expect(await scores.ofTicket(ticketId)).toEqual(score('s1', { ticketId, score: 'false', scoredAt: T0 + 8 }));
    await scores.set(scope, []);
    expect(ids((await scores.list({}, { limit: 9 })).items)).toEqual(['s3']);
  });

  it('moves the score of a failure that turned out to be of another component', async () => {
    const { scores } = database();
    const missed = score('missed|f1', { score: 'missed', failureId: 'f1' });
    const moved = { ...missed, assetId: 'a2', componentId: 'belt' };
    await scores.set(scope, [missed]);
    await scores.set({ assetId: 'a2', componentId: 'belt' }, [moved]);
    await scores.set(scope, []);
    expect((await scores.list({}, { limit: 9 })).items).toEqual([moved]);
  });

  it('lists scores by rule, model, time and kind, and components that are due for a review', async () => {
    const { scores, assets } = database();
    await assets.save([asset('a1', { modelId: 'm1' }), asset('a2', { modelId: 'm2' })]);
    await scores.set(scope, [
      score('s1', { ruleId: 'r1', reviewAt: T0 + 5 }),
      score('s2', { ruleId: 'r2', at: T0 + 1, score: 'false', reviewAt: T0 + 3 }),
    ]);
    await scores.set({ ...scope, assetId: 'a2' }, [score('s3', { assetId: 'a2', ruleId: 'r1', reviewAt: T0 + 4 })]);
    const list = async (filter: Parameters<typeof scores.list>[0]) =>
      ids((await scores.list(filter, { limit: 9 })).items);
    expect(ids(await readAll((page) => scores.list({}, page), 2))).toEqual(['s2', 's3', 's1']);
    expect(await list({ ruleId: 'r1' })).toEqual(['s3', 's1']);
    expect(await list({ modelId: 'm1', ruleId: 'r1' })).toEqual(['s1']);
    expect(await list({ score: ['false', 'missed'] })).toEqual(['s2']);
    expect(await list({ to: T0 + 1, from: T0, assetId: 'a1' })).toEqual(['s1']);
    expect(await scores.due(T0 + 2, 9)).toEqual([]);
    expect(await scores.due(T0 + 9, 9)).toEqual([scope, { ...scope, assetId: 'a2' }]);
    expect(await scores.due(T0 + 9, 1)).toEqual([scope]);
  });

  it('knows since when an asset is registered, which registering it again does not change', async () => {
    const { assets, scores } = database();
    const before = Date.now();
    await assets.save([asset('a1')]);
    const since = await scores.watchedSince('a1');
    expect(Math.abs(since - before)).toBeLessThan(60_000);
    await assets.save([asset('a1', { name: 'again' })]);
    expect(await scores.watchedSince('a1')).toBe(since);
    expect(await scores.watchedSince('a2')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('finds the predictions of a component, and lets one at a time score it', async () => {
    const [one, two] = [
      await insertTicket(database(), { ...scope, ruleId: 'r', openedAt: T0 + 1, status: 'closed' }),
      await insertTicket(database(), { ...scope, ruleId: 'r', openedAt: T0, failureModeId: 'torn' }),
    ];
    await insertTicket(database(), { ...scope, origin: 'customer', failureModeId: 'reported' });
    await insertTicket(database(), { ...scope, assetId: 'a2', ruleId: 'r' });
    expect(ids(await database().scores.predictions(scope))).toEqual([two, one]);
    const add = (id: string) =>
      database().transaction(async (tx) => {
        await tx.scores.lock(scope);
        const { items } = await tx.scores.list({ assetId: 'a1' }, { limit: 9 });
        await tx.scores.set(scope, [...items, score(id)]);
      });
    await Promise.all(['1', '2', '3', '4'].map(add));
    expect(ids((await database().scores.list({}, { limit: 9 })).items)).toEqual(['4', '3', '2', '1']);
  });

  it('keeps the last rating of a ticket, what it led to, and one secret', async () => {
    const { ratings } = database();
    const [ticketId, taskId] = [await insertTicket(database()), await insertTicket(database())];
    expect(await ratings.get(ticketId)).toBeUndefined();
    await ratings.save({ ticketId, score: 1, comment: 'slow \\ 慢', at: T0, taskId });
    expect(await ratings.get(ticketId)).toEqual({ ticketId, score: 1, comment: 'slow \\ 慢', at: T0, taskId });
    await ratings.save({ ticketId, score: 5, at: T0 + 1 });
    expect(await ratings.get(ticketId)).toEqual({ ticketId, score: 5, at: T0 + 1, taskId });
    const secrets = await Promise.all(['a', 'b', 'c'].map((fresh) => ratings.secret(fresh)));
    expect(new Set(secrets).size).toBe(1);
    expect(await ratings.secret('d')).toBe(secrets[0]);
  });
}
