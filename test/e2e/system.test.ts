import { afterAll, describe, expect, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

describe.skipIf(!CHROMIUM)('the system page', () => {
  let desk: WebhookReceiver;
  const fettle = useFettle(async () => {
    desk = await startWebhookReceiver({ secret: 'signing' });
    return {
      assets: [{ id: 'rig-1', model: 'rig', site: 'plant' }],
      config: {
        desk: { kind: 'webhook', url: desk.url, secret: 'signing' },
        sources: [
          { id: 'rigs', topic: 'rigs/{site}/{asset}' },
          { id: 'posted-by-the-gateways-of-the-plant', topic: 'posted/{asset}' },
        ],
      },
      expectedErrors: /delivery failed for good/,
    };
  });
  afterAll(() => desk.close());
  const browser = useBrowser();
  const url = () => fettle.app.url;
  const open = (path: string, more: object = {}) => browser.open(path, { url: url(), ...more });
  const keyOf = async (name: string, role: string) =>
    (await fettle.api.post<{ key: string }>('/keys', { name, role })).key;

  test('shows that every message is accounted for, and how each part is', async () => {
    await fettle.send('rig-1', { ts: Date.now(), temperature: 20 });
    await fettle.send('rig-1', 'no JSON');
    await fettle.settled();
    const page = await open('/system');
    const messages = page.locator('.ledger').filter({ has: page.getByRole('heading', { name: 'Messages' }) });
    await messages.getByText('Adds up').waitFor();
    const entries = (await messages.locator('dl > div').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(entries).toEqual(['received 2', 'stored 1', 'duplicate 0', 'dead letters 1', 'dropped 0', 'in flight 0']);
    expect(await page.getByText('Adds up').count()).toBe(3);
    const broker = page.getByRole('row').filter({ hasText: 'Broker' });
    await broker.getByText('Works').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('a failed delivery says why, and engineers try it again', async () => {
    desk.script({ status: 400, body: 'no such queue' });
    const { id } = await fettle.api.post<{ id: string }>('/tickets', { assetId: 'rig-1', title: 'Loud' });
    const page = await open('/system?tab=deliveries');
    const row = page.getByRole('row').filter({ has: page.locator(`a[href$="${id}"]`) });
    await row.getByText('Failed').waitFor({ timeout: 60_000 });
    await row.getByText('400').waitFor();
    expect(await violations(page)).toEqual([]);
    const looking = await open('/system?tab=deliveries', { key: await keyOf('looking', 'viewer') });
    await looking.locator('.badge', { hasText: 'Failed' }).waitFor();
    expect(await looking.getByRole('button', { name: /Try again|Pause/ }).count()).toBe(0);
    await row.getByRole('button', { name: 'Try again: Ticket opened' }).click();
    await row.getByText('Delivered').waitFor({ timeout: 60_000 });
  });

  test('deliveries are paused and resumed, after asking', async () => {
    const page = await open('/system?tab=deliveries', { key: await keyOf('pausing', 'engineer'), theme: 'dark' });
    await page.getByRole('button', { name: 'Pause deliveries' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause deliveries' });
    await dialog.waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Pause deliveries' }).click();
    await page.getByText('Deliveries are paused').waitFor();
    expect(await fettle.api.get('/deliveries/switch')).toEqual({ paused: true, reason: 'by-hand' });
    await page.getByRole('button', { name: 'Resume deliveries' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume deliveries' }).click();
    await page.getByRole('button', { name: 'Pause deliveries' }).waitFor();
    expect(await fettle.api.get('/deliveries/switch')).toEqual({ paused: false });
  });

  test('administrators make a key, which is shown once and lets in, and revoke it', async () => {
    const page = await open('/system');
    await page.getByRole('tab', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Make a key' }).click();
    const form = page.getByRole('dialog', { name: 'Make a key' });
    await form.getByLabel('Name').fill('grafana wall');
    await form.getByLabel('Role').selectOption('viewer');
    expect(await violations(page)).toEqual([]);
    await form.getByRole('button', { name: 'Make a key' }).click();
    const shown = page.getByRole('dialog', { name: 'The key of grafana wall' });
    const key = await shown.locator('code').innerText();
    const asks = () => fetch(`${url()}/api/v1/tickets`, { headers: { authorization: `Bearer ${key}` } });
    expect((await asks()).status).toBe(200);
    await shown.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('row').filter({ hasText: 'grafana wall' }).waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Revoke grafana wall' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke grafana wall' }).click();
    await page.getByText('grafana wall is revoked.').waitFor();
    await expect.poll(async () => (await asks()).status, { timeout: 30_000 }).toBe(401);
  });

  test('a key of a device is for one source, in either language, and is revoked like any other', async () => {
    const page = await open('/system?tab=keys', { language: 'zh-CN', viewport: PHONE });
    await page.getByRole('button', { name: '创建密钥' }).click();
    const form = page.getByRole('dialog', { name: '创建密钥' });
    await form.getByLabel('名称').fill('gateway 7');
    expect(await form.getByLabel('数据源').count()).toBe(0);
    await form.getByLabel('角色').selectOption('device');
    expect(await form.getByLabel('数据源').locator('option').allInnerTexts()).toEqual([
      'rigs',
      'posted-by-the-gateways-of-the-plant',
    ]);
    await form.getByLabel('数据源').selectOption('posted-by-the-gateways-of-the-plant');
    expect(await violations(page)).toEqual([]);
    await form.getByRole('button', { name: '创建密钥' }).click();
    const shown = page.getByRole('dialog', { name: 'gateway 7 的密钥' });
    await shown.locator('code').nth(1).waitFor();
    const [key = '', address = ''] = await shown.locator('code').allInnerTexts();
    expect(address).toBe(`${url()}/api/v1/telemetry/posted-by-the-gateways-of-the-plant`);
    expect(await shown.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0);
    expect(await violations(page)).toEqual([]);
    const post = async (to: string) => {
      const body = JSON.stringify({ ts: Date.now(), temperature: 20 });
      const headers = { authorization: `Bearer ${key}` };
      return (await fetch(`${to}?asset=rig-1`, { method: 'POST', headers, body })).status;
    };
    expect(await post(address)).toBe(200);
    expect(await post(address.replace(/posted.*/, 'rigs'))).toBe(403);
    await shown.getByRole('button', { name: '关闭' }).last().click();

    const english = await open('/system?tab=keys');
    await english
      .getByRole('row')
      .filter({ hasText: 'gateway 7' })
      .getByText('Device · posted-by-the-gateways-of-the-plant')
      .waitFor();
    await english.getByRole('button', { name: 'Revoke gateway 7' }).click();
    await english.getByRole('dialog').getByRole('button', { name: 'Revoke gateway 7' }).click();
    await english.getByText('gateway 7 is revoked.').waitFor();
    await expect.poll(() => post(address), { timeout: 30_000 }).toBe(401);
  });

  test('what an administrator alone may do, others do not see', async () => {
    const page = await open('/system?tab=keys', { key: await keyOf('building', 'engineer') });
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    expect(await page.getByRole('tab', { name: 'API keys' }).count()).toBe(0);
    expect(await page.getByRole('tab', { name: 'Overview' }).getAttribute('aria-selected')).toBe('true');
  });

  test('has no fault that axe finds on any tab, on a phone, in Chinese', async () => {
    const page = await open('/system', { viewport: PHONE, language: 'zh-CN', theme: 'dark', key: API_KEY });
    for (const tab of ['概览', '投递', '通知', '节点', 'API 密钥']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('[role=tabpanel] :is(table, .empty)').first().waitFor();
      expect(await violations(page), tab).toEqual([]);
    }
  });
});
