import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { PROBLEM_KINDS, type ProblemName } from '../../../src/api/problems.ts';
import { createTestApi, problemOf, type TestApi, useTestApi } from '../../support/api.ts';

const api = useTestApi({ payloadLimit: 2000 });

type Trigger = (api: TestApi) => ReturnType<TestApi['call']>;
const SESSION = '/api/v1/session';
const COOKIE = '__Host-fettle_session';
const json = { 'content-type': 'application/json' };

/** One way to each problem that a request can bring about. */
const TRIGGERS: Partial<Record<ProblemName, Trigger>> = {
  'invalid-request': ({ call }) => call('viewer', 'GET', '/api/v1/tickets?limit=0'),
  'malformed-request': ({ call }) => call('agent', 'POST', '/api/v1/tickets', { payload: '{', headers: json }),
  'invalid-cursor': ({ call }) => call('viewer', 'GET', '/api/v1/tickets?cursor=wrong'),
  'telemetry-refused': ({ call, services }) => {
    const rejection = { reason: 'malformed', detail: 'not JSON', samples: 0 } as const;
    services.taken = { stored: 0, duplicate: 0, refused: 1, rejections: [rejection] };
    return call('engineer', 'POST', '/api/v1/telemetry/devices?asset=p1', { payload: { ts: 1 } });
  },
  unauthenticated: ({ call }) => call(undefined, 'GET', '/api/v1/tickets'),
  'sign-in-refused': ({ call }) => call(undefined, 'POST', SESSION, { payload: { key: 'ftl_nobody' } }),
  'session-over': ({ call }) => call(undefined, 'GET', '/api/v1/tickets', { headers: { cookie: `${COOKIE}=old` } }),
  'csrf-token': async ({ call, services }) => {
    const { cookies } = await call(undefined, 'POST', SESSION, { payload: { key: services.keys.agent } });
    const headers = { cookie: `${COOKIE}=${cookies[0]!.value}` };
    return call(undefined, 'DELETE', SESSION, { headers });
  },
  'cross-site': ({ call }) =>
    call(undefined, 'POST', SESSION, { payload: { key: 'x' }, headers: { origin: 'https://evil.example' } }),
  'too-many-requests': async (api) => {
    for (let n = 0; n < 10; n++) await TRIGGERS['sign-in-refused']!(api);
    return TRIGGERS['sign-in-refused']!(api);
  },
  forbidden: ({ call }) => call('viewer', 'DELETE', '/api/v1/dead-letters/D1'),
  'not-found': ({ call }) => call('viewer', 'GET', '/api/v1/tickets/none'),
  'unknown-route': ({ call }) => call('viewer', 'GET', '/api/v1/nothing'),
  'method-not-allowed': ({ call }) => call('viewer', 'DELETE', '/api/v1/tickets'),
  'not-acceptable': ({ call }) => call('viewer', 'GET', '/metrics', { headers: { accept: 'image/png' } }),
  conflict: ({ call }) => call('agent', 'POST', '/api/v1/tickets/T1/transition', { payload: { to: 'open' } }),
  'version-mismatch': ({ call }) =>
    call('agent', 'POST', '/api/v1/tickets/T1/transition', {
      headers: { 'if-match': '"6"' },
      payload: { to: 'acknowledged' },
    }),
  'payload-too-large': ({ call }) =>
    call('agent', 'POST', '/api/v1/tickets', { payload: { assetId: 'x', title: 't', text: 'x'.repeat(2000) } }),
  'address-too-long': ({ call }) => call('viewer', 'GET', `/api/v1/tickets/${'x'.repeat(2049)}`),
  'unsupported-media-type': ({ call }) =>
    call('agent', 'POST', '/api/v1/tickets', { payload: 'x', headers: { 'content-type': 'text/plain' } }),
  unacceptable: ({ call }) =>
    call('engineer', 'PUT', '/api/v1/assets/x', { payload: { modelId: 'none', siteId: 'leipzig' } }),
  internal: ({ call, services }) => {
    services.failing.metrics = new Error('a secret cause');
    return call('viewer', 'GET', '/metrics');
  },
  unavailable: ({ call, services }) => {
    services.failing.store = new Error('a secret cause');
    return call('viewer', 'GET', `/api/v1/assets/${encodeURIComponent('Halle 7/Kompressor #1 ä水?&%')}/telemetry`);
  },
};
/** What is answered on the bare socket, before there is a request. */
const ON_SOCKET: readonly ProblemName[] = ['headers-too-large', 'timeout'];

describe('the table of problems', () => {
  test('is in the documentation, word for word', () => {
    const rows = [
      ...readFileSync('docs/api-errors.md', 'utf8').matchAll(/^\| `([\w-]+)` \| (\d+) \| (.+?) \| (.+?) \|$/gm),
    ];
    const documented = rows.map(([, name, status, title, remedy]) => [name, { status: Number(status), title, remedy }]);
    expect(Object.fromEntries(documented)).toEqual(PROBLEM_KINDS);
  });

  test('has a way to each', () => {
    expect([...Object.keys(TRIGGERS), ...ON_SOCKET].sort()).toEqual(Object.keys(PROBLEM_KINDS).sort());
  });

  test.each(Object.entries(TRIGGERS))('%s', async (name, trigger) => {
    const response = await trigger(api);
    const { status, title } = PROBLEM_KINDS[name as ProblemName];
    const problem = problemOf(response);
    expect(problem).toMatchObject({ type: `urn:fettle:problem:${name}`, status, title });
    expect(problem.detail).not.toBe('');
    expect(problem.instance).toBe(`urn:uuid:${response.headers['x-request-id']}`);
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.body).not.toContain('secret');
  });
});

describe('faults nobody foresaw', () => {
  test('are logged with the id of the request', async () => {
    const response = await TRIGGERS.internal!(api);
    const id = response.headers['x-request-id'];
    expect(problemOf(response).detail).toContain(id);
    const line = api.lines.find(({ level }) => level === 50);
    expect(line).toMatchObject({ reqId: id, msg: 'request failed', err: { message: 'a secret cause' } });
  });
});

describe('several faults', () => {
  test('are named at once, each with its place', async () => {
    const payload = {
      id: ' x',
      tier: 'best',
      commissionedAt: '2024-02-30T00:00:00Z',
      components: { f: { at: 1 } },
      x: 1,
    };
    const { problems } = problemOf(await api.call('engineer', 'POST', '/api/v1/assets', { payload }));
    expect(Object.fromEntries(problems!.map(({ path, message }) => [path, message]))).toEqual({
      '/body/modelId': 'is missing',
      '/body/siteId': 'is missing',
      '/body/x': expect.stringContaining('is unknown; valid are id, name, modelId'),
      '/body/id': expect.stringContaining('printable'),
      '/body/tier': 'must be one of standard, important, strategic',
      '/body/commissionedAt': expect.stringContaining('ISO 8601'),
      '/body/components/f/at': 'is unknown',
    });
  });

  test('of a union are those of the variant meant', async () => {
    const payload = { type: 'component-replaced', at: 'yesterday' };
    const { problems } = problemOf(await api.call('agent', 'POST', '/api/v1/assets/x/events', { payload }));
    expect(problems!.map(({ path }) => path)).toEqual(['/body/componentId', '/body/at']);
  });
});

test.each([
  ['no HTTP at all\r\n\r\n', 400, 'malformed-request'],
  [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
])('a broken request on the socket: %#', async (text, status, name) => {
  const { app } = await createTestApi();
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (received += chunk));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  const [head, body] = answer.split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(head).toContain('Content-Type: application/problem+json');
  expect(JSON.parse(body!)).toMatchObject({ status, type: `urn:fettle:problem:${name}` });
});
