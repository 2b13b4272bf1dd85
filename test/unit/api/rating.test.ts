import { describe, expect, test } from 'vitest';
import { createTestApi, problemOf, useTestApi } from '../../support/api.ts';
import { NOW } from '../../support/apiFixtures.ts';

const api = useTestApi();
const get = (token: string, on = api) => on.call(undefined, 'GET', `/r/${token}`);
const post = (token: string, payload: string, on = api) =>
  on.call(undefined, 'POST', `/r/${token}`, {
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*;q=0.8' },
  });
const rated = (on = api) => on.services.calls.filter(({ name }) => name === 'ratings.rate').map(({ args }) => args);

describe('the page on which a customer rates', () => {
  test('is a form in both languages, without a script or anything from elsewhere', async () => {
    const { statusCode, headers, body } = await get('good.token');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-/,
    );
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(body.match(/type="radio"/g)).toHaveLength(5);
    expect(body).toContain('How did we do?');
    expect(body).toContain('您对我们的服务满意吗？');
    expect(body).not.toMatch(/<script|https?:|src=|onload|style="/i);
    expect(rated()).toEqual([]);
  });

  test('shows what was said before, and nothing of it is markup', async () => {
    const { body } = await get('rated.token');
    expect(body).toContain('value="2" required checked');
    expect(body).toContain('You chose 2 of 5');
    expect(body).toContain('&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).toContain('Ä &amp; &lt;Sons&gt;');
    expect(body).not.toContain('<script');
  });

  test('takes a rating, with or without a word, and leads back to itself', async () => {
    const answer = await post('good.token', 'score=4&comment=+quick+%26+good+');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, 'good.token']);
    await post('good.token', 'score=1&comment=');
    expect(rated()).toEqual([
      ['T1', 4, 'quick & good'],
      ['T1', 1, undefined],
    ]);
  });

  test('takes nothing else', async () => {
    for (const body of ['', 'score=', 'score=0', 'score=6', 'score=2.5', 'score=x', 'comment=x'])
      expect((await post('good.token', body)).statusCode, body).toBe(400);
    expect((await post('old.token', 'score=4')).statusCode).toBe(410);
    expect((await get('old.token')).body).toContain('评分时间已过');
    expect((await post('none', 'score=4')).statusCode).toBe(404);
    const json = await api.call(undefined, 'POST', '/r/good.token', { payload: { score: 4 } });
    expect(problemOf(json).status).toBe(415);
    const large = await post('good.token', `score=4&comment=${'x'.repeat(20_000)}`);
    expect(problemOf(large).status).toBe(413);
    expect(rated()).toEqual([]);
  });

  test('keeps its secret out of the log', async () => {
    await post('good.token', 'score=4');
    const logged = JSON.stringify(api.lines);
    expect(logged).toContain('/r/:secret');
    expect(logged).not.toContain('good.token');
  });
});

test('the page is not asked without end', async () => {
  let now = NOW;
  const own = await createTestApi({ now: () => now });
  const codes = async (count: number, token: string) => {
    const answers = [];
    for (let call = 0; call < count; call += 1) answers.push((await get(token, own)).statusCode);
    return answers;
  };
  expect(new Set(await codes(20, 'good.token'))).toEqual(new Set([200]));
  expect(await codes(1, 'good.token')).toEqual([429]);
  expect(new Set(await codes(60, 'guess'))).toEqual(new Set([404]));
  expect(await codes(1, 'guess')).toEqual([429]);
  now += 60_000;
  expect([...(await codes(1, 'good.token')), ...(await codes(1, 'guess'))]).toEqual([200, 404]);
});

test('a link is made for those who work tickets', async () => {
  const answer = await api.call('agent', 'POST', '/api/v1/tickets/T1/rating-link');
  expect(answer.json()).toEqual({ url: 'https://fettle.example/r/token', expiresAt: new Date(NOW).toISOString() });
  expect(problemOf(await api.call('viewer', 'POST', '/api/v1/tickets/T1/rating-link')).status).toBe(403);
});
