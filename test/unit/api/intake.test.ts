import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { problemOf, useTestApi } from '../../support/api.ts';

const api = useTestApi();
const url = '/api/v1/telemetry/devices';
const sent = () => api.services.calls.filter(({ name }) => name === 'take').map(({ args }) => args[0]);

async function deviceKey(sourceId = 'devices'): Promise<{ authorization: string }> {
  const { key } = (
    await api.call('admin', 'POST', '/api/v1/keys', { payload: { name: 'gw', role: 'device', sourceId } })
  ).json();
  return { authorization: `Bearer ${key}` };
}

describe('telemetry by HTTP', () => {
  test('goes as it is, of whatever type, under the topic of its source, and answers what became of it', async () => {
    const headers = { ...(await deviceKey()), 'content-type': 'application/octet-stream' };
    const payload = Buffer.from([1, 2, 3]);
    const response = await api.call(undefined, 'POST', `${url}?asset=p1`, { payload, headers });
    expect(response.statusCode, response.body).toBe(200);
    expect(response.json()).toEqual({ stored: 1, duplicate: 0, refused: 0, rejections: [] });
    expect(sent()).toEqual([{ sourceId: 'devices', topic: 'plant/p1/telemetry', payload }]);
  });

  test('is unpacked within the bounds of its source', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const call = (payload: Buffer) => api.call('engineer', 'POST', `${url}?topic=a/b`, { payload, headers });
    expect((await call(gzipSync('{"ts":1}'))).statusCode).toBe(200);
    expect(sent()).toEqual([{ sourceId: 'devices', topic: 'a/b', payload: Buffer.from('{"ts":1}') }]);
    expect(problemOf(await call(gzipSync(Buffer.alloc(1_000_000)))).status).toBe(413);
    expect(problemOf(await call(Buffer.from('no gzip'))).type).toBe('urn:fettle:problem:malformed-request');
    const other = { ...headers, 'content-encoding': 'br' };
    const unknown = await api.call('engineer', 'POST', `${url}?topic=a/b`, {
      payload: Buffer.from('x'),
      headers: other,
    });
    expect(problemOf(unknown).status).toBe(415);
    const large = { payload: Buffer.alloc(1001), headers: { 'content-type': 'text/plain' } };
    expect(problemOf(await api.call('engineer', 'POST', `${url}?topic=a/b`, large)).status).toBe(413);
  });

  test('needs what the topic of the source has', async () => {
    const problem = problemOf(await api.call('engineer', 'POST', url, { payload: { ts: 1 } }));
    expect(problem).toMatchObject({ status: 400, problems: [{ path: '/query/asset' }] });
    const levels = await api.call('engineer', 'POST', `${url}?asset=a%2Fb`, { payload: { ts: 1 } });
    expect(problemOf(levels)).toMatchObject({ status: 400, problems: [{ path: '/query/asset' }] });
    expect(sent()).toEqual([]);
  });

  test('that is refused as a whole: 400 with the reasons', async () => {
    const rejection = { reason: 'malformed', detail: 'not JSON', samples: 0 } as const;
    api.services.taken = { stored: 0, duplicate: 0, refused: 1, rejections: [rejection] };
    const problem = problemOf(await api.call('engineer', 'POST', `${url}?asset=p1`, { payload: { ts: 1 } }));
    expect(problem).toMatchObject({
      status: 400,
      type: 'urn:fettle:problem:telemetry-refused',
      problems: [{ path: '/body', message: 'malformed: not JSON' }],
    });
    api.services.taken = { stored: 0, duplicate: 2, refused: 1, rejections: [rejection] };
    const partly = await api.call('engineer', 'POST', `${url}?asset=p1`, { payload: { ts: 1 } });
    expect(partly.json()).toEqual({
      stored: 0,
      duplicate: 2,
      refused: 1,
      rejections: [{ reason: 'malformed', detail: 'not JSON' }],
    });
  });

  test('of an event is taken, unless its source ignores that', async () => {
    const call = (query: string) => api.call('engineer', 'POST', `${url}?asset=p1${query}`, { payload: { ts: 1 } });
    const join = await call('&event=join');
    expect([join.statusCode, join.json()]).toEqual([200, { stored: 0, duplicate: 0, refused: 0, rejections: [] }]);
    expect(sent()).toEqual([]);
    expect(api.services.calls.map(({ name }) => name)).toContain('passOver');
    expect((await call('&event=up')).statusCode).toBe(200);
    expect((await call('&event=unheard-of')).statusCode).toBe(200);
    expect(sent()).toHaveLength(2);
    expect(problemOf(await call('&evnt=up'))).toMatchObject({ status: 400, problems: [{ path: '/query/evnt' }] });
  });

  test('that is refused as a whole, for a server that is not to be told so: 200', async () => {
    const rejection = { reason: 'malformed', detail: 'not JSON', samples: 0 } as const;
    api.services.taken = { stored: 0, duplicate: 0, refused: 1, rejections: [rejection] };
    const kept = await api.call('engineer', 'POST', `${url}?asset=p1&refused=200`, { payload: { ts: 1 } });
    expect([kept.statusCode, kept.json()]).toEqual([
      200,
      { stored: 0, duplicate: 0, refused: 1, rejections: [{ reason: 'malformed', detail: 'not JSON' }] },
    ]);
  });

  test.each(['busy', 'slow'] as const)('that is not durable (%s): 503, to be sent again', async (taken) => {
    api.services.taken = taken;
    const response = await api.call('engineer', 'POST', `${url}?asset=p1`, { payload: { ts: 1 } });
    expect(problemOf(response).status).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
  });

  test('of a source that there is not: 404', async () => {
    const response = await api.call('engineer', 'POST', '/api/v1/telemetry/nothing?asset=p1', { payload: { ts: 1 } });
    expect(problemOf(response).status).toBe(404);
  });
});

describe('the key of a device', () => {
  test('is for its source, and for nothing else', async () => {
    const headers = await deviceKey('others');
    const wrong = problemOf(await api.call(undefined, 'POST', `${url}?asset=p1`, { payload: { ts: 1 }, headers }));
    expect(wrong).toMatchObject({ status: 403, detail: expect.stringContaining('source others') });
    expect(problemOf(await api.call(undefined, 'GET', '/api/v1/assets', { headers })).status).toBe(403);
    const payload = { key: headers.authorization.slice(7) };
    expect(problemOf(await api.call(undefined, 'POST', '/api/v1/session', { payload })).status).toBe(401);
    expect(sent()).toEqual([]);
  });

  test('or that of an engineer is needed', async () => {
    const status = async (role: 'viewer' | 'agent' | 'engineer' | undefined) =>
      (await api.call(role, 'POST', `${url}?asset=p1`, { payload: { ts: 1 } })).statusCode;
    expect([await status(undefined), await status('viewer'), await status('agent'), await status('engineer')]).toEqual([
      401, 403, 403, 200,
    ]);
  });
});
