import { expect, it } from 'vitest';
import type { Session } from '../../../../src/ports/sessions.ts';
import { T0 } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

const BY_OIDC: Session = {
  hash: 's1',
  csrfToken: 'c1',
  name: 'ann@example.com',
  role: 'agent',
  way: 'oidc',
  createdAt: T0,
  seenAt: T0,
  expiresAt: T0 + 1000,
};
const BY_KEY: Session = { ...BY_OIDC, hash: 's2', way: 'key', keyHash: 'k1', name: 'desk' };

export function describeSessions(harness: GetHarness): void {
  const sessions = () => harness().database.sessions;
  const saveKey = (change: object = {}) =>
    harness().database.keys.save({ id: '1', name: 'desk', role: 'agent', hash: 'k1', createdAt: T0, ...change });

  it('keeps a session and finds it by its hash', async () => {
    await saveKey();
    await sessions().add({ ...BY_OIDC, name: 'ann\0' });
    await sessions().add(BY_KEY);
    expect(await sessions().find('s1')).toStrictEqual({ ...BY_OIDC, name: 'ann\u{FFFD}' });
    expect(await sessions().find('s2')).toStrictEqual(BY_KEY);
    expect(await sessions().find('s3')).toBeUndefined();
    await expect(sessions().add(BY_OIDC)).rejects.toThrow();
  });

  it('notes when it was last seen, never an earlier time', async () => {
    await sessions().add(BY_OIDC);
    await sessions().seen('s1', T0 + 5);
    await sessions().seen('s1', T0 + 4);
    await sessions().seen('unknown', T0 + 9);
    expect((await sessions().find('s1'))?.seenAt).toBe(T0 + 5);
  });

  it('gives the role its key has now, and none when the key is gone or another', async () => {
    await saveKey();
    await sessions().add(BY_KEY);
    await saveKey({ role: 'viewer' });
    expect((await sessions().find('s2'))?.role).toBe('viewer');
    await saveKey({ hash: 'k2' });
    expect(await sessions().find('s2')).toBeUndefined();
    await saveKey();
    await harness().database.keys.revoke('desk');
    expect(await sessions().find('s2')).toBeUndefined();
  });

  it('removes one', async () => {
    await sessions().add(BY_OIDC);
    expect(await sessions().remove('s1')).toBe(true);
    expect(await sessions().remove('s1')).toBe(false);
    expect(await sessions().find('s1')).toBeUndefined();
  });

  it('prunes what expired, was not used for long, or lost its key', async () => {
    await saveKey();
    const add = (hash: string, change: Partial<Session> = {}) => sessions().add({ ...BY_OIDC, ...change, hash });
    await add('fresh');
    await add('with key', { keyHash: 'k1' });
    await add('expired', { expiresAt: T0 + 500 });
    await add('idle', { seenAt: T0 - 100 });
    await add('orphan', { keyHash: 'k9' });
    expect(await sessions().prune(T0 + 500, T0 - 100)).toBe(3);
    const left = ['fresh', 'with key', 'expired', 'idle', 'orphan'];
    const found = await Promise.all(left.map(async (hash) => (await sessions().find(hash))?.hash));
    expect(found).toEqual(['fresh', 'with key', undefined, undefined, undefined]);
    expect(await sessions().prune(T0 + 500, T0 - 100)).toBe(0);
  });
}
