import { describe, expect, test } from 'vitest';
import { createTestApi, useTestApi } from '../../support/api.ts';

describe('the documentation page', () => {
  test('loads from here alone, under a policy that allows no other', async () => {
    const { app } = await createTestApi();
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    const page = await fetch(origin);
    expect(page.url).toBe(`${origin}/api/v1/docs`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => new URL(link!, page.url));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      expect(link.origin).toBe(origin);
      const asset = await fetch(link);
      expect(asset.status, link.href).toBe(200);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect(html).not.toMatch(/<script(?! src)/);
    const document = await fetch(`${origin}/api/v1/docs/json`);
    expect(await document.json()).toEqual(await (await fetch(`${origin}/api/v1/openapi.json`)).json());
  });
});

describe('every answer', () => {
  const api = useTestApi();

  test.each(['/healthz', '/api/v1/tickets', '/api/v1/openapi.json', '/nothing', '/%zz'])('%s', async (url) => {
    const { headers } = await api.call('viewer', 'GET', url);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test.each([
    ['/healthz', 'GET', 10],
    ['/api/v1/tickets', 'GET', 20],
    ['/api/v1/dead-letters/D1', 'DELETE', 30],
  ])('%s %s is logged at level %i', async (url, method, level) => {
    const response = await api.call('engineer', method, url);
    const line = api.lines.find(({ msg }) => msg === 'request answered');
    expect(line).toMatchObject({
      level,
      url,
      method,
      status: response.statusCode,
      reqId: response.headers['x-request-id'],
    });
    if (level > 10) expect(line).toMatchObject({ key: 'key-engineer' });
  });
});

test('a closing server turns requests away', async () => {
  const { app } = await createTestApi();
  const answers: Response[] = [];
  app.addHook('preClose', async () => void answers.push(await fetch(`${origin}/healthz`)));
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  await app.close();
  expect(answers[0]?.status).toBe(503);
  expect(await answers[0]?.json()).toMatchObject({ type: 'urn:fettle:problem:unavailable' });
});
