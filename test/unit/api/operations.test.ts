import { describe, expect, test } from 'vitest';
import { presentDeadLetter } from '../../../src/api/resources/deadLetter.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { deadLetter, model, ODD_ID } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const api = useTestApi();
const argsOf = (name: string) => api.services.calls.find((call) => call.name === name)?.args;

describe('dead letters', () => {
  test('list by reason, asset and topic', async () => {
    const query = `reason=out-of-range&assetId=${encodeURIComponent(ODD_ID)}&topic=a%2Fb`;
    expect((await api.call('viewer', 'GET', `/api/v1/dead-letters?${query}`)).statusCode).toBe(200);
    expect(argsOf('deadLetters.list')).toEqual([
      { reason: 'out-of-range', assetId: ODD_ID, topic: 'a/b' },
      { limit: 50 },
    ]);
    const unknown = await api.call('viewer', 'GET', '/api/v1/dead-letters?reason=bad');
    expect(problemOf(unknown).problems?.[0]?.message).toContain('must be one of empty-payload');
  });

  test('retry says what became of it', async () => {
    const response = await api.call('engineer', 'POST', '/api/v1/dead-letters/D1/retry');
    expect(response.json()).toEqual({ stored: true, detail: '1 sample stored' });
    expect(argsOf('retryDeadLetter')).toEqual(['D1', {}, actor('engineer')]);
  });

  test('something else may be taken in its place', async () => {
    const correct = (payload: object) => api.call('engineer', 'POST', '/api/v1/dead-letters/D1/correct', { payload });
    expect((await correct({ topic: 'a/c', payload: 'AQI=', encoding: 'base64' })).json().stored).toBe(true);
    expect(argsOf('retryDeadLetter')).toEqual([
      'D1',
      { topic: 'a/c', payload: Buffer.from([1, 2]) },
      actor('engineer'),
    ]);
    expect((await correct({ payload: '' })).statusCode).toBe(200);
    const last = api.services.calls.at(-1)!.args;
    expect(last).toEqual(['D1', { payload: Buffer.alloc(0) }, actor('engineer')]);
  });

  test('discard once', async () => {
    const discard = () => api.call('engineer', 'DELETE', '/api/v1/dead-letters/D1');
    const response = await discard();
    expect(response.statusCode).toBe(204);
    expect(response.body).toBe('');
    expect(argsOf('discardDeadLetter')).toEqual(['D1', actor('engineer')]);
    expect(problemOf(await discard()).status).toBe(404);
  });

  test('a payload that is no text, or text cut within a character', () => {
    const present = (payload: Uint8Array) => presentDeadLetter({ ...deadLetter, payload });
    expect(present(Uint8Array.of(0xff, 0xd8))).toMatchObject({ payload: '/9g=', payloadEncoding: 'base64' });
    expect(present(Uint8Array.of(0x61, 0xe6, 0xb0))).toMatchObject({ payload: 'a', payloadEncoding: 'utf-8' });
  });
});

describe('deliveries', () => {
  test('list by status and ticket', async () => {
    await api.call('viewer', 'GET', '/api/v1/deliveries?status=failed&ticketId=T1');
    expect(argsOf('outbox.list')).toEqual([{ status: 'failed', ticketId: 'T1' }, { limit: 50 }]);
  });

  test('retry, with and without an empty JSON body', async () => {
    const url = '/api/v1/deliveries/O1/retry';
    expect((await api.call('engineer', 'POST', url)).statusCode).toBe(204);
    expect(argsOf('retryDelivery')).toEqual(['O1', actor('engineer')]);
    const headers = { 'content-type': 'application/json' };
    expect((await api.call('engineer', 'POST', url, { headers, payload: '' })).statusCode).toBe(204);
  });

  test('pause and resume', async () => {
    const url = '/api/v1/deliveries/switch';
    const read = async () => (await api.call('viewer', 'GET', url)).json();
    expect(await read()).toEqual({ paused: false });
    const paused = await api.call('engineer', 'PUT', url, { payload: { paused: true } });
    expect(paused.json()).toEqual({ paused: true, reason: 'by-hand' });
    expect(await read()).toEqual({ paused: true, reason: 'by-hand' });
    expect(argsOf('pauseDeliveries')).toEqual([true, actor('engineer')]);
    const wrong = await api.call('engineer', 'PUT', url, { payload: { paused: 'true' } });
    expect(problemOf(wrong).problems?.[0]?.path).toBe('/body/paused');
  });
});

describe('rules', () => {
  test('reset', async () => {
    const response = await api.call('engineer', 'POST', `/api/v1/models/${model.id}/rules/a%20b/reset`);
    expect(response.statusCode).toBe(204);
    expect(argsOf('resetRule')).toEqual([model.id, 'a b', actor('engineer')]);
  });

  test('findings by what they concern', async () => {
    await api.call('viewer', 'GET', '/api/v1/findings?assetId=a&componentId=c&ruleId=r&ticketId=t&severity=critical');
    const filter = { assetId: 'a', componentId: 'c', ruleId: 'r', ticketId: 't', severity: 'critical' };
    expect(argsOf('findings.list')).toEqual([filter, { limit: 50 }]);
  });
});

describe('health', () => {
  test('needs no key and no database', async () => {
    api.services.failing.database = new Error('down');
    expect((await api.call(undefined, 'GET', '/healthz')).json()).toEqual({ status: 'ok', version: '1.2.3' });
  });

  test('not ready: 503 with every part', async () => {
    api.services.ready = false;
    const response = await api.call(undefined, 'GET', '/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({
      ready: false,
      parts: [{ part: 'database', ok: false, needed: true, detail: 'answers' }],
    });
  });

  test('metrics as Prometheus reads them', async () => {
    const response = await api.call('viewer', 'GET', '/metrics');
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body).toBe(await api.services.metrics());
  });
});

describe('nodes', () => {
  test('list by id, with their state and what they assess', async () => {
    const { items } = (await api.call('viewer', 'GET', '/api/v1/nodes')).json();
    expect(items).toMatchObject([
      { id: 'a', clientId: 'fettle-a', state: 'listening', adopting: false, shards: 40, lagSeconds: 1.5 },
      { id: 'b', state: 'gone', adopting: true, shards: 0, lagSeconds: 0 },
    ]);
    expect(items[0]).not.toHaveProperty('instance');
  });

  test('leave when told, but for the last', async () => {
    const retire = (id: string) => api.call('admin', 'POST', `/api/v1/nodes/${id}/retire`);
    expect((await retire('b')).statusCode).toBe(202);
    expect(argsOf('retireNode')).toEqual(['b', actor('admin')]);
    expect(problemOf(await retire('a'))).toMatchObject({ status: 409, detail: expect.stringContaining('the last') });
  });
});

describe('planned shutdowns', () => {
  const url = '/api/v1/sites/leipzig/shutdowns';

  test('are listed, planned and ended', async () => {
    const listed = await api.call('viewer', 'GET', url);
    expect(listed.json()).toMatchObject({ items: [{ id: 'S1', siteId: 'leipzig', note: 'holidays' }] });
    const [from, to] = ['2026-12-24T18:00:00.000Z', '2027-01-04T05:00:00.000Z'];
    const planned = await api.call('agent', 'POST', url, { payload: { from, to, note: 'holidays' } });
    expect(planned.statusCode).toBe(201);
    expect(planned.json()).toMatchObject({ id: 'S9', siteId: 'leipzig', from, to, by: actor('agent').name });
    expect(argsOf('addShutdown')?.[1]).toEqual({ from: Date.parse(from), to: Date.parse(to), note: 'holidays' });
    const backwards = await api.call('agent', 'POST', url, { payload: { from: to, to: from } });
    expect(problemOf(backwards).problems).toEqual([{ path: '/body/to', message: 'must be after from' }]);
    expect((await api.call('agent', 'DELETE', `${url}/S1`)).statusCode).toBe(204);
    expect(problemOf(await api.call('agent', 'DELETE', `${url}/S2`)).status).toBe(404);
  });
});

test('the assets of a storm are listed with the times at which they came and went', async () => {
  const response = await api.call('viewer', 'GET', '/api/v1/tickets/T1/members');
  expect(response.json().items).toMatchObject([{ assetId: ODD_ID, findingId: 'F0' }]);
  expect(Object.keys(response.json().items[0])).toHaveLength(8);
  expect(problemOf(await api.call('viewer', 'GET', '/api/v1/tickets/T9/members')).status).toBe(404);
});

describe('campaigns', () => {
  const scope = { modelId: model.id, batch: 'B7', componentId: 'air-filter', failureModeId: 'clogged' };

  test('are listed, shown with their assets, opened and changed', async () => {
    await api.call('viewer', 'GET', '/api/v1/campaigns?status=open&batch=B7');
    expect(argsOf('campaigns.list')).toEqual([{ status: 'open', batch: 'B7' }, { limit: 50 }]);
    const shown = await api.call('viewer', 'GET', '/api/v1/campaigns/C9');
    expect(shown.headers.etag).toBe('"4"');
    expect(shown.json()).toMatchObject({ ...scope, number: 3, affected: ['a1'], notAffected: ['a2', 'a3'] });
    expect(shown.json().evidence).toEqual({
      affected: 5,
      assets: 12,
      expected: 0.4,
      p: 0.0002,
      since: '2024-05-01T08:00:00.000Z',
    });
    const opened = await api.call('agent', 'POST', '/api/v1/campaigns', { payload: { ...scope, owner: 'quality' } });
    expect([opened.statusCode, opened.headers.location]).toEqual([201, '/api/v1/campaigns/C9']);
    expect(argsOf('openCampaign')).toEqual([{ ...scope, owner: 'quality' }, actor('agent')]);
    const edit = { status: 'closed', owner: null, note: 'done' };
    const headers = { 'if-match': '"4"' };
    const edited = await api.call('agent', 'PATCH', '/api/v1/campaigns/C9', { payload: edit, headers });
    expect(edited.statusCode).toBe(200);
    expect(argsOf('editCampaign')).toEqual(['C9', edit, 4, actor('agent')]);
  });
});
