import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { importThere } from '../../../../src/commands/import/there.ts';
import { freePort } from '../../../support/freePort.ts';

const BATCH = {
  sourceId: 'plant 1',
  zone: 'Europe/Berlin',
  readings: [{ assetId: 'p1', time: 5, values: { t: 1 } }],
};

interface Asked {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: unknown;
}

/** A server that answers what it is told to. */
async function server(status: number, answer: object) {
  const asked: Asked[] = [];
  const http = createServer(async (request, response) => {
    asked.push({ url: request.url, key: request.headers.authorization, body: JSON.parse(await textOf(request)) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { asked, taker: importThere({ url: `${url}/`, key: 'secret' }, new AbortController().signal) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

it('sends readings with the key, and reads what became of them', async () => {
  const span = { assetId: 'p1', samples: 1 };
  const rejections = [{ reading: 0, reason: 'wrong-type', detail: 'found x' }];
  const times = { from: '2025-01-01T00:00:00.000Z', to: '2025-01-01T00:00:01.000Z' };
  const { asked, taker } = await server(200, { stored: 1, duplicate: 2, rejections, assets: [{ ...span, ...times }] });
  expect(await taker.take(BATCH)).toMatchObject({
    stored: 1,
    duplicate: 2,
    rejections,
    spans: [{ ...span, from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 1, 0, 0, 1) }],
  });
  await taker.try(BATCH);
  const body = { zone: 'Europe/Berlin', readings: [{ asset: 'p1', ts: 5, values: { t: 1 } }] };
  const common = { url: '/api/v1/history/plant%201', key: 'Bearer secret' };
  expect(asked).toEqual([
    { ...common, body: { ...body, dryRun: false } },
    { ...common, body: { ...body, dryRun: true } },
  ]);
});

it('comes again where Fettle is away or behind, and gives up where it refuses', async () => {
  const behind = await server(503, { detail: 'The store is behind.' });
  expect(await behind.taker.take(BATCH)).toMatchObject({ later: expect.stringContaining('The store is behind.') });
  const unknown = await server(404, { detail: 'There is no source plant 1.' });
  await expect(unknown.taker.take(BATCH)).rejects.toThrow(/refused \(404\): There is no source plant 1\./);
  const nowhere = { url: `http://127.0.0.1:${await freePort()}`, key: 'secret' };
  const away = importThere(nowhere, new AbortController().signal);
  expect(await away.take(BATCH)).toMatchObject({ later: expect.stringMatching(/can't be reached: .*ECONNREFUSED/) });
  await expect(away.try(BATCH)).rejects.toThrow("can't be reached");
});

it('ends with its signal', async () => {
  const { taker } = await server(200, {});
  expect(taker.place).toMatch(/^http:/);
  const stopped = importThere({ url: taker.place, key: 'secret' }, AbortSignal.abort());
  await expect(stopped.take(BATCH)).rejects.toThrow(/abort/i);
});
