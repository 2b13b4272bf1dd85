import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, test, vi } from 'vitest';
import { UnavailableError } from '../../../src/api/services.ts';
import { DAY, HOUR, MINUTE } from '../../../src/domain/time.ts';
import type { Role } from '../../../src/ports/database.ts';
import { createTestApi, problemOf, type TestApi, useTestApi } from '../../support/api.ts';
import { NOW } from '../../support/apiFixtures.ts';

const URL = '/api/v1/session';
const SWITCH = '/api/v1/deliveries/switch';

const signIn = (api: TestApi, role: Role, headers = {}) =>
  api.call(undefined, 'POST', URL, { payload: { key: api.services.keys[role] }, headers });

interface Cookie {
  readonly name: string;
  readonly value: string;
}
const cookieOf = (response: LightMyRequestResponse) => response.cookies[0] as Cookie & Record<string, unknown>;

/** Signed in with the key of a role; calls with the cookie alone, and the token where it changes something. */
async function signedIn(api: TestApi, role: Role) {
  const response = await signIn(api, role);
  expect(response.statusCode, response.body).toBe(201);
  const { name, value } = cookieOf(response);
  const session = response.json();
  const call = (method: string, url: string, headers: Record<string, string | undefined> = {}, payload?: object) => {
    const all = { cookie: `${name}=${value}`, 'x-csrf-token': session.csrfToken, ...headers };
    const given = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== undefined));
    return api.call(undefined, method, url, { headers: given as Record<string, string>, ...(payload && { payload }) });
  };
  return { session, call, name, value };
}
const pause = { paused: true };

describe('signing in with a key', () => {
  const api = useTestApi();

  test('answers who it is, with the name and role of the key', async () => {
    const { session, call } = await signedIn(api, 'agent');
    expect(session).toEqual({
      name: 'key-agent',
      role: 'agent',
      way: 'key',
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
      signedInAt: '2024-05-10T12:00:00.000Z',
      expiresAt: '2024-05-17T12:00:00.000Z',
    });
    expect((await call('GET', URL)).json()).toEqual({ session, waysIn: { key: true } });
  });

  test('sets a cookie that no script reads, no other site sends and no other host sets', async () => {
    const response = await signIn(api, 'viewer');
    const { value, ...cookie } = cookieOf(response);
    expect(cookie).toEqual({
      name: '__Host-fettle_session',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      maxAge: (7 * DAY) / 1000,
    });
    expect(value).toMatch(/^[\w-]{43}$/);
    expect(response.body).not.toContain(value);
    expect(response.body).not.toContain(api.services.keys.viewer);
  });

  test('over plain http the cookie goes without what needs TLS', async () => {
    const plain = await createTestApi({ publicUrl: 'http://127.0.0.1:8080' });
    const { name, secure, httpOnly, sameSite } = cookieOf(await signIn(plain, 'viewer'));
    expect({ name, secure, httpOnly, sameSite }).toEqual({
      name: 'fettle_session_8080',
      secure: undefined,
      httpOnly: true,
      sameSite: 'Lax',
    });
  });

  test('is refused with a key that is not known', async () => {
    const response = await api.call(undefined, 'POST', URL, { payload: { key: 'ftl_nobody' } });
    expect(problemOf(response).type).toBe('urn:fettle:problem:sign-in-refused');
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(JSON.stringify(api.lines)).not.toContain('ftl_nobody');
  });

  test('is refused from the page of another site', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(problemOf(await signIn(api, 'viewer', headers)).type).toBe('urn:fettle:problem:cross-site');
    }
  });

  test('a session is its own every time', async () => {
    const [one, other] = [await signedIn(api, 'viewer'), await signedIn(api, 'viewer')];
    expect(one.value).not.toBe(other.value);
    expect(one.session.csrfToken).not.toBe(other.session.csrfToken);
    const response = await other.call('DELETE', URL, { 'x-csrf-token': one.session.csrfToken });
    expect(problemOf(response).type).toBe('urn:fettle:problem:csrf-token');
  });

  test('the log says who, and neither token nor key', async () => {
    const { value, session } = await signedIn(api, 'agent');
    const text = JSON.stringify(api.lines);
    expect(api.lines).toContainEqual(expect.objectContaining({ msg: 'signed in', by: 'key-agent', way: 'key' }));
    for (const secret of [value, session.csrfToken, api.services.keys.agent]) expect(text).not.toContain(secret);
  });
});

describe('too many failed attempts', () => {
  test('are refused for a minute, by address; whoever has a key gets in all the same', async () => {
    let now = NOW;
    const api = await createTestApi({ now: () => now });
    const attempt = (key: string, remoteAddress = '10.0.0.1') =>
      api.call(undefined, 'POST', URL, { payload: { key }, remoteAddress });
    for (let n = 0; n < 10; n++) expect((await attempt(`wrong-${n}`)).statusCode).toBe(401);
    const refused = await attempt('wrong');
    expect(problemOf(refused)).toMatchObject({ status: 429, type: 'urn:fettle:problem:too-many-requests' });
    expect(refused.headers['retry-after']).toBe('60');
    expect((await attempt('wrong', '10.0.0.2')).statusCode).toBe(401);
    expect((await attempt(api.services.keys.viewer)).statusCode).toBe(201);
    now += MINUTE;
    expect((await attempt('wrong')).statusCode).toBe(401);
  });

  test('good ones do not count', async () => {
    const api = await createTestApi();
    for (let n = 0; n < 12; n++) expect((await signIn(api, 'viewer')).statusCode).toBe(201);
  });
});

describe('a session', () => {
  const api = useTestApi();

  test('lets in as its role does', async () => {
    const viewer = await signedIn(api, 'viewer');
    expect((await viewer.call('GET', '/api/v1/tickets')).statusCode).toBe(200);
    const problem = problemOf(await viewer.call('PUT', SWITCH, {}, pause));
    expect(problem.type).toBe('urn:fettle:problem:forbidden');
    expect(problem.detail).toBe('This needs the role engineer; key-viewer has the role viewer.');
    const engineer = await signedIn(api, 'engineer');
    expect((await engineer.call('PUT', SWITCH, {}, pause)).statusCode).toBe(200);
    const call = api.services.calls.find(({ name }) => name === 'pauseDeliveries');
    expect(call?.args[1]).toEqual({ name: 'key-engineer', role: 'engineer' });
  });

  test('changes nothing without its token, or with another', async () => {
    const { call } = await signedIn(api, 'engineer');
    for (const token of [undefined, '', 'x'.repeat(43)]) {
      const response = await call('PUT', SWITCH, { 'x-csrf-token': token }, pause);
      expect(problemOf(response).type).toBe('urn:fettle:problem:csrf-token');
    }
    expect(api.services.calls).toEqual([]);
    expect((await call('GET', '/api/v1/tickets', { 'x-csrf-token': undefined })).statusCode).toBe(200);
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://fettle.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('changes nothing for the page of another site: %j', async (headers) => {
    const { call } = await signedIn(api, 'engineer');
    const response = await call('PUT', SWITCH, headers, pause);
    expect(problemOf(response).type).toBe('urn:fettle:problem:cross-site');
    expect(api.services.calls).toEqual([]);
  });

  test.each([
    [{ origin: 'https://fettle.example', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://10.1.2.3:8080', host: '10.1.2.3:8080' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('changes what a page of its own asks for: %j', async (headers) => {
    const { call } = await signedIn(api, 'engineer');
    expect((await call('PUT', SWITCH, headers, pause)).statusCode).toBe(200);
  });

  test('counts less than a key, which needs no token', async () => {
    const { call } = await signedIn(api, 'viewer');
    const headers = { authorization: `Bearer ${api.services.keys.engineer}`, 'x-csrf-token': undefined };
    expect((await call('PUT', SWITCH, headers, pause)).statusCode).toBe(200);
    expect((await call('GET', '/api/v1/tickets', { authorization: 'Bearer ftl_nobody' })).statusCode).toBe(401);
  });

  test('holds beside the login of a proxy in between', async () => {
    const { call } = await signedIn(api, 'viewer');
    expect((await call('GET', '/api/v1/tickets', { authorization: 'Basic YTpi' })).statusCode).toBe(200);
  });

  test('ends by signing out, and its cookie with it', async () => {
    const { call, name } = await signedIn(api, 'agent');
    const response = await call('DELETE', URL);
    expect(response.json()).toEqual({});
    expect(cookieOf(response)).toMatchObject({ name, value: '', maxAge: 0, path: '/', httpOnly: true, secure: true });
    const after = await call('GET', '/api/v1/tickets');
    expect(problemOf(after).type).toBe('urn:fettle:problem:session-over');
    expect(after.headers['www-authenticate']).toBe('Bearer realm="fettle"');
    expect((await call('GET', URL)).json()).toEqual({ waysIn: { key: true } });
  });

  test('who calls with a key has none to end', async () => {
    expect(problemOf(await api.call('agent', 'DELETE', URL)).type).toBe('urn:fettle:problem:conflict');
  });

  test('the database down: 503, not signed out', async () => {
    const { call } = await signedIn(api, 'agent');
    api.services.failing.database = new UnavailableError('database', new Error('down'));
    expect(problemOf(await call('GET', URL)).status).toBe(503);
  });
});

test('that it is used is noted without anybody waiting, once a minute also while the database stalls', async () => {
  let now = NOW;
  const api = await createTestApi({ now: () => now });
  const { call } = await signedIn(api, 'agent');
  const seen = vi.spyOn(api.services.database.sessions, 'seen').mockReturnValue(new Promise(() => undefined));
  now += MINUTE;
  for (let n = 0; n < 3; n++) expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
  expect(seen).toHaveBeenCalledTimes(1);
  now += MINUTE;
  await call('GET', '/api/v1/tickets');
  expect(seen).toHaveBeenCalledTimes(2);
});

describe('a session is over', () => {
  async function at() {
    const clock = { now: NOW };
    const api = await createTestApi({ now: () => clock.now });
    return { clock, api, ...(await signedIn(api, 'admin')) };
  }

  test('after twelve hours without use', async () => {
    const { clock, call } = await at();
    clock.now += 12 * HOUR - 1;
    expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
    clock.now += 12 * HOUR - 1;
    expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
    clock.now += 12 * HOUR;
    expect(problemOf(await call('GET', '/api/v1/tickets')).type).toBe('urn:fettle:problem:session-over');
  });

  test('after seven days however much it is used', async () => {
    const { clock, call } = await at();
    for (let n = 0; n < 7 * 4 - 1; n++) {
      clock.now += 6 * HOUR;
      expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
    }
    clock.now += 6 * HOUR - 1;
    expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
    clock.now += 1;
    expect(problemOf(await call('GET', '/api/v1/tickets')).status).toBe(401);
  });

  test('within five seconds of its key being revoked', async () => {
    const { clock, api, call } = await at();
    const other = await signedIn(api, 'viewer');
    expect((await call('DELETE', '/api/v1/keys/key-viewer')).statusCode).toBe(204);
    clock.now += 5000;
    expect(problemOf(await other.call('GET', '/api/v1/tickets')).type).toBe('urn:fettle:problem:session-over');
    expect((await call('GET', '/api/v1/tickets')).statusCode).toBe(200);
  });

  test('and a role that its key lost is lost', async () => {
    const { clock, api, call } = await at();
    const [hash, key] = [...api.services.keyRows].find(([, { role }]) => role === 'admin')!;
    api.services.keyRows.set(hash, { ...key, role: 'viewer' });
    clock.now += 5000;
    expect(problemOf(await call('GET', '/api/v1/keys')).type).toBe('urn:fettle:problem:forbidden');
  });
});
