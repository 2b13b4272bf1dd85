import { describe, expect, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';

describe.skipIf(!CHROMIUM)('the page of the customer', () => {
  const fettle = useFettle(() => ({
    assets: [{ id: 'rig-1', model: 'rig', site: 'plant', customer: 'acme', name: 'Rig in hall 1' }],
  }));
  const browser = useBrowser();
  const link = async () =>
    new URL((await fettle.api.post<{ url: string }>('/assets/rig-1/customer-link', { validDays: 5 })).url).pathname;
  const phone = { viewport: PHONE, key: null };

  test('takes a request on a phone, in English and without a login', async () => {
    const path = await link();
    const page = await browser.open(path, { url: fettle.app.url, ...phone });
    await page.getByRole('heading', { level: 1, name: 'Rig in hall 1' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('What is the matter?').fill('It squeaks');
    await page.getByLabel('Phone').fill('0341 555');
    await page.getByRole('button', { name: 'Send' }).click();
    const [ticket] = await fettle.tickets('rig-1');
    await page.getByText(`It is ticket ${ticket!.number}`).waitFor();
    expect(ticket).toMatchObject({ origin: 'customer', title: { en: 'It squeaks' } });
    expect(await page.locator('[aria-current=step]').textContent()).toContain('Received');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    const small = await page
      .locator('a, button, input, select, textarea')
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML));
    expect(small).toEqual([]);
  });

  test('is in Chinese for who reads Chinese, in the dark too, and in English at a touch', async () => {
    const path = await link();
    const page = await browser.open(path, { url: fettle.app.url, ...phone, language: 'zh-CN', theme: 'dark' });
    await page.getByRole('heading', { level: 2, name: '报修与留言' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { level: 2, name: 'Tell us something' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('says in plain words that its link has ended', async () => {
    const path = await link();
    await fettle.api.delete('/assets/rig-1/customer-link');
    const page = await browser.open(path, { url: fettle.app.url, ...phone });
    await page.getByText('This link has ended.').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
