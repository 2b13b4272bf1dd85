import { beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { RIG, rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const T0 = NOW - 12 * HOUR;

/** What the test asks of a canvas in the page. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  } | null;
}

/** With what its fault code means. */
function withTexts(model: typeof RIG) {
  const texts = {
    overload: {
      ...{ en: 'The motor draws too much', zh: '电机电流过大' },
      check: { en: 'The belt', zh: '皮带' },
    },
  };
  return { ...model, metrics: model.metrics.map((one) => (one.id === 'fault' ? { ...one, texts } : one)) };
}

describe.skipIf(!CHROMIUM)('an asset in the console', () => {
  const fettle = useFettle(() => ({
    models: [withTexts(RIG)],
    config: { presence: [{ id: 'lwt', topic: 'lwt/{asset}' }] },
    assets: [rigAsset('rig-1', T0 - 30 * DAY, { name: 'Rig one', customer: 'acme' }), rigAsset('quiet', T0 - DAY)],
  }));
  const browser = useBrowser();
  const open = (path: string, options = {}) => browser.open(path, { url: fettle.app.url, ...options });

  beforeAll(async () => {
    for (let n = 0; n < 48; n++) {
      const ts = T0 + n * 15 * MINUTE;
      await fettle.send('rig-1', { ts, temperature: 60 + 10 * Math.sin(n / 4), hours: 600 + n / 4, running: 1 });
    }
    for (const [at, temperature] of [85, 86, 87].entries())
      await fettle.send('rig-1', { ts: NOW - (10 - at) * MINUTE, temperature });
    await fettle.settled();
  });

  test('shows how it is, what it measures, what watches it and what happened, without a fault that axe finds', async () => {
    const page = await open('/assets/rig-1');
    await page.getByRole('heading', { level: 1, name: 'Rig one' }).waitFor();
    await page.getByRole('img', { name: /^Temperature: from .* to 87/ }).waitFor();
    const filter = page.locator('[data-component=filter]');
    await filter.getByText('61%').waitFor();
    const rules = page.getByRole('region', { name: 'What watches it' });
    await rules.getByRole('link', { name: 'temperature-high' }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByText('Ticket', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('says whether it is ready to be watched, and what its connection and its codes tell', async () => {
    await fettle.send('rig-1', { ts: NOW - 9 * MINUTE, fault: 2, pressure: 7400 });
    for (const value of [7401, 7402]) await fettle.send('rig-1', { ts: NOW - 8 * MINUTE + value, pressure: value });
    await fettle.settled();
    await until('the dead letters', async () => (await fettle.api.all('/dead-letters')).length === 3);
    await fettle.device.publishAsync('lwt/rig-1', 'offline', { qos: 1 });
    const page = await open('/assets/rig-1');
    const report = page.getByRole('region', { name: 'Commissioning' });
    await report.getByText('Not ready').waitFor();
    await report.getByText('Pressure seems to come in').waitFor();
    await report.getByText('QoS', { exact: true }).waitFor();
    await report.getByText('What came of each metric').click();
    await report.getByRole('row', { name: /^Temperature 5\d/ }).waitFor();
    await page.getByText(/since .*, by lwt/).waitFor();
    const fault = page.locator('figure', { hasText: 'overload' });
    await fault.getByText('The motor draws too much').waitFor();
    await fault.getByText('Check first: The belt').waitFor();
    expect(await violations(page)).toEqual([]);
    for (const look of [
      { theme: 'dark', viewport: PHONE, language: 'zh-CN' },
      { theme: 'dark', language: 'en' },
    ] as const) {
      const other = await open('/assets/rig-1', look);
      await other.getByText(look.language === 'en' ? 'Not ready' : '尚未就绪').waitFor();
      expect(await violations(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    }
  });

  test('zooms into a chart where it is dragged over, and back by the range', async () => {
    const page = await open('/assets/rig-1');
    const chart = page.getByRole('img', { name: /^Temperature/ });
    await chart.waitFor();
    const box = (await chart.locator('.u-over').boundingBox())!;
    const asked = page.waitForRequest(
      (request) => request.url().includes('telemetry') && /bucket=1m/.test(request.url()),
    );
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 5 });
    await page.mouse.up();
    const url = new URL((await asked).url());
    const span = Date.parse(url.searchParams.get('to')!) - Date.parse(url.searchParams.get('from')!);
    expect(span).toBeGreaterThan(4 * HOUR);
    expect(span).toBeLessThan(6 * HOUR);
    const wider = page.waitForRequest((request) => /bucket=1h/.test(request.url()));
    await page.getByRole('button', { name: '7 days' }).click();
    await wider;
    expect(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('draws a forecast to its limit, as far ahead as it reaches', async () => {
    const page = await open('/sign-in');
    await page.route('**/api/v1/models/rig', async (route) => {
      const answer = await route.fetch();
      const model = await answer.json();
      const trend = { ...model.rules[0], id: 'drift', kind: 'trend', params: { metric: 'temperature', limit: 120 } };
      await route.fulfill({ response: answer, json: { ...model, rules: [...model.rules, trend] } });
    });
    await page.route('**/api/v1/assets/rig-1', async (route) => {
      const answer = await route.fetch();
      const asset = await answer.json();
      const [p10, p50, p90] = [8, 12, 20].map((hours) => new Date(NOW + hours * HOUR).toISOString());
      asset.state.components[0].forecast = { basis: 'condition', p10, p50, p90 };
      await route.fulfill({ response: answer, json: asset });
    });
    await page.goto(`${fettle.app.url}/assets/rig-1`);
    const chart = page.getByRole('img', { name: /^Temperature/ });
    await chart.waitFor();
    // What is drawn over the right half, which is the future, is the forecast alone.
    const isDrawn = () =>
      chart.locator('canvas').evaluate((element) => {
        const canvas = element as unknown as Canvas;
        const { width, height } = canvas;
        const [left, top] = [Math.round(width * 0.62), Math.round(height * 0.3)];
        const { data } = canvas
          .getContext('2d')!
          .getImageData(left, top, Math.round(width * 0.1), Math.round(height * 0.2));
        let reddish = 0;
        for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 0 && data[at]! > data[at + 2]! + 60) reddish++;
        return reddish > 50;
      });
    await expect.poll(isDrawn).toBe(true);
  });

  test('takes a replaced component: its wear begins anew', async () => {
    const page = await open('/assets/rig-1');
    const filter = page.locator('[data-component=filter]');
    await filter.getByText('61%').waitFor();
    await filter.getByRole('button', { name: 'Replace' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replace: Filter' });
    await dialog.getByLabel('Reading of the counter').fill('611.7');
    await dialog.getByLabel('Serial number').fill('F-2');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await dialog.waitFor({ state: 'detached' });
    await fettle.send('rig-1', { ts: Date.now(), hours: 611.8 });
    await filter.getByText('0%', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'History' }).getByText('Replaced').waitFor();
  });

  test('goes into maintenance and out of it; a viewer only looks', async () => {
    await fettle.send('quiet', { ts: Date.now(), temperature: 50 });
    await fettle.settled();
    const page = await open('/assets/quiet');
    await page.getByRole('button', { name: 'Start maintenance' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note').fill('Oil change');
    await dialog.getByRole('button', { name: 'Start maintenance' }).click();
    await page.getByText('In maintenance', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'End maintenance' }).click();
    await fettle.send('quiet', { ts: Date.now() + 1, temperature: 50 });
    await page.getByRole('button', { name: 'Start maintenance' }).waitFor();
    const { key } = await fettle.api.post<{ key: string }>('/keys', { name: 'wall', role: 'viewer' });
    const wall = await open('/assets/rig-1', { key });
    await wall.locator('[data-component=filter]').waitFor();
    expect(await wall.getByRole('button', { name: /Replace|maintenance/ }).count()).toBe(0);
  });

  test('gives its raw data, and says that there is no such asset', async () => {
    const page = await open('/assets/rig-1');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Raw data (CSV)' }).click();
    expect((await download).suggestedFilename()).toBe('rig-1.csv');
    const none = await open('/assets/none');
    await none.getByRole('heading', { name: 'There is no such asset.' }).waitFor();
  });

  test('fits a phone, in both languages and themes', async () => {
    for (const [language, theme, title] of [
      ['en', 'dark', 'Components'],
      ['zh-CN', 'light', '部件'],
    ] as const) {
      const page = await open('/assets/rig-1', { viewport: PHONE, language, theme });
      await page.getByRole('heading', { level: 2, name: title }).waitFor();
      await page.locator('.plot canvas').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(await violations(page)).toEqual([]);
    }
  });
});
