import { describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { startFettle, useFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { RIG } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';

const NOW = Date.now();
const QUIET = {
  ...RIG,
  id: 'quiet',
  asset: {
    failureModes: [{ id: 'gone', name: { en: 'Gone', zh: '无' } }],
    rules: [{ id: 'silent', kind: 'silence', failureMode: 'gone', mode: 'observe', after: '1s' }],
  },
};

describe.skipIf(!CHROMIUM)('the page of data quality', () => {
  const fettle = useFettle(() => ({
    models: [RIG, QUIET],
    assets: [
      { id: 'rig-1', model: 'rig', site: 'plant' },
      { id: 'quiet-1', model: 'quiet', site: 'plant', name: 'The quiet one' },
    ],
  }));
  const browser = useBrowser();
  const url = () => fettle.app.url;
  const letters = () => fettle.api.all<{ id: string }>('/dead-letters');

  test('says that nothing is wrong, in every view and both languages', async () => {
    const page = await browser.open('/quality', { url: url() });
    await page.getByRole('heading', { name: 'Nothing was refused.' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Dead letters' }).press('ArrowRight');
    await page.getByRole('heading', { name: 'Everything that came is mapped.' }).waitFor();
    await page.getByRole('tab', { name: 'Not mapped' }).press('ArrowRight');
    await page.getByRole('heading', { name: 'Nobody is silent.' }).waitFor();
    await page.getByRole('tab', { name: 'Silent assets' }).press('ArrowRight');
    await page.getByRole('heading', { name: 'Every clock is right.' }).waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '所有时钟都准确。' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('puts a dead letter right and takes it', async () => {
    await fettle.send('rig-1', `{"ts": ${NOW}, "temperature": 21`);
    await fettle.settled();
    await until('the dead letter', async () => (await letters()).length === 1);
    const page = await browser.open('/quality', { url: url(), theme: 'dark' });
    await page.getByRole('button', { name: 'Look at it: rigs/plant/rig-1' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Payload').inputValue()).toBe(`{"ts": ${NOW}, "temperature": 21`);
    await dialog.getByRole('button', { name: 'Take it again' }).click();
    await dialog.getByText('Still refused:').waitFor();
    await dialog.getByLabel('Payload').fill(`{"ts": ${NOW}, "temperature": 21}`);
    await dialog.getByRole('cell', { name: '21 °C' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Take it as corrected' }).click();
    await page.getByText('Taken.').waitFor();
    await page.getByRole('heading', { name: 'Nothing was refused.' }).waitFor();
    await fettle.settled();
    expect(await fettle.api.get('/assets/rig-1')).toMatchObject({ state: { values: { temperature: { value: 21 } } } });
  });

  test('registers the asset of a dead letter and takes its message, on a phone', async () => {
    await fettle.send('new-rig', { ts: NOW, temperature: 30 });
    await fettle.settled();
    await until('the dead letter', async () => (await letters()).length === 1);
    const page = await browser.open('/quality', { url: url(), viewport: PHONE });
    await page.getByLabel('Reason').selectOption('Asset not registered');
    await page.getByRole('button', { name: 'Look at it: rigs/plant/new-rig' }).click();
    await page.getByText('Register the asset, and take the message').click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Register it' }).click();
    await page.getByText('Taken.').waitFor();
    await fettle.settled();
    expect(await fettle.api.get('/assets/new-rig')).toMatchObject({
      state: { values: { temperature: { value: 30 } } },
    });
  });

  test('discards what is of no use, and names clocks that are off', async () => {
    await fettle.send('nobody', { ts: NOW, temperature: 30 });
    await fettle.send('rig-1', { ts: Date.now() + 200_000, temperature: 22 });
    await fettle.settled();
    await until('the dead letter', async () => (await letters()).length === 1);
    const page = await browser.open('/quality', { url: url() });
    await page.getByRole('button', { name: 'Look at it: rigs/plant/nobody' }).click();
    await page.getByRole('button', { name: 'Discard it' }).click();
    await page.getByRole('heading', { name: 'Nothing was refused.' }).waitFor();
    expect(await letters()).toEqual([]);
    await page.getByRole('tab', { name: 'Clocks' }).click();
    await page.getByRole('cell', { name: /3 min.* ahead/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('lists topics and names that nothing takes, with lines to copy that would', async () => {
    const page = await browser.open('/quality', { url: url() });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await fettle.send('rig-1', { ts: NOW, Press_kPa: 740, rssi: -60 });
    await fettle.device.publishAsync('plc/north/c-7/data', JSON.stringify({ ts: NOW, tempF: 154.4 }), { qos: 1 });
    await fettle.settled();
    await until('the dead letters', async () => (await letters()).length === 3);
    await page.getByRole('tab', { name: 'Not mapped' }).click();
    const topic = page.getByRole('article', { name: 'plc/{site}/{asset}/data' });
    await topic.getByText('All values in these samples would be taken: 1.').waitFor();
    await topic.getByText('What came').click();
    await topic.getByText('"tempF":154.4').waitFor();
    const names = page.getByRole('region', { name: 'Names of rigs' });
    expect(await names.getByRole('row', { name: /Press_kPa/ }).textContent()).toContain('pressure kPa740');
    expect(await names.getByRole('row', { name: /rssi/ }).textContent()).toContain('like no metric of the model');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy: For the source rigs in fettle.yaml' }).press('Enter');
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
      'Press_kPa: { metric: pressure, unit: kPa }',
    );
    for (const look of [
      { theme: 'dark', viewport: PHONE, language: 'zh-CN' },
      { theme: 'dark', language: 'en' },
    ] as const) {
      const other = await browser.open('/quality?tab=unmapped', { url: url(), ...look });
      await other.getByRole('article', { name: 'plc/{site}/{asset}/data' }).waitFor();
      expect(await violations(other)).toEqual([]);
      expect(await other.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
    }
    for (const { id } of await letters()) await fettle.api.delete(`/dead-letters/${id}`);
  });

  test('says that the unmapped could not be read, and tries again', async () => {
    const page = await browser.open('/sign-in', { url: url() });
    let fails = true;
    await page.route('**/api/v1/unmapped', (route) =>
      fails ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }) : route.continue(),
    );
    await page.goto(`${url()}/quality`);
    await page.getByRole('tab', { name: 'Not mapped' }).click();
    await page.getByText('This could not be loaded.').waitFor();
    fails = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Everything that came is mapped.' }).waitFor();
  });

  test('names who has gone silent', async () => {
    await fettle.send('quiet-1', { ts: Date.now(), temperature: 20 });
    const page = await browser.open('/quality', { url: url(), viewport: PHONE, language: 'zh-CN' });
    await page.getByRole('tab', { name: '静默设备' }).click();
    await page.getByRole('link', { name: 'The quiet one' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe.skipIf(!CHROMIUM || !requireProgram('mosquitto'))('listening to a broker, on the page of data quality', () => {
  const browser = useBrowser();

  test('finds topics that no source subscribes to', async () => {
    const mosquitto = await Mosquitto.start();
    onTestFinished(() => mosquitto.remove());
    const fettle = await startFettle({
      assets: [{ id: 'rig-1', model: 'rig', site: 'plant' }],
      config: { mqtt: { url: mosquitto.url } },
    });
    const message = JSON.stringify({ ts: NOW, temperature: 61 });
    await fettle.device.publishAsync('plc/c-7/data', message, { qos: 1, retain: true });
    const page = await browser.open('/quality', { url: fettle.app.url, viewport: PHONE });
    await page.getByRole('tab', { name: 'Not mapped' }).click();
    await page.getByLabel('Topics to listen to').fill('a/#/b');
    await page.getByLabel('Topics to listen to').press('Enter');
    await page.getByText('is no topic filter').first().waitFor();
    await page.getByLabel('Topics to listen to').fill('plc/#');
    await page.getByRole('button', { name: 'Listen for 10 s' }).click();
    await page.getByRole('article', { name: 'plc/{asset}/data' }).waitFor();
    await page.getByText('Heard 1 message: nothing takes any of them, on 1 topic.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await violations(page)).toEqual([]);
  });
});
