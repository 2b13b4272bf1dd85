// Takes a picture of every page of the console, in both themes, into docs/images: the demo fleet is what they show.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const FETTLE = new URL('../../bin/fettle.js', import.meta.url).pathname;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const folder = mkdtempSync(join(tmpdir(), 'fettle-screenshots-'));
const demo = spawn(process.execPath, [FETTLE, 'demo'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const said = await heard(demo.stdout, /now, in real time/);
  const url = /API\s+(http\S+)\/api\/v1/.exec(said)[1];
  const key = /API key\s+(\S+)/.exec(said)[1];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    for (const theme of ['light', 'dark']) await photograph(browser, url, key, theme);
  } finally {
    await browser.close();
  }
} finally {
  demo.kill('SIGTERM');
  if (demo.exitCode === null) await once(demo, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

/** All that was said, once it says this. */
function heard(stream, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      process.stdout.write(chunk);
      if (pattern.test(text)) resolve(text);
    });
    stream.on('end', () => reject(new Error('the demo ended before it had caught up')));
  });
}

async function photograph(browser, url, key, theme) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: theme, locale: 'en', baseURL: url });
  await context.request.post('/api/v1/session', { data: { key } });
  const read = async (path) => (await context.request.get(`/api/v1${path}`)).json();
  const { items: tickets } = await read('/tickets?sort=priority&limit=50');
  const ticket = tickets.find(({ forecast, chart }) => forecast && chart) ?? tickets[0];
  const pages = {
    fleet: '/fleet',
    asset: `/assets/${encodeURIComponent(ticket.assetId)}`,
    tickets: '/tickets',
    ticket: `/tickets/${ticket.id}`,
    sheet: `/tickets/${ticket.id}/sheet`,
    rules: '/rules',
    model: `/rules/${(await read(`/assets/${encodeURIComponent(ticket.assetId)}`)).modelId}`,
    analytics: '/analytics?view=parts',
    quality: '/quality',
    system: '/system',
    start: '/start',
  };
  for (const [name, path] of Object.entries(pages)) {
    await take(context, path, `console-${name}-${theme}.png`, DESKTOP);
    if (name === 'fleet' || name === 'ticket') await take(context, path, `console-${name}-phone-${theme}.png`, PHONE);
  }
  const link = await customerLink(context, ticket.assetId);
  await take(context, link, `customer-${theme}.png`, PHONE);
  await context.close();
  const visitor = await browser.newContext({ viewport: DESKTOP, colorScheme: theme, locale: 'en', baseURL: url });
  await take(visitor, '/sign-in', `console-sign-in-${theme}.png`, DESKTOP);
  await visitor.close();
}

async function customerLink(context, assetId) {
  const { session } = await (await context.request.get('/api/v1/session')).json();
  const answer = await context.request.post(`/api/v1/assets/${encodeURIComponent(assetId)}/customer-link`, {
    headers: { 'x-csrf-token': session.csrfToken },
    data: {},
  });
  return (await answer.json()).url;
}

async function take(context, path, file, viewport) {
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  // A page that follows what changes never comes to rest; its skeletons are gone when it has what it shows.
  await page.locator('.skeleton').first().waitFor({ state: 'hidden' });
  await page.evaluate('Promise.allSettled([...document.images].map((image) => image.decode()))');
  await page.screenshot({ path: join(IMAGES, file) });
  await page.close();
  process.stdout.write(`${file}\n`);
}
