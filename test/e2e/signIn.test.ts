import { afterAll, describe, expect, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { CLIENT, startProvider, type TestProvider } from '../support/identityProvider.ts';
import { API_KEY } from '../support/installation.ts';

describe.skipIf(!CHROMIUM)('signing in to the console', () => {
  let provider: TestProvider;
  const fettle = useFettle(async () => {
    const port = await freePort();
    provider = await startProvider(`http://127.0.0.1:${port}/api/v1/session/oidc/callback`);
    provider.people.set('ann', { email: 'ann@example.com', groups: ['desk'] });
    provider.people.set('eve', { email: 'eve@example.com', groups: [] });
    const oidc = {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      roleClaim: 'groups',
      roles: { desk: 'agent' },
      label: { en: 'Company account', zh: '公司账号' },
    };
    return {
      assets: [{ id: 'rig-1', model: 'rig', site: 'plant' }],
      config: { http: { port }, signIn: { oidc } },
    };
  });
  afterAll(() => provider.stop());
  const browser = useBrowser();
  const url = () => fettle.app.url;
  const keyOf = async (name: string, role: string) =>
    (await fettle.api.post<{ key: string }>('/keys', { name, role })).key;

  test('a key that is not known is refused in words; a known one leads in, and signing out leads out', async () => {
    const page = await browser.open('/fleet', { url: url(), key: null });
    await page.getByLabel('API key').fill('ftl_nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key is unknown or revoked.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('API key').fill(API_KEY);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/fleet');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: `fettle_session_${new URL(url()).port}`, httpOnly: true, sameSite: 'Lax' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await page.context().cookies()).toEqual([]);
    await page.goto(`${url()}/fleet`);
    await page.waitForURL('**/sign-in?to=*');
  });

  test('with the account one has one comes back to the page asked for, with its name and role', async () => {
    const page = await browser.open('/tickets?view=all', { url: url(), key: null, viewport: PHONE });
    await page.getByRole('link', { name: 'Company account' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Company account' }).click();
    await page.getByPlaceholder('Enter any login').fill('ann');
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/tickets?view=all');
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByText('ann@example.com').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    const leave = page.getByRole('link', { name: 'Sign out of your company account too' });
    expect(await leave.getAttribute('href')).toContain(`${provider.issuer}/session/end`);
  });

  test('who has no role here is told so, in the language they read', async () => {
    const page = await browser.open('/fleet', { url: url(), key: null, language: 'zh-CN', theme: 'dark' });
    await page.getByRole('link', { name: '公司账号' }).click();
    await page.getByPlaceholder('Enter any login').fill('eve');
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('在 Fettle 中没有角色').waitFor();
    expect(new URL(page.url()).searchParams.get('problem')).toBe('no-role');
    expect(await violations(page)).toEqual([]);
  });

  test('a session that is over leads to signing in, and back to where one was', async () => {
    const key = await keyOf('leaving', 'agent');
    const page = await browser.open('/tickets?view=all', { url: url(), key });
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
    await fettle.api.delete('/keys/leaving');
    // A remembered key is taken for five seconds; the page asks again by itself.
    await page.waitForURL('**/sign-in?to=*', { timeout: 60_000 });
    await page.getByLabel('API key').fill(API_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/tickets?view=all');
  });

  test.each(['viewer', 'agent', 'engineer', 'admin'] as const)('as %s one sees what one may do', async (role) => {
    const { id } = await fettle.api.post<{ id: string }>('/tickets', { assetId: 'rig-1', title: `Loud ${role}` });
    const page = await browser.open(`/tickets/${id}`, { url: url(), key: await keyOf(`key-${role}`, role) });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(`key-${role}`).first().waitFor();
    const acts = page.locator('.ticket-actions button');
    if (role === 'viewer') expect(await acts.count()).toBe(0);
    else await acts.first().waitFor();
  });
});
