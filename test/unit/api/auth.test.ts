import { describe, expect, test } from 'vitest';
import { createKeyring } from '../../../src/api/auth.ts';
import { generateKey } from '../../../src/api/keys.ts';
import { UnavailableError } from '../../../src/api/services.ts';
import { MINUTE, SECOND } from '../../../src/domain/time.ts';
import type { ApiKey } from '../../../src/ports/database.ts';
import { createTestApi, problemOf, useTestApi } from '../../support/api.ts';
import { recordLog } from '../../support/recordLog.ts';

function setup() {
  const { key, hash } = generateKey();
  const rows = new Map<string, ApiKey>([[hash, { id: 'K', name: 'ann', role: 'agent', hash, createdAt: 0 }]]);
  const state = { now: 0, lookups: 0, failing: false };
  const findByHash = async (wanted: string) => {
    state.lookups++;
    if (state.failing) throw new UnavailableError('database', new Error('down'));
    return rows.get(wanted);
  };
  return { key, rows, state, keyring: createKeyring({ findByHash }, () => state.now, recordLog().log) };
}

describe('keyring', () => {
  test('asks the database once in a while and sees a revocation after five seconds', async () => {
    const { key, rows, state, keyring } = setup();
    expect((await keyring(key))?.name).toBe('ann');
    rows.clear();
    state.now += 5 * SECOND - 1;
    expect((await keyring(key))?.name).toBe('ann');
    expect(state.lookups).toBe(1);
    state.now += 1;
    expect(await keyring(key)).toBeUndefined();
    state.failing = true;
    await expect(keyring(key)).rejects.toThrow(UnavailableError);
  });

  test('does not know other keys', async () => {
    expect(await setup().keyring(generateKey().key)).toBeUndefined();
  });

  test('takes a key of late while the database is down, for a quarter of an hour', async () => {
    const { key, state, keyring } = setup();
    await keyring(key);
    state.failing = true;
    state.now += 15 * MINUTE;
    expect((await keyring(key))?.name).toBe('ann');
    state.now += 1;
    await expect(keyring(key)).rejects.toThrow(UnavailableError);
  });
});

describe('authorization', () => {
  const api = useTestApi();
  const url = '/api/v1/tickets';

  test('without a key: 401 with a challenge', async () => {
    const response = await api.call(undefined, 'GET', url);
    expect(problemOf(response).type).toBe('urn:fettle:problem:unauthenticated');
    expect(response.headers['www-authenticate']).toBe('Bearer realm="fettle"');
  });

  test.each([
    ['Basic YTpi', 'invalid_request'],
    ['Bearer', 'invalid_request'],
    ['Bearer a b', 'invalid_request'],
    ['Bearer ftl_nobody', 'invalid_token'],
  ])('%s: 401, %s', async (authorization, error) => {
    const response = await api.call(undefined, 'GET', url, { headers: { authorization } });
    expect(problemOf(response).status).toBe(401);
    expect(response.headers['www-authenticate']).toContain(`error="${error}"`);
    expect(response.body).not.toContain('ftl_nobody');
  });

  test('the scheme is not case-sensitive', async () => {
    const headers = { authorization: `bearer ${api.services.keys.viewer}` };
    expect((await api.call(undefined, 'GET', url, { headers })).statusCode).toBe(200);
  });

  test('a role too low: 403 that names the one needed', async () => {
    const response = await api.call('agent', 'PUT', '/api/v1/deliveries/switch', { payload: { paused: true } });
    expect(problemOf(response).detail).toBe('This needs the role engineer; the key "key-agent" has the role agent.');
    expect(response.headers['www-authenticate']).toContain('scope="engineer"');
  });

  test('the database down: 503', async () => {
    const { call, services } = await createTestApi();
    services.failing.database = new UnavailableError('database', new Error('secret reason'));
    const response = await call('viewer', 'GET', url);
    expect(problemOf(response)).toMatchObject({
      type: 'urn:fettle:problem:unavailable',
      detail: 'The database does not answer; try again in a moment.',
    });
    expect(response.headers['retry-after']).toBe('5');
  });

  test('no key is ever logged', async () => {
    await api.call('admin', 'GET', url);
    await api.call('viewer', 'DELETE', '/api/v1/dead-letters/D1');
    expect(api.lines.length).toBeGreaterThan(1);
    for (const key of Object.values(api.services.keys)) expect(JSON.stringify(api.lines)).not.toContain(key);
  });
});
