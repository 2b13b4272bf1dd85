import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CHROMIUM, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { STORM_MODEL } from '../support/stormRig.ts';

const COUNT = 10_000;
const SITES = 20;
const idOf = (n: number) => `m-${String(n).padStart(5, '0')}`;

describe.skipIf(!CHROMIUM)('a fleet of ten thousand', () => {
  const fettle = useFettle(() => ({
    models: [STORM_MODEL],
    assets: Array.from({ length: COUNT }, (_, n) => ({ id: idOf(n), model: 'meter', site: `site-${n % SITES}` })),
  }));
  const browser = useBrowser();
  const rows = (page: Page) => page.locator('.fleet-rows [role=row]');
  const row = (page: Page, name: string) => rows(page).filter({ hasText: name });

  test('is seen from the first asset to the last, of which only those in sight are drawn', async () => {
    const page = await browser.open('/fleet?sort=name', { url: fettle.app.url });
    await page.getByText('10,000 assets').waitFor();
    await row(page, idOf(0)).waitFor();
    const body = page.locator('.fleet-body');
    for (const [share, index] of [
      [0.5, 5000],
      [1, 9999],
      [0.25, 2500],
      [0, 0],
    ] as const) {
      await body.evaluate((element, at) => element.scrollTo({ top: element.scrollHeight * at }), share);
      const seen = row(page, idOf(index));
      await seen.waitFor();
      expect(await seen.getAttribute('aria-rowindex')).toBe(String(index + 2));
      expect(await rows(page).count()).toBeLessThan(60);
    }
    expect(await violations(page)).toEqual([]);
  });

  test('is filtered, searched and followed by the server', async () => {
    const page = await browser.open('/fleet?sort=name', { url: fettle.app.url });
    await page.locator('[data-live=live]').waitFor();
    await page.getByRole('combobox', { name: 'Site', exact: true }).selectOption('site-7');
    await page.getByText('500 assets', { exact: true }).waitFor();
    await row(page, idOf(7)).waitFor();
    expect(await row(page, idOf(8)).count()).toBe(0);
    await page.getByLabel('Name, id or serial number').fill(idOf(9987));
    await page.getByText('1 asset', { exact: true }).waitFor();
    await row(page, idOf(9987)).getByText('Unknown').waitFor();
    await fettle.send(idOf(9987), { ts: Date.now(), temperature: 20 }, 'site-7');
    await row(page, idOf(9987)).getByText('Good').waitFor();
  });
});
