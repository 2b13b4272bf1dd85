import { describe, expect, test } from 'vitest';
import { languageOf } from '../../../src/api/customerWords.ts';
import { createTestApi, problemOf, useTestApi } from '../../support/api.ts';
import { NOW, ODD_ID } from '../../support/apiFixtures.ts';

const api = useTestApi();
const get = (token: string, headers: Record<string, string> = {}, on = api) =>
  on.call(undefined, 'GET', `/c/${token}`, { headers });
const post = (token: string, fields: Record<string, string>, on = api) =>
  on.call(undefined, 'POST', `/c/${token}`, {
    payload: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*;q=0.8' },
  });
const asked = (on = api) => on.services.calls.filter(({ name }) => name === 'customerPages.request');

describe('the page of an asset for its customer', () => {
  test('is small, in one language, and has nothing from elsewhere', async () => {
    const { statusCode, headers, body } = await get('good.token');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(String(headers['content-security-policy'])).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      vary: 'accept-language',
    });
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(body).not.toMatch(/<script|src=|onload|style="/i);
    expect(body).toContain('<html lang="en">');
    expect(body.replaceAll(/<header>.*<\/header>/g, '')).not.toMatch(/\p{Script=Han}/u);
  });

  test('says in plain words how the asset is, by the clocks of its site', async () => {
    const { body } = await get('good.token');
    const text = body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('Ä &amp; &lt;Sons&gt; Screw compressor Needs attention soon');
    expect(text).toContain('Last report: Friday 10 May at 13:59');
    expect(text).toContain('Air filter Needs attention soon; replace by about 30 May; about 93 % of its life used');
    expect(text).toContain('Oil Good; good for more than a year');
    expect(text).toContain('Belt Needs attention now; due to be replaced');
    expect(text).toContain('✓ Received ✓ Accepted ● Planned ○ Done');
    expect(text).toContain('Visit : Tuesday 14 May at 09:00');
    expect(text).toContain('We are waiting for your answer.');
    expect(text).toContain('Ticket 9 · 1 May How did we do? Rate it');
    expect(text).toContain('You rated it: 4/5');
    expect(body).toContain('Air filter &lt;clogged&gt;');
  });

  test('is in Chinese for who prefers it or asks for it', async () => {
    const { body } = await get('good.token', { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
    expect(body).toContain('<html lang="zh-CN">');
    const text = body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('近期需要维护；建议更换时间：约 5月30日；已使用约 93% 的寿命');
    expect(text).toContain('上门时间 ：5月14日星期二 09:00');
    expect((await get('good.token?lang=en', { 'accept-language': 'zh' })).body).toContain('<html lang="en">');
    expect((await get('good.token?lang=zh')).body).toContain('空气滤清器');
  });

  test.each([
    [undefined, undefined, 'en'],
    [undefined, 'fr-FR, de;q=0.5', 'en'],
    [undefined, 'fr, zh;q=0.1', 'zh'],
    [undefined, 'en;q=0.5, zh-Hant-TW;q=0.6', 'zh'],
    [undefined, 'zh;q=0, en;q=0.1', 'en'],
    ['fr', 'zh', 'zh'],
    ['en', 'zh', 'en'],
  ])('asked for %s and preferring %s, it is in %s', (lang, accepted, expected) => {
    expect(languageOf(lang, accepted)).toBe(expected);
  });

  test('takes a request, and says which ticket it became', async () => {
    const fields = { text: ' It squeaks \r\nsince noon ', phone: '0341\n555', email: 'kim@acme.example', about: '12' };
    const answer = await post('good.token?lang=zh', fields);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '?lang=zh&sent=12']);
    expect(asked().map(({ args }) => args)).toEqual([
      [
        ODD_ID,
        {
          text: 'It squeaks \nsince noon',
          contact: ['Phone / 电话: 0341 555', 'E-mail / 邮箱: kim@acme.example'],
          about: 12,
        },
      ],
    ]);
    expect((await get('good.token?sent=12')).body).toContain('It is ticket 12');
  });

  test('says only of a ticket that it shows that it was sent', async () => {
    for (const sent of ['13', '9', 'x', '<b>', '12.0'])
      expect((await get(`good.token?sent=${encodeURIComponent(sent)}`)).body, sent).not.toContain('Thank you');
  });

  test('gives back what it did not take', async () => {
    const answer = await post('good.token', { text: ' ', phone: '"><b>', about: '12' });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('Please write what is the matter.');
    expect(answer.body).toContain('value="&quot;&gt;&lt;b&gt;"');
    expect(answer.body).toContain('<option value="12" selected>');
    expect(asked()).toEqual([]);
  });

  test('cuts what is longer than its fields', async () => {
    await post('good.token', { text: 'x'.repeat(5000), phone: '1'.repeat(500) });
    const [, request] = asked()[0]!.args as [string, { text: string; contact: string[] }];
    expect(request.text).toHaveLength(2000);
    expect(request.contact[0]).toBe(`Phone / 电话: ${'1'.repeat(120)}`);
    expect(problemOf(await post('good.token', { text: 'x'.repeat(40_000) })).status).toBe(413);
  });

  test('says in plain words that a link has ended, or is none', async () => {
    const old = await get('old.token');
    expect([old.statusCode, old.body.includes('This link has ended')]).toEqual([410, true]);
    expect(old.body).not.toContain('Ä');
    expect((await post('old.token', { text: 'x' })).statusCode).toBe(410);
    const none = await get('guess?lang=zh');
    expect([none.statusCode, none.body.includes('链接无效')]).toEqual([404, true]);
    expect((await post('guess', { text: 'x' })).statusCode).toBe(404);
    expect(asked()).toEqual([]);
  });

  test('keeps its secret out of the log', async () => {
    await post('good.token', { text: 'x' });
    const logged = JSON.stringify(api.lines);
    expect(logged).toContain('/c/:secret');
    expect(logged).not.toContain('good.token');
  });
});

test('nobody asks without end, and what was written is not lost', async () => {
  let now = NOW;
  const own = await createTestApi({ now: () => now });
  const send = () => post('good.token', { text: 'once more' }, own);
  for (let call = 0; call < 5; call += 1) expect((await send()).statusCode).toBe(303);
  const refused = await send();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '600']);
  expect(refused.body).toContain('>once more</textarea>');
  expect(asked(own)).toHaveLength(5);
  for (let call = 0; call < 60; call += 1) await get('guess', {}, own);
  expect((await get('guess', {}, own)).statusCode).toBe(429);
  now += 600_000;
  expect([(await send()).statusCode, (await get('guess', {}, own)).statusCode]).toEqual([303, 404]);
  for (let call = 0; call < 59; call += 1) await get('good.token', {}, own);
  const often = await get('good.token', {}, own);
  expect([often.statusCode, often.body.includes('That was too often')]).toEqual([429, true]);
});

test('a link that has ended spends the looks of nobody who has a good one', async () => {
  const own = await createTestApi();
  for (let call = 0; call < 60; call += 1) expect((await get('old.token', {}, own)).statusCode).toBe(410);
  expect((await get('old.token', {}, own)).statusCode).toBe(429);
  expect((await get('good.token', {}, own)).statusCode).toBe(200);
});

describe('the link', () => {
  const path = `/api/v1/assets/${encodeURIComponent(ODD_ID)}/customer-link`;

  test('is made with its QR code for those who work tickets, and ended by them', async () => {
    const answer = (await api.call('agent', 'POST', path, { payload: { validDays: 30 } })).json();
    expect(answer).toMatchObject({ url: 'https://fettle.example/c/token', until: '2024-06-09T12:00:00.000Z' });
    expect(answer.qr).toMatch(/^<svg [^>]*viewBox=.*<\/svg>$/s);
    expect((await api.call('agent', 'POST', path, { payload: {} })).json().until).toBe('2025-05-10T12:00:00.000Z');
    expect((await api.call('agent', 'DELETE', path)).statusCode).toBe(204);
    expect(api.services.calls.map(({ name }) => name)).toContain('customerPages.revoke');
  });

  test('not by others, not of what there is not, and not for ever', async () => {
    expect(problemOf(await api.call('viewer', 'POST', path, { payload: {} })).status).toBe(403);
    expect(problemOf(await api.call('viewer', 'DELETE', path)).status).toBe(403);
    const none = '/api/v1/assets/none/customer-link';
    expect(problemOf(await api.call('agent', 'POST', none, { payload: {} })).status).toBe(404);
    expect(problemOf(await api.call('agent', 'DELETE', none)).status).toBe(404);
    for (const validDays of [0, 1.5, 3661])
      expect(problemOf(await api.call('agent', 'POST', path, { payload: { validDays } })).status).toBe(400);
  });
});
