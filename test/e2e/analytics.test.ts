import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 6 * HOUR;

describe.skipIf(!CHROMIUM)('the figures in the console', () => {
  const fettle = useFettle(() => ({
    assets: [rigAsset('north-1', T0, { customer: 'acme' }), rigAsset('north-2', T0)],
  }));
  const browser = useBrowser();

  test('say that there is nothing to count where there is nothing', async () => {
    const page = await browser.open('/analytics?view=ratings', { url: fettle.app.url });
    await page.getByText('Nothing to count in this period').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('are those of the API, each view by its own address, readable in both themes and on a phone', async () => {
    for (const [at, temperature] of [70, 82, 83, 85].entries())
      await fettle.send('north-1', { ts: T0 + at * MINUTE, temperature });
    await fettle.settled();
    const { id } = await fettle.ticket('north-1');
    await fettle.api.post(`/tickets/${id}/close`, { outcome: 'failure-found', found: 'critical' });
    await fettle.settled();

    const page = await browser.open('/analytics', { url: fettle.app.url });
    const failures = page.getByRole('row', { name: /rig/ }).getByRole('cell', { name: '1 · 0 · 0' });
    await failures.waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Reliability' }).press('ArrowRight');
    await page.getByRole('columnheader', { name: 'Time to acknowledge' }).waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('service');
    await page.getByLabel('By').selectOption('priority');
    await page.getByRole('row', { name: /^P3/ }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Predictions' }).click();
    await page.getByText('Late 1').waitFor();
    await page.getByRole('tab', { name: 'Customers' }).click();
    const link = page.getByRole('link', { name: 'Download as CSV' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('accounts.csv');

    const phone = await browser.open('/analytics?view=service', {
      url: fettle.app.url,
      viewport: PHONE,
      theme: 'dark',
      language: 'zh-CN',
    });
    await phone.getByRole('columnheader', { name: '响应用时' }).waitFor();
    expect(await violations(phone)).toEqual([]);
    expect(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
