import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { QUIET } from '../browser.ts';
import { requireProgram } from '../services.ts';
import type { OpenBoard } from './open.ts';
import { renderBoard } from './render.ts';

/** Draws the data of dashboards into `folder`: a page each, and with a browser a picture of its upper part. */
export async function photograph(folder: string, boards: Readonly<Record<string, OpenBoard>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, board] of Object.entries(boards)) writeFileSync(join(folder, `${name}.html`), renderBoard(board));
  const executablePath = requireProgram('chromium');
  if (!executablePath) return;
  const browser = await chromium.launch({ executablePath, args: QUIET });
  try {
    for (const name of Object.keys(boards)) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 1230 }, deviceScaleFactor: 0.7 });
      await page.goto(pathToFileURL(resolve(folder, `${name}.html`)).href);
      await page.screenshot({ path: join(folder, `dashboard-${name}.png`) });
    }
  } finally {
    await browser.close();
  }
}
