import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, useBrowser, violations } from '../support/browser.ts';
import { startFettle } from '../support/fettle.ts';
import { freePort } from '../support/freePort.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;

describe.skipIf(!CHROMIUM)('a page whose server starts anew', () => {
  const browser = useBrowser();

  test('says that it may be out of date, and goes on by itself with the same session', async () => {
    const folder = tempFolder();
    const options = { assets: [rigAsset('hot', T0)], config: { http: { port: await freePort() } } };
    writeInstallation(folder, options);
    const before = await startFettle({ folder, ...options });
    const page = await browser.open('/tickets', { url: before.app.url });
    await page.getByText('No tickets here').waitFor();

    await before.stop();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByText('No connection to Fettle.').first().waitFor();
    expect(await violations(page)).toEqual([]);

    const after = await startFettle({ folder, ...options });
    expect(after.app.url).toBe(before.app.url);
    await page.getByText('No connection to Fettle.').first().waitFor({ state: 'hidden' });
    for (const [at, temperature] of [70, 82, 83, 85].entries())
      await after.send('hot', { ts: T0 + at * MINUTE, temperature });
    await after.settled();
    await page.getByRole('link', { name: /Bearing/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/tickets');
  });
});
