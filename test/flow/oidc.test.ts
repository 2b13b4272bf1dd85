import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOidcProvider, type OidcOptions } from '../../src/adapters/identity/oidc.ts';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { createTestApi, problemOf, type TestApi } from '../support/api.ts';
import { NOW } from '../support/apiFixtures.ts';
import { CLIENT, ProviderBrowser, startProvider, type TestProvider } from '../support/identityProvider.ts';

const HOME = 'https://fettle.example/plant';
const REDIRECT = `${HOME}/api/v1/session/oidc/callback`;
const PENDING = '__Host-fettle_sign_in';
const SESSION = '__Host-fettle_session';

let provider: TestProvider;
let clock = { now: NOW };

beforeAll(async () => {
  provider = await startProvider(REDIRECT);
  for (const [name, groups] of [
    ['ann', ['staff', 'fettle-admins', 'fettle-agents']],
    ['bob', ['fettle-agents']],
    ['eve', ['staff']],
  ] as const) {
    provider.people.set(name, { email: `${name}@example.com`, email_verified: true, groups });
  }
});
afterAll(() => provider.stop());
beforeEach(() => {
  clock = { now: NOW };
});

const OPTIONS = {
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  scopes: 'openid profile email',
  roleClaim: 'groups',
  roles: { 'fettle-admins': 'admin', 'fettle-agents': 'agent' },
  label: { en: 'Company account', zh: '公司账号' },
  redirectUri: REDIRECT,
} as const;

const apiWith = (more: Partial<OidcOptions> = {}) =>
  createTestApi({
    publicUrl: HOME,
    now: () => clock.now,
    identityProvider: createOidcProvider({ ...OPTIONS, issuer: provider.issuer, ...more }),
  });

const jar = (cookies: readonly { name: string; value: string }[]) =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

/** Sent to the provider: where to, and the cookies that Fettle set. */
async function leave(api: TestApi, to = '/tickets/17?tab=work') {
  const response = await api.call(undefined, 'GET', `/api/v1/session/oidc?to=${encodeURIComponent(to)}`);
  expect(response.statusCode, response.body).toBe(303);
  return { address: response.headers.location as string, cookies: response.cookies };
}

async function comeBack(api: TestApi, address: string, cookies: readonly { name: string; value: string }[]) {
  const { search } = new URL(address);
  return api.call(undefined, 'GET', `/api/v1/session/oidc/callback${search}`, { headers: { cookie: jar(cookies) } });
}

/** All the way; answers what the browser gets when it is back. */
async function signIn(api: TestApi, login: string, to?: string) {
  const { address, cookies } = await leave(api, to);
  return comeBack(api, await new ProviderBrowser().signIn(address, login, HOME), cookies);
}

const sessionOf = async (api: TestApi, cookies: readonly { name: string; value: string }[]) =>
  (await api.call(undefined, 'GET', '/api/v1/session', { headers: { cookie: jar(cookies) } })).json();

describe('signing in at a provider', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await apiWith();
  });
  afterEach(() => {
    const text = JSON.stringify(api.lines);
    for (const secret of ['code=', CLIENT.secret, 'codeVerifier']) expect(text).not.toContain(secret);
  });

  test('comes back to the page asked for, with the highest role of the groups', async () => {
    const response = await signIn(api, 'ann');
    expect(response.statusCode).toBe(303);
    expect(response.headers.location).toBe(`${HOME}/tickets/17?tab=work`);
    const [gone, kept] = [PENDING, SESSION].map((name) => response.cookies.find((cookie) => cookie.name === name));
    expect(gone).toMatchObject({ value: '', maxAge: 0 });
    expect(kept).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    const { session, waysIn } = await sessionOf(api, response.cookies);
    expect(session).toMatchObject({ name: 'ann@example.com', role: 'admin', way: 'oidc' });
    expect(waysIn).toEqual({ key: true, oidc: { label: OPTIONS.label } });
  });

  test('the name stands for what is done, the role bounds it', async () => {
    const { cookies } = await signIn(api, 'bob');
    const { session } = await sessionOf(api, cookies);
    const headers = { cookie: jar(cookies), 'x-csrf-token': session.csrfToken };
    const comment = { headers, payload: { text: 'on my way' } };
    expect((await api.call(undefined, 'POST', '/api/v1/tickets/T1/comments', comment)).statusCode).toBe(201);
    expect(api.services.calls.find(({ name }) => name === 'comment')?.args.at(-1)).toEqual({
      name: 'bob@example.com',
      role: 'agent',
    });
    expect(problemOf(await api.call(undefined, 'GET', '/api/v1/keys', { headers })).status).toBe(403);
  });

  test('sends with a challenge, a state and a nonce of its own each time, kept in a cookie for ten minutes', async () => {
    const [one, other] = [await leave(api), await leave(api)];
    const query = new URL(one.address).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: REDIRECT,
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(query.get(name)).toMatch(/^[\w-]{43}$/);
      expect(query.get(name)).not.toBe(new URL(other.address).searchParams.get(name));
    }
    expect(one.cookies[0]).toMatchObject({ name: PENDING, httpOnly: true, secure: true, maxAge: 600 });
  });

  test('signing out ends the session and says where to do so at the provider', async () => {
    const { cookies } = await signIn(api, 'ann');
    const { session } = await sessionOf(api, cookies);
    const headers = { cookie: jar(cookies), 'x-csrf-token': session.csrfToken };
    const { providerUrl } = (await api.call(undefined, 'DELETE', '/api/v1/session', { headers })).json();
    expect(providerUrl).toBe(`${provider.issuer}/session/end?client_id=${CLIENT.id}`);
    expect(await sessionOf(api, cookies)).not.toHaveProperty('session');
  });
});

describe('back at the page to sign in on is', () => {
  const problemAt = (address: unknown) => new URL(String(address)).searchParams.get('problem');
  let api: TestApi;
  beforeEach(async () => {
    api = await apiWith();
  });
  const expectRefused = (response: Awaited<ReturnType<typeof comeBack>>, problem: string) => {
    expect(response.statusCode).toBe(303);
    expect(String(response.headers.location)).toMatch(`${HOME}/sign-in?`);
    expect(problemAt(response.headers.location)).toBe(problem);
    expect(response.cookies.map(({ name }) => name)).not.toContain(SESSION);
  };

  test('who has no role here', async () => {
    const response = await signIn(api, 'eve');
    expectRefused(response, 'no-role');
    expect(new URL(String(response.headers.location)).searchParams.get('to')).toBe('/tickets/17?tab=work');
  });

  test('who breaks off', async () => {
    const { address, cookies } = await leave(api);
    expectRefused(await comeBack(api, await new ProviderBrowser().breakOff(address, HOME), cookies), 'denied');
  });

  test('a code that was used already', async () => {
    const { address, cookies } = await leave(api);
    const back = await new ProviderBrowser().signIn(address, 'ann', HOME);
    expect(problemAt((await comeBack(api, back, cookies)).headers.location)).toBeNull();
    expectRefused(await comeBack(api, back, cookies), 'stale');
  });

  test("the answer to somebody else's question: another state", async () => {
    const [mine, theirs] = [await leave(api), await leave(api)];
    const back = await new ProviderBrowser().signIn(theirs.address, 'ann', HOME);
    expectRefused(await comeBack(api, back, mine.cookies), 'stale');
  });

  test('a token made for another question: another nonce', async () => {
    const { address, cookies } = await leave(api);
    const url = new URL(address);
    url.searchParams.set('nonce', 'another');
    expectRefused(await comeBack(api, await new ProviderBrowser().signIn(url.href, 'ann', HOME), cookies), 'stale');
  });

  test('a code whose challenge is that of another', async () => {
    const { address, cookies } = await leave(api);
    const url = new URL(address);
    url.searchParams.set('code_challenge', 'x'.repeat(43));
    expectRefused(await comeBack(api, await new ProviderBrowser().signIn(url.href, 'ann', HOME), cookies), 'stale');
  });

  test('who comes without the cookie, with a changed one, or too late', async () => {
    const { address, cookies } = await leave(api);
    const back = await new ProviderBrowser().signIn(address, 'ann', HOME);
    expectRefused(await comeBack(api, back, []), 'stale');
    const [cookie] = cookies as [{ name: string; value: string }];
    const changed = cookie.value.replace(/^./, (first) => (first === 'f' ? 'e' : 'f'));
    expectRefused(await comeBack(api, back, [{ name: cookie.name, value: changed }]), 'stale');
    clock.now += 10 * MINUTE;
    expectRefused(await comeBack(api, back, cookies), 'stale');
    clock.now -= HOUR;
    expect(problemAt((await comeBack(api, back, cookies)).headers.location)).toBeNull();
  });

  test('everybody while the provider is away; a key still lets in, and so does the provider once it is back', async () => {
    const port = Number(new URL(provider.issuer).port);
    const away = await apiWith({ issuer: 'http://127.0.0.1:1' });
    const response = await away.call(undefined, 'GET', '/api/v1/session/oidc?to=/fleet');
    expect(response.headers.location).toBe(`${HOME}/sign-in?problem=provider-unavailable&to=%2Ffleet`);
    expect(away.lines.find(({ msg }) => msg === 'nobody can be sent to the provider')).toBeDefined();
    const payload = { key: away.services.keys.viewer };
    expect((await away.call(undefined, 'POST', '/api/v1/session', { payload })).statusCode).toBe(201);

    await provider.stop();
    const down = await api.call(undefined, 'GET', '/api/v1/session/oidc');
    expect(problemAt(down.headers.location)).toBe('provider-unavailable');
    provider.server.listen(port, '127.0.0.1');
    expect((await signIn(api, 'ann')).headers.location).toBe(`${HOME}/tickets/17?tab=work`);
  });

  test('everybody where the provider does not know the secret', async () => {
    const wrong = await apiWith({ clientSecret: 'wrong' });
    expectRefused(await signIn(wrong, 'ann'), 'provider-unavailable');
  });
});

test('asked back to another site one lands at home', async () => {
  const api = await apiWith();
  expect((await signIn(api, 'ann', 'https://evil.example')).headers.location).toBe(`${HOME}/`);
});

test('without a provider there is no such way in', async () => {
  const api = await createTestApi();
  expect(problemOf(await api.call(undefined, 'GET', '/api/v1/session/oidc')).status).toBe(404);
  expect(problemOf(await api.call(undefined, 'GET', '/api/v1/session/oidc/callback?code=a')).status).toBe(404);
});

test('a default role lets everybody in whom the provider knows', async () => {
  const api = await apiWith({ defaultRole: 'viewer' });
  const { session } = await sessionOf(api, (await signIn(api, 'eve')).cookies);
  expect(session).toMatchObject({ name: 'eve@example.com', role: 'viewer' });
});
