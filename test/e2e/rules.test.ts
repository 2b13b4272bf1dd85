import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { CHROMIUM, PHONE, useBrowser, violations } from '../support/browser.ts';
import { useFettle } from '../support/fettle.ts';
import { RIG, rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - DAY;
/** A restart of the service within its process, on a machine with much else to do. */
const PATIENCE = 60_000;
const SHOTS = process.env.SHOTS;

/** The model as people write it: one option a line. */
const YAML = `id: press
name: { en: Press, zh: 压力机 }
metrics:
  - id: temperature
    kind: number
    unit: °C
components:
  - id: bearing
    name: { en: Bearing, zh: 轴承 }
    failureModes:
      - id: overheated
        name: { en: Too hot, zh: 过热 }
    rules:
      - id: temperature-high
        kind: threshold
        failureMode: overheated
        mode: { default: live, sites: { lab: observe } }
        metric: temperature
        direction: above
        levels:
          - { limit: 80, severity: warning }
`;

/** What is typed in place of the whole text. */
async function write(page: Page, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: 'Text of the model (YAML)' });
  await editor.click();
  // Typing over a selection lets the browser keep its colours, as inline styles that the policy refuses.
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

describe.skipIf(!CHROMIUM)('the rules page', () => {
  const fettle = useFettle(() => ({
    models: [RIG],
    assets: [rigAsset('rig-1', T0 - DAY)],
    expectedErrors: /opened more tickets/,
  }));
  const browser = useBrowser();
  const url = () => fettle.app.url;
  const shot = async (page: Page, name: string) => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  };

  test('lists the models, in both languages, with nothing that axe finds wrong', async () => {
    const page = await browser.open('/rules', { url: url() });
    await page.getByRole('link', { name: /Test rig.*5 rules, 4 components/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    const phone = await browser.open('/rules/rig', { url: url(), language: 'zh-CN', viewport: PHONE, theme: 'dark' });
    await phone.getByRole('heading', { level: 1, name: '测试台' }).waitFor();
    await phone.getByRole('textbox', { name: '型号文本（YAML）' }).waitFor();
    await phone.getByText('没有改动。').waitFor();
    expect(await violations(phone)).toEqual([]);
    await shot(phone, 'rules-phone-dark');
    await phone.getByRole('tab', { name: '规则' }).click();
    await phone.getByRole('rowheader', { name: 'temperature-high' }).waitFor();
    expect(await violations(phone)).toEqual([]);
    await shot(phone, 'rules-phone-table');
  });

  test(
    'names a problem where it is, completes from the schema, tries, applies and takes back',
    async () => {
      const { pipeline } = fettle.app;
      const { modelVersions } = pipeline.parts.database;
      const written = { modelId: 'press', origin: 'applied' as const, by: 'ann', at: T0 };
      await modelVersions.append({ ...written, yaml: YAML, note: 'first' }, 0);
      await modelVersions.append({ ...written, yaml: YAML.replace('80', '82') }, 1);
      await until('the model', () => fettle.app.pipeline !== pipeline, PATIENCE);
      const page = await browser.open('/rules/press', { url: url() });
      await page.getByText(/^Version 2, by ann/).waitFor({ timeout: PATIENCE });
      await page.getByRole('textbox', { name: 'Text of the model (YAML)' }).waitFor({ timeout: PATIENCE });

      await write(page, YAML.replace('direction: above', 'direction: sideways'));
      const problem = page.getByRole('button', { name: /line 19, column 20/ });
      await problem.waitFor();
      await page.locator('.cm-lintRange-error').first().waitFor();
      expect(await page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
      expect(await violations(page)).toEqual([]);
      await shot(page, 'rules-problem');

      await write(page, YAML.replace('limit: 80', 'limit: 75'));
      await page.getByText('Rule temperature-high changes').waitFor();
      await page.getByRole('link', { name: 'Tickets', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor();
      await page.goBack();
      await page.getByText('Rule temperature-high changes').waitFor();
      await page.getByRole('button', { name: '中文' }).click();
      const inChinese = page.getByRole('textbox', { name: '型号文本（YAML）' });
      expect(await inChinese.innerText()).toContain('limit: 75');
      await page.getByRole('button', { name: 'EN', exact: true }).click();
      await page.getByRole('textbox', { name: 'Text of the model (YAML)' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.insertText('        dead');
      const offered = page.getByRole('option', { name: /deadband/ });
      await offered.waitFor();
      await shot(page, 'rules-completion');
      await offered.click();
      await page.keyboard.insertText('2\n');
      await page.getByText('Rule temperature-high changes').waitFor();
      await page.getByText('· deadband, levels').or(page.getByText('· levels, deadband')).waitFor();

      await page.getByRole('button', { name: 'Try on history' }).click();
      await page
        .getByRole('heading', { name: 'This text against today’s, on the same history' })
        .waitFor({ timeout: PATIENCE });
      await page.getByRole('table', { name: 'temperature-high (changed)' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await shot(page, 'rules-trial');

      await page.getByRole('button', { name: 'Apply…' }).click();
      await page.getByLabel('Why (optional)').fill('warn earlier');
      await shot(page, 'rules-apply');
      await page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click();
      await page.getByText('Version 3 was applied.').waitFor();
      await page.getByText(/^Version 3, by configuration.*warn earlier$/).waitFor({ timeout: PATIENCE });
      await page.getByText('This version is being put in force.').waitFor({ state: 'hidden', timeout: PATIENCE });
      await page.getByText('Nothing has been changed.').waitFor({ timeout: PATIENCE });

      await page.getByRole('tab', { name: 'Versions' }).click();
      await page.getByRole('button', { name: 'Compare 1' }).click();
      await page.locator('.diff .added', { hasText: 'limit: 75' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await shot(page, 'rules-diff');
      await page.getByRole('button', { name: 'Close' }).click();
      await shot(page, 'rules-versions');
      await page.getByRole('button', { name: 'Restore… 1' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      await page.getByText('Restored as version 4.').waitFor();
      await page.getByRole('rowheader', { name: '4 in force' }).waitFor({ timeout: PATIENCE });
      await page.getByText('This version is being put in force.').waitFor({ state: 'hidden', timeout: PATIENCE });
      expect(await fettle.api.get('/models/press/yaml')).toMatchObject({ version: 4, yaml: YAML });
    },
    4 * PATIENCE,
  );
});
