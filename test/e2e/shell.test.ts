import { describe, expect, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';

describe.skipIf(!CHROMIUM)('the frame of the console', () => {
  const fettle = useFettle(() => ({ assets: [{ id: 'rig-1', model: 'rig', site: 'plant' }] }));
  const browser = useBrowser();
  const url = () => fettle.app.url;

  test('leads whoever is not signed in to the sign-in page, and back to where they wanted to be', async () => {
    const page = await browser.open('/tickets?status=open', { url: url(), key: null });
    await page.waitForURL('**/sign-in?to=*');
    expect(new URL(page.url()).searchParams.get('to')).toBe('/tickets?status=open');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('API key').fill('test-key-of-the-whole-service');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/tickets?status=open');
  });

  test('has a title, a way past the menu, and no fault that axe finds, in both themes', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const page = await browser.open('/fleet', { url: url(), theme });
      await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
      expect(await page.title()).toBe('Fleet · Fettle');
      await page.keyboard.press('Tab');
      await page.getByRole('link', { name: 'Skip to content' }).press('Enter');
      expect(await page.locator(':focus').getAttribute('id')).toBe('main');
      expect(await violations(page)).toEqual([]);
    }
  });

  test('speaks Chinese to whoever reads Chinese, and remembers another choice', async () => {
    const page = await browser.open('/fleet', { url: url(), language: 'zh-CN', viewport: PHONE });
    await page.getByRole('heading', { level: 1, name: '设备群' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('keeps the theme that was chosen', async () => {
    const page = await browser.open('/fleet', { url: url(), theme: 'light' });
    await page.getByRole('button', { name: 'Dark colours' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Light colours' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  test('is served with a policy that lets no other script in, and files that may be kept for good', async () => {
    const page = await fetch(`${url()}/fleet`);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'");
    const html = await page.text();
    const [script] = /assets\/index-[\w-]+\.js/.exec(html) ?? [];
    const file = await fetch(`${url()}/${script}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${url()}/no-such-page`)).status).toBe(404);
  });
});
