import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;

describe.skipIf(!CHROMIUM)('the tickets in the console', () => {
  const ids = ['walked', 'other', 'raced', 'typed', 'seen', 'sheet'];
  const fettle = useFettle(() => ({
    assets: [
      ...ids.map((id) => rigAsset(id, T0)),
      { ...rigAsset('proposed', T0), site: 'hall' },
      { ...rigAsset('refused', T0), site: 'hall' },
    ],
  }));
  const browser = useBrowser();
  const open = (path: string, options: object = {}) => browser.open(path, { url: fettle.app.url, ...options });

  /** Drifts until there is a ticket; its path in the console. */
  async function drift(asset: string, site = 'plant'): Promise<string> {
    for (const [at, temperature] of [70, 82, 83, 85].entries())
      await fettle.send(asset, { ts: T0 + at * MINUTE, temperature }, site);
    await fettle.settled();
    return `/tickets/${(await fettle.ticket(asset)).id}`;
  }

  const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: false });
  const status = (page: Page, name: string) => page.locator('.page-head').getByText(name, { exact: true });

  test('walk from a drifting sensor to a closed ticket, by keyboard alone', async () => {
    const page = await open('/tickets');
    await page.getByText('No tickets here').waitFor();
    await drift('walked');
    await page.reload();
    await page.getByRole('link', { name: /Bearing/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await status(page, 'Open').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press('a');
    await status(page, 'Acknowledged').waitFor();
    await page.keyboard.press('u');
    await page.getByLabel('Person').fill('w.li');
    await page.getByLabel('Person').press('Enter');
    await page.getByText('w.li').first().waitFor();
    await page.keyboard.press('w');
    await status(page, 'In progress').waitFor();
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: 'Comment' }).fill('Grease is dry');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Grease is dry').waitFor();

    await page.keyboard.press('x');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The failure was there').check();
    await dialog.getByLabel('It did it badly').check();
    await dialog.getByLabel('The component was replaced').check();
    await dialog.getByLabel('Worn', { exact: true }).check();
    await dialog.getByLabel('Work, minutes').fill('45');
    await dialog.getByLabel('Parts used').fill('BRG-1 × two');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await dialog.getByText('“BRG-1 × two” is not').waitFor();
    await dialog.getByLabel('Parts used').fill('BRG-1 × 2');
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await status(page, 'Closed').waitFor();

    expect(await fettle.ticket('walked')).toMatchObject({
      status: 'closed',
      person: 'w.li',
      closing: {
        outcome: 'failure-found',
        found: 'degraded',
        labourMinutes: 45,
        parts: [{ number: 'BRG-1', quantity: 2 }],
        replaced: { removed: 'worn' },
      },
    });
  });

  test('release and void what a rule only proposed', async () => {
    const released = await open(await drift('proposed', 'hall'));
    await button(released, 'Release').click();
    await status(released, 'Open').waitFor();
    const refused = await open(await drift('refused', 'hall'));
    await button(refused, 'Void').first().click();
    await refused.getByLabel('Reason').fill('Sensor was being calibrated');
    await refused.getByRole('dialog').getByRole('button', { name: 'Void' }).click();
    await status(refused, 'Cancelled').waitFor();
    expect((await fettle.ticket('refused')).status).toBe('cancelled');
  });

  test('are filtered and ordered by the address, which others can be sent', async () => {
    await drift('other');
    const page = await open('/tickets?view=all&assetId=other&sort=-openedAt');
    await page.getByRole('link', { name: /Bearing/ }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: 'Closed', exact: true }).click();
    await page.getByText('No ticket fits these filters.').waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('over');
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await page
      .getByRole('link', { name: /Bearing/ })
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('show what somebody else did in the meantime in place of overwriting it', async () => {
    const path = await drift('raced');
    const page = await open(path);
    await status(page, 'Open').waitFor();
    await fettle.api.post(`${path}/comments`, { text: 'On my way' });
    await button(page, 'Acknowledge').click();
    await page.getByText('Somebody changed this in the meantime').waitFor();
    await page.getByText('On my way').waitFor();
    expect((await fettle.ticket('raced')).status).toBe('open');
    await button(page, 'Acknowledge').click();
    await status(page, 'Acknowledged').waitFor();
  });

  test('keep what is being typed: beside a click, and when somebody else was faster', async () => {
    const path = await drift('typed');
    const page = await open(path);
    await status(page, 'Open').waitFor();
    await page.keyboard.press('u');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Person').fill('w.li');
    await page.mouse.click(5, 5);
    await fettle.api.post(`${path}/assign`, { team: 'night', person: null });
    // The page has it by now; the dialog still rests on what its reader saw.
    await page.getByText('night').first().waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await fettle.ticket('typed')).toMatchObject({ team: 'night' });
    expect(await dialog.getByLabel('Person').inputValue()).toBe('w.li');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await fettle.ticket('typed')).toMatchObject({ person: 'w.li' });

    const closing = { outcome: 'no-fault-found', note: 'A loose plug' };
    await fettle.api.post(`${path}/close`, closing);
    await page.reload();
    const deadlines = page.getByRole('region', { name: 'Deadlines' });
    await deadlines.getByText('in time').first().waitFor();
  });

  test('give a work sheet with the code that leads the customer to the page of the asset', async () => {
    const page = await open(`${await drift('sheet')}/sheet`);
    await page.getByRole('button', { name: 'Add a link for the customer' }).click();
    const code = page.getByRole('img', { name: /\/c\// });
    await code.waitFor();
    const customer = await fetch((await code.getAttribute('alt'))!);
    expect(customer.status).toBe(200);
    expect(await customer.text()).toContain('sheet');
    expect(await violations(page)).toEqual([]);
  });

  test('can be read by a viewer, who is offered nothing to do; on a phone, in Chinese, as a work sheet', async () => {
    const path = await drift('seen');
    const { key } = await fettle.api.post<{ key: string }>('/keys', { name: 'looks', role: 'viewer' });
    onTestFinished(() => fettle.api.delete('/keys/looks'));
    const page = await open(path, { key, viewport: PHONE, language: 'zh-CN', theme: 'dark' });
    await page.getByRole('heading', { level: 1 }).getByText('轴承').waitFor();
    expect(await page.getByRole('button', { name: '受理' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('link', { name: '作业单' }).click();
    await page.getByText('姓名、日期、签字').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
