import { describe, expect, test } from 'vitest';
import { hashKey } from '../../../src/api/keys.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { T0_ISO } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const api = useTestApi();
const url = '/api/v1/keys';
const argsOf = (name: string) => api.services.calls.find((call) => call.name === name)?.args;
const names = () => [...api.services.keyRows.values()].map(({ name }) => name);
const make = (payload: object) => api.call('admin', 'POST', url, { payload });

describe('keys', () => {
  test('list by name, without the keys and their hashes', async () => {
    const first = (await api.call('admin', 'GET', `${url}?limit=1`)).json();
    expect(first.items).toEqual([{ name: 'key-admin', role: 'admin', createdAt: T0_ISO }]);
    const rest = (await api.call('admin', 'GET', `${url}?cursor=${first.nextCursor}`)).json();
    expect(rest.items.map(({ name }: { name: string }) => name)).toEqual(['key-agent', 'key-engineer', 'key-viewer']);
  });

  test('are shown once, and work', async () => {
    const response = await make({ name: '监控 1', role: 'viewer' });
    expect(response.statusCode, response.body).toBe(201);
    const { key, ...shown } = response.json();
    expect(shown).toEqual({ name: '监控 1', role: 'viewer', createdAt: expect.any(String) });
    expect(api.services.keyRows.get(hashKey(key))).toMatchObject({ name: '监控 1', role: 'viewer' });
    expect(argsOf('createKey')).toEqual([{ name: '监控 1', role: 'viewer' }, actor('admin')]);
    const headers = { authorization: `Bearer ${key}` };
    expect((await api.call(undefined, 'GET', '/api/v1/assets', { headers })).statusCode).toBe(200);
    expect((await api.call('admin', 'GET', url)).body).not.toContain(key);
    expect(JSON.stringify(api.lines)).not.toContain(key);
  });

  test('of a name that is taken: 409, and that one stays', async () => {
    const before = [...api.services.keyRows];
    expect(problemOf(await make({ name: 'key-agent', role: 'admin' })).detail).toContain('key key-agent already');
    expect([...api.services.keyRows]).toEqual(before);
  });

  test('need a name that can be one and a role that there is', async () => {
    const { problems } = problemOf(await make({ name: 'a\nb', role: 'owner' }));
    expect(problems).toEqual([
      { path: '/body/name', message: expect.stringContaining('printable') },
      { path: '/body/role', message: 'must be one of device, viewer, agent, engineer, admin' },
    ]);
  });

  test('are revoked once', async () => {
    await make({ name: 'a/b', role: 'agent' });
    const revoke = () => api.call('admin', 'DELETE', `${url}/a%2Fb`);
    expect((await revoke()).statusCode).toBe(204);
    expect(names()).not.toContain('a/b');
    expect(argsOf('revokeKey')).toEqual(['a/b', actor('admin')]);
    expect(problemOf(await revoke()).status).toBe(404);
  });

  test('the last admin cannot revoke its own, and can when there is another', async () => {
    const revoke = () => api.call('admin', 'DELETE', `${url}/key-admin`);
    expect(problemOf(await revoke())).toMatchObject({
      type: 'urn:fettle:problem:conflict',
      detail: 'key-admin is the last key with the role admin; make another one before you revoke it.',
    });
    expect(names()).toContain('key-admin');
    await make({ name: 'second', role: 'admin' });
    expect((await revoke()).statusCode).toBe(204);
  });

  test('two admins that revoke each other leave one', async () => {
    await make({ name: 'second', role: 'admin' });
    const answers = await Promise.all(
      ['key-admin', 'second'].map((name) => api.call('admin', 'DELETE', `${url}/${name}`)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 409]);
    expect(names()).toContain('second');
  });
});
