// What the console costs at first sight: node test/bench/console.mjs (after npm run build)
// Script that is loaded before the fleet shows, compressed, and the time until it does, beside that of an empty page of the same server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const FETTLE = new URL('../../bin/fettle.js', import.meta.url).pathname;
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const ROUNDS = 9;

const folder = mkdtempSync(join(tmpdir(), 'fettle-console-'));
const env = { ...process.env, FETTLE_HTTP_PORT: '0', FETTLE_MQTT_PORT: '0', FETTLE_DATA_DIR: join(folder, 'data') };
const fettle = spawn(process.execPath, [FETTLE, 'serve'], { cwd: folder, env, stdio: ['ignore', 'inherit', 'pipe'] });
try {
  const url = await address(fettle.stderr);
  const key = readFileSync(join(folder, 'data', 'api-key'), 'utf8').trim();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
  try {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({ ...(await firstSight(browser, url, key)), empty: await emptyPage(browser, url) });
    }
    const median = (name) => rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    process.stdout.write(
      `script ${(median('script') / 1000).toFixed(1)} kB compressed; usable after ${median('usable').toFixed(0)} ms, ` +
        `${(median('usable') / median('empty')).toFixed(1)} times an empty page (${median('empty').toFixed(0)} ms); medians of ${ROUNDS}\n`,
    );
  } finally {
    await browser.close();
  }
} finally {
  fettle.kill('SIGTERM');
  if (fettle.exitCode === null) await once(fettle, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

function address(stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      const found = /"api":"(http[^"]+)"/.exec(text);
      if (found) resolve(found[1]);
    });
    stream.on('end', () => reject(new Error(`Fettle did not start: ${text.slice(-500)}`)));
  });
}

async function firstSight(browser, url, key) {
  const context = await browser.newContext({ baseURL: url, locale: 'en' });
  await context.request.post('/api/v1/session', { data: { key } });
  const page = await context.newPage();
  const scripts = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() === 'script') scripts.push(answer.body());
  });
  const start = performance.now();
  await page.goto('/fleet', { waitUntil: 'commit' });
  await page.locator('h1').waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'hidden' });
  const usable = performance.now() - start;
  const bodies = await Promise.all(scripts);
  await context.close();
  return { usable, script: bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) };
}

async function emptyPage(browser, url) {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  const start = performance.now();
  await page.goto('/healthz');
  const took = performance.now() - start;
  await context.close();
  return took;
}
