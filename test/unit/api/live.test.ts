import { EventEmitter, once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createTestApi, problemOf, type TestApi } from '../../support/api.ts';
import { EventStream } from '../../support/eventStream.ts';
import { until } from '../../support/until.ts';

async function listening(options: Parameters<typeof createTestApi>[0] = {}): Promise<TestApi & { url: string }> {
  const api = await createTestApi({ live: { every: 10 }, ...options });
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...api, url: `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/api/v1/live` };
}

describe('the live stream', () => {
  test('is for viewers, and ends when the API closes', async () => {
    const { app, services, url } = await listening();
    const stream = await EventStream.open(url, services.keys.viewer);
    await until('ready', () => stream.events.length > 0);
    expect(stream.events[0]).toEqual({ id: '0', event: 'ready', data: '{}' });
    await app.close();
    await stream.ended;
  });

  test('goes on after the id in the header or, for who cannot send one, in the query', async () => {
    const { services, url } = await listening();
    (services.database.changes as unknown as { add(...ids: string[]): void }).add('t1', 't2', 't3');
    for (const stream of [
      await EventStream.open(url, services.keys.viewer, '1'),
      await EventStream.open(`${url}?lastEventId=1`, services.keys.viewer),
    ]) {
      await until('ready', () => stream.events.at(-1)?.event === 'ready');
      expect(stream.events.map(({ id, event }) => `${id} ${event}`)).toEqual(['2 ticket', '3 ticket', '3 ready']);
      await stream.leave();
    }
  });

  test('turns away who would be one too many, until somebody leaves', async () => {
    const { call, services, url } = await listening({ live: { every: 10, maxListeners: 1 } });
    const stream = await EventStream.open(url, services.keys.viewer);
    const refused = await call('viewer', 'GET', '/api/v1/live');
    expect(problemOf(refused).type).toBe('urn:fettle:problem:unavailable');
    expect(refused.headers['retry-after']).toBe('10');
    await stream.leave();
    const next = await until('a place', () => EventStream.open(url, services.keys.viewer).catch(() => undefined));
    await next.leave();
  });

  test('keeps no place for who left while the key was looked up', async () => {
    const { app, services, url } = await listening({ live: { every: 10, maxListeners: 1 } });
    const { keys } = services.database;
    const { findByHash } = keys;
    const gate = new EventEmitter();
    const [asked, answered] = [once(gate, 'asked'), once(gate, 'answer')];
    const looked = vi.spyOn(keys, 'findByHash').mockImplementationOnce(async (hash) => {
      gate.emit('asked');
      await answered;
      return findByHash(hash);
    });
    const connected = once(app.server, 'connection') as Promise<[Socket]>;
    const left = httpGet(url, { headers: { authorization: `Bearer ${services.keys.viewer}` } }).on(
      'error',
      () => undefined,
    );
    const [socket] = await connected;
    await asked;
    const closed = once(socket, 'close');
    left.destroy();
    await closed;
    gate.emit('answer');
    await looked.mock.results[0]!.value;
    await setImmediate();
    const stream = await EventStream.open(url, services.keys.viewer);
    await stream.leave();
  });

  test('keeps the security headers, and is not held back by proxies', async () => {
    const { call, services, url } = await listening();
    const headers = { authorization: `Bearer ${services.keys.viewer}` };
    const [response] = (await once(httpGet(url, { headers }), 'response')) as [IncomingMessage];
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    response.destroy();
    const head = await call('viewer', 'HEAD', '/api/v1/live');
    expect([head.statusCode, head.headers['content-type']]).toEqual([200, 'text/event-stream']);
  });
});
