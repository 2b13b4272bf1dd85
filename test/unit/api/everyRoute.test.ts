import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../../src/ports/database.ts';
import { problemOf, useTestApi } from '../../support/api.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: string[];
  readonly operationId?: string;
  readonly security: object[];
  readonly parameters?: { name: string; in: string; description?: string }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
type OpenApi = {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

/** Knows a secret instead of a key, and takes whatever else a desk's webhooks say. */
const DESK_EVENTS = '/api/v1/desk/events/{secret}';
/** Where one without a key or session gets one; to end it needs one. */
const SESSION = '/api/v1/session';
/** Knows a signature instead of a key. */
const SHARED_CHART = '/api/v1/shared/tickets/{ticketId}/chart.svg';

const api = useTestApi();
let document: OpenApi;
let operations: { method: string; path: string; url: string; operation: Operation; role: Role | undefined }[];

beforeAll(async () => {
  document = (await api.call(undefined, 'GET', '/api/v1/openapi.json')).json();
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      url: path.replaceAll(/\{\w+\}/g, 'x'),
      operation,
      role: ROLES.find((role) => operation.description?.includes(`role **${role}**`)),
    })),
  );
});

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
  });

  test('says of every operation what it is for, who may call it and what it answers', () => {
    expect(operations.length).toBeGreaterThan(30);
    for (const { method, path, operation } of operations) {
      const name = `${method} ${path}`;
      expect(operation.summary, name).toBeTruthy();
      expect(operation.tags, name).toHaveLength(1);
      expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.description, name).toMatch(/Needs (no key|a key with the role)/);
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        name,
      ).toBe(true);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${name} ${status}`).not.toBe('Default Response');
        if (Number(status) >= 400 && path !== '/readyz') {
          expect(Object.keys(response.content ?? {}), `${name} ${status}`).toEqual(['application/problem+json']);
        }
      }
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every reference leads to a schema, and every schema is referred to', () => {
    const named = new Set(
      [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name),
    );
    expect([...named].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  test('parameters with a default are not required', () => {
    const tickets = document.paths['/api/v1/tickets']!;
    expect(tickets.get!.parameters!.filter((parameter) => 'required' in parameter && parameter.required)).toEqual([]);
    const body = tickets.post!.requestBody!.content['application/json']!.schema;
    expect(body).toMatchObject({ required: ['assetId', 'title'] });
  });
});

describe('every route', () => {
  test('needs a key, and the role it says', async () => {
    const open = operations.filter(({ role }) => role === undefined).map(({ path }) => path);
    expect(open.sort()).toEqual([DESK_EVENTS, SESSION, SESSION, SHARED_CHART, '/healthz', '/readyz']);
    for (const { method, url, role } of operations) {
      if (role === undefined) continue;
      expect(problemOf(await api.call(undefined, method as 'GET', url)).status, `${method} ${url}`).toBe(401);
      const lower = ROLES[ROLES.indexOf(role) - 1];
      if (lower === undefined) continue;
      const problem = problemOf(await api.call(lower, method, url));
      expect(problem.status, `${method} ${url}`).toBe(403);
      expect(problem.detail).toContain(`needs the role ${role}`);
    }
  });

  test('refuses other methods with Allow, before it asks for a key', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      const taken = Object.keys(item).map((method) => method.toUpperCase());
      const allowed = [...taken, ...(taken.includes('GET') ? ['HEAD'] : [])].sort();
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        if (allowed.includes(method)) continue;
        const response = await api.call(undefined, method, url);
        expect(problemOf(response).status, `${method} ${url}`).toBe(405);
        expect(response.headers.allow, `${method} ${url}`).toBe(allowed.join(', '));
      }
    }
  });

  test('refuses what it cannot answer in', async () => {
    for (const { method, url } of operations) {
      const response = await api.call('admin', method, url, { headers: { accept: 'image/png' } });
      expect(problemOf(response).status, `${method} ${url}`).toBe(406);
    }
  });

  test('with a query refuses parameters it does not know', async () => {
    for (const { method, url, operation } of operations) {
      if (!operation.parameters?.some((parameter) => parameter.in === 'query')) continue;
      const response = await api.call('admin', method, `${url}?wrong=1`, {
        ...(operation.requestBody && { payload: 'id\n', headers: { 'content-type': 'text/csv' } }),
      });
      const problem = problemOf(response);
      expect(problem.status, `${method} ${url}`).toBe(400);
      expect(problem.problems?.[0]?.path).toBe('/query/wrong');
    }
  });

  test('with a body refuses none, the wrong type, broken JSON and unknown fields', async () => {
    for (const { method, path, url, operation } of operations) {
      if (!operation.requestBody?.content['application/json']) continue;
      const name = `${method} ${url}`;
      const json = { 'content-type': 'application/json' };
      const send = async (payload: string, headers: Record<string, string> = json) =>
        problemOf(await api.call('admin', method, url, { payload, headers }));
      expect((await send('')).type, name).toBe('urn:fettle:problem:invalid-request');
      expect((await send('[]')).problems?.[0]?.path, name).toBe('/body');
      expect((await send('{"a":')).type, name).toBe('urn:fettle:problem:malformed-request');
      expect((await send('{"__proto__":{}}')).type, name).toBe('urn:fettle:problem:malformed-request');
      expect((await send('<a/>', { 'content-type': 'application/xml' })).status, name).toBe(415);
      if (path === DESK_EVENTS) continue;
      const faults = (await send('{"type":"maintenance","wrong/~name":1}')).problems ?? [];
      expect(
        faults.map(({ path }) => path),
        name,
      ).toContain('/body/wrong~1~0name');
    }
  });

  test('of an unknown id is 404', async () => {
    const bodies: Record<string, object> = {
      '/api/v1/tickets/{ticketId}/transition': { to: 'open' },
      '/api/v1/tickets/{ticketId}/comments': { text: 'x' },
      '/api/v1/tickets/{ticketId}/assign': { person: 'x' },
      '/api/v1/tickets/{ticketId}/schedule': { at: '2024-05-01T08:00:00Z' },
      '/api/v1/tickets/{ticketId}/defer': { until: '2024-05-01T08:00:00Z', reason: 'x' },
      '/api/v1/tickets/{ticketId}/wait': { reason: 'x' },
      '/api/v1/tickets/{ticketId}/resume': {},
      '/api/v1/tickets/{ticketId}/close': { outcome: 'other-cause' },
      '/api/v1/tickets/{ticketId}/void': { reason: 'x' },
      '/api/v1/failures/{failureId}': { reason: 'x' },
      '/api/v1/failures/{failureId}/remove': { reason: 'x' },
      [DESK_EVENTS]: { externalId: '7' },
      '/api/v1/models/{modelId}/rules/{ruleId}/versions/{version}/void': { reason: 'x' },
      '/api/v1/models/{modelId}/check': { yaml: 'x' },
      '/api/v1/models/{modelId}/versions/{version}/revert': {},
      '/api/v1/campaigns/{campaignId}': { note: 'x' },
      '/api/v1/assets/{assetId}/customer-link': {},
      '/api/v1/dead-letters/{deadLetterId}/correct': {},
      '/api/v1/history/{sourceId}': { readings: [{ values: { x: 1 } }] },
      '/api/v1/sources/{sourceId}/decode': { topic: 'x', payload: 'x' },
      '/api/v1/sites/{siteId}/shutdowns': { to: '2099-05-01T08:00:00Z' },
      '/api/v1/assets/{assetId}/events': { type: 'maintenance', at: '2024-05-01T08:00:00Z' },
    };
    for (const { method, path, url } of operations) {
      if (!path.includes('{') || method === 'PUT') continue;
      const payload = method === 'POST' || method === 'PATCH' ? bodies[path] : undefined;
      const response = await api.call('admin', method, url, payload && { payload });
      expect(problemOf(response).type, `${method} ${path}`).toBe('urn:fettle:problem:not-found');
    }
  });
});
