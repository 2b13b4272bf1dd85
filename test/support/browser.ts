import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { API_KEY } from './installation.ts';
import { requireProgram } from './services.ts';

/** Keeps the browser to itself: no updates, no phoning home. */
export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const CHROMIUM = requireProgram('chromium');

const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const AXE_OPTIONS = JSON.stringify({
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
});

export interface OpenOptions {
  /** Address of the running Fettle. */
  readonly url: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
  readonly language?: 'en' | 'zh-CN';
  /** Signs in with it; null: nobody is signed in. */
  readonly key?: string | null;
}

export interface TestBrowser {
  /** A page of a browser profile of its own, closed after the test; it fails the test on errors in its console. */
  open(path: string, options: OpenOptions): Promise<Page>;
}

/** One browser for all tests of a suite, for `describe.skipIf(!CHROMIUM)`. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: QUIET });
  });
  afterAll(() => browser?.close());
  return {
    open: async (path, options) => {
      const context = await newContext(browser!, options);
      onTestFinished(() => context.close());
      return openPage(context, path, options);
    },
  };
}

/** A profile, signed in where a key is given. */
async function newContext(browser: Browser, options: OpenOptions): Promise<BrowserContext> {
  const { url, viewport = DESKTOP, theme = 'light', language = 'en', key = API_KEY } = options;
  const context = await browser.newContext({ viewport, colorScheme: theme, locale: language, baseURL: url });
  if (key !== null) {
    const answer = await context.request.post('/api/v1/session', { data: { key } });
    expect(answer.status(), await answer.text()).toBe(201);
  }
  return context;
}

async function openPage(context: BrowserContext, path: string, { url }: OpenOptions): Promise<Page> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error}`));
  // What the browser itself says of refused content; failed requests are the test's own matter.
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) errors.push(line.text());
  });
  onTestFinished(() => expect(errors, `errors in the page ${path}`).toEqual([]));
  await page.goto(new URL(path, url).href);
  return page;
}

/** What axe finds wrong with the page as it stands, by WCAG 2.2 A and AA; a readable line for each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<Result[]>(`axe.run(${AXE_OPTIONS}).then(({ violations }) => violations)`);
  return found.map(({ id, help, nodes }) => {
    const places = nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`);
    return `${id}: ${help}: ${places.join(' | ')}`;
  });
}
