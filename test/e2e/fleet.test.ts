import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 2 * DAY;
const NAMED = [
  rigAsset('hot', T0 - DAY, { name: 'Hot one', site: 'plant', customer: 'acme' }),
  rigAsset('worn', T0 - DAY, { name: 'Worn one', site: 'plant', customer: 'acme' }),
  rigAsset('cool', T0 - DAY, { name: 'Cool one', site: 'lab' }),
];

describe.skipIf(!CHROMIUM)('the fleet in the console', () => {
  const fettle = useFettle(() => ({ assets: NAMED }));
  const browser = useBrowser();
  const open = (path: string, options = {}) => browser.open(path, { url: fettle.app.url, ...options });
  const rows = (page: Page) => page.locator('.fleet-rows [role=row]');
  const row = (page: Page, name: string) => rows(page).filter({ hasText: name });

  async function fill(): Promise<void> {
    await fettle.send('cool', { ts: T0, temperature: 40 }, 'lab');
    await fettle.send('worn', { ts: T0 - MINUTE, hours: 0 });
    await fettle.send('worn', { ts: T0, hours: 12 });
    await fettle.settled();
  }

  test('filters, searches, sorts and groups by its address', async () => {
    await fill();
    const page = await open('/fleet');
    await page.getByLabel('Name, id or serial number').fill(' one');
    await page.getByText('3 assets', { exact: true }).waitFor();
    await page.waitForURL('**/fleet?search=*one');
    await page.getByRole('combobox', { name: 'Site', exact: true }).selectOption('plant');
    await page.getByText('2 assets', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Group' }).selectOption('customer');
    await page.locator('.group-card', { hasText: 'acme' }).click();
    await row(page, 'Worn one').waitFor();
    expect(new URL(page.url()).searchParams.get('customerId')).toBe('acme');
    await page.reload();
    await row(page, 'Worn one').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row(page, 'Cool one').waitFor();
    await page.getByRole('button', { name: 'Good' }).click();
    await page.waitForURL('**/fleet?health=good');
    await page.getByLabel('Name, id or serial number').fill('nothing like it');
    await page.getByRole('heading', { name: 'No asset fits these filters' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('follows what happens while it is looked at', async () => {
    const page = await open('/fleet?search=hot');
    await page.locator('[data-live=live]').waitFor();
    await row(page, 'Hot one').getByText('Unknown').waitFor();
    for (const [at, temperature] of [82, 83, 84].entries())
      await fettle.send('hot', { ts: T0 + at * MINUTE, temperature });
    await row(page, 'Hot one').getByText('Warning').waitFor();
    await row(page, 'Hot one').getByRole('link', { name: '1 open ticket' }).waitFor();
    for (const [at, temperature] of [97, 98, 99].entries())
      await fettle.send('hot', { ts: T0 + (5 + at) * MINUTE, temperature });
    await row(page, 'Hot one').getByText('Critical').waitFor();
  });

  test('is a list of cards on a phone, in both languages and themes, without a fault that axe finds', async () => {
    await fill();
    for (const [language, theme, title] of [
      ['en', 'dark', 'Fleet'],
      ['zh-CN', 'light', '设备群'],
    ] as const) {
      const page = await open('/fleet?search=one', { viewport: PHONE, language, theme });
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await row(page, 'Worn one').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(await violations(page)).toEqual([]);
    }
  });
});

describe.skipIf(!CHROMIUM)('an empty fleet', () => {
  const fettle = useFettle(() => ({}));
  const browser = useBrowser();

  test('leads to the first device', async () => {
    const page = await browser.open('/fleet', { url: fettle.app.url });
    await page.getByRole('heading', { name: 'No asset yet' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Connect a device' }).click();
    await page.waitForURL('**/start');
  });
});
