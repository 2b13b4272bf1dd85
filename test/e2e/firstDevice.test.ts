import { connectAsync } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';

/** A second Fettle takes its time to start on a busy machine. */
const LONG = 90_000;

describe.skipIf(!CHROMIUM)('the first device', () => {
  const fettle = useFettle(() => ({}));
  const browser = useBrowser();
  const url = () => fettle.app.url;

  test('is decoded as its message is pasted, registered with one button, and heard', async () => {
    const page = await browser.open('/start', { url: url() });
    await page.getByRole('heading', { level: 1, name: 'Connect a device' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Topic').fill('rigs/hall/pump-1');
    await page.getByLabel('Payload').fill('{"temperature": 21');
    await page.getByText('not JSON').waitFor();
    await page.getByLabel('Payload').fill(`{"ts": ${Date.now()}, "temperature": 21.5, "hours": 5, "humidity": 3}`);
    await page.getByRole('cell', { name: '21.5 °C' }).waitFor();
    await page.getByText('Test rig: 2 of 3 names').waitFor();
    expect(await page.getByText('humidity').first().isVisible()).toBe(true);
    expect(await page.getByLabel('Name').inputValue()).toBe('Pump 1');
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Register it' }).click();
    await page.getByText('Waiting for its first message').waitFor();
    expect(await fettle.api.get('/assets/pump-1')).toMatchObject({ siteId: 'hall', modelId: 'rig', name: 'Pump 1' });

    const address = await page.locator('code', { hasText: 'mqtt://' }).textContent();
    const device = await connectAsync(address!);
    await device.publishAsync('rigs/hall/pump-1', JSON.stringify({ ts: Date.now(), temperature: 22 }), { qos: 1 });
    await device.endAsync();
    await page.getByText(/^First message received/).waitFor();
    expect(await page.getByRole('link', { name: 'Open the asset' }).getAttribute('href')).toBe('/assets/pump-1');
    expect(await violations(page)).toEqual([]);
  });

  test('names a source for a topic that none listens to, and gives an example to try', async () => {
    const page = await browser.open('/start', { url: url(), theme: 'dark', viewport: PHONE, language: 'zh-CN' });
    await page.getByLabel('主题').fill('acme/hall/pump-2/data');
    await page.getByRole('button', { name: '填入示例' }).click();
    await page.getByText("topic: 'acme/{site}/{asset}/data'").waitFor();
    await page.getByText('测试台：4 个名称中的 4 个').waitFor();
    expect(await page.getByText('mosquitto_pub').textContent()).toContain("-t 'acme/hall/pump-2/data'");
    expect(await violations(page)).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(PHONE.width);
  });

  test('can wait: a demo fleet is started beside it, opened, and stopped', async () => {
    const page = await browser.open('/start', { url: url() });
    await page.getByRole('button', { name: 'Start the demo fleet' }).click();
    await page.getByText('The demo fleet is starting').waitFor();
    expect(await violations(page)).toEqual([]);
    const link = page.getByRole('link', { name: 'Open the demo fleet' });
    await link.waitFor({ timeout: LONG });
    expect(await violations(page)).toEqual([]);
    const opened = page.waitForEvent('popup');
    await link.click();
    const demo = await opened;
    await demo.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor({ timeout: LONG });
    expect(new URL(demo.url()).hash).toBe('');
    expect(new URL(demo.url()).port).not.toBe(new URL(url()).port);
    await demo.getByText('40 assets').waitFor({ timeout: LONG });
    await demo.close();

    await page.reload();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByRole('button', { name: 'Start the demo fleet' }).waitFor({ timeout: LONG });
    expect(await fettle.api.get('/installation')).toMatchObject({ assets: 1 });
  });

  test('is only looked on by viewers', async () => {
    const { key } = await fettle.api.post<{ key: string }>('/keys', { name: 'looker', role: 'viewer' });
    const page = await browser.open('/start', { url: url(), key });
    await page.getByText('takes the role engineer').waitFor();
    await page.getByLabel('Payload').fill('{"temperature": 21}');
    expect(await page.getByRole('button', { name: 'Register it' }).count()).toBe(0);
  });
});
