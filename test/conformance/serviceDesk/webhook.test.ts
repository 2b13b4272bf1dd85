import { describe, expect, it, onTestFinished } from 'vitest';
import { TemporaryDeliveryError } from '../../../src/adapters/desk/errors.ts';
import { createWebhookDesk, type WebhookDeskOptions } from '../../../src/adapters/desk/webhook.ts';
import { type DeliveryResult, PermanentDeliveryError, type ServiceDesk } from '../../../src/ports/serviceDesk.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { recordLog } from '../../support/recordLog.ts';
import { until } from '../../support/until.ts';
import { startWebhookReceiver, type WebhookAnswer, type WebhookReceiver } from '../../support/webhookReceiver.ts';
import { sampleDelivery, serviceDeskSuite } from './suite.ts';

const SECRET = 'correct horse';
const NOW = Date.UTC(2024, 4, 17, 8, 30, 15, 250);
const clock = new FakeClock(NOW);

async function receiver(secret = SECRET): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver({ secret });
  onTestFinished(() => started.close());
  return started;
}

function deskAt(url: string, options: Partial<WebhookDeskOptions> = {}): ServiceDesk {
  const desk = createWebhookDesk({ url, secret: SECRET, timeoutMs: 5000, log: recordLog().log, clock, ...options });
  onTestFinished(() => desk.close());
  return desk;
}

function deliver(desk: ServiceDesk, signal = new AbortController().signal): Promise<DeliveryResult> {
  return desk.deliver(sampleDelivery(), signal);
}

async function failure(result: Promise<unknown>): Promise<Error> {
  return result.then(
    () => expect.fail('the delivery succeeded'),
    (error: unknown) => error as Error,
  );
}

serviceDeskSuite('webhook', async () => deskAt((await receiver()).url));
serviceDeskSuite('webhook with a look-up', async () => {
  const { url, lookupUrl } = await receiver();
  return deskAt(url, { lookupUrl });
});

describe('a look-up', () => {
  const { signal } = new AbortController();
  /** A receiver whose look-up answers as scripted, as its hook does. */
  async function lookUp(...answers: WebhookAnswer[]): Promise<DeliveryResult | undefined> {
    const { url, script } = await receiver();
    script(...answers);
    return deskAt(url, { lookupUrl: `${url}?episode={key}`, timeoutMs: 1000 }).find!('e', signal);
  }

  it('is offered only where its address is known', async () => {
    expect(deskAt('http://desk.example').find).toBeUndefined();
  });

  it('is signed', async () => {
    const { url, lookupUrl, lookups } = await receiver();
    await deskAt(url, { lookupUrl }).find!('the key', signal);
    expect(lookups).toEqual(['the key']);
    const stranger = deskAt(url, { lookupUrl, secret: 'another secret' });
    expect(await failure(stranger.find!('the key', signal))).toBeInstanceOf(PermanentDeliveryError);
  });

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['half an answer', 'hang-up-in-body'],
    ['no answer', 'silence'],
    ['a lost connection', 'hang-up'],
  ] as [string, WebhookAnswer][])('that ends with %s says nothing: another attempt', async (_, answer) => {
    expect(await failure(lookUp(answer))).toBeInstanceOf(TemporaryDeliveryError);
  });

  it.each([
    ['403', { status: 403 }],
    ['a redirect', { status: 302 }],
    ['no content', { status: 204 }],
  ] as [string, WebhookAnswer][])('that ends with %s is no look-up', async (_, answer) => {
    expect(await failure(lookUp(answer))).toBeInstanceOf(PermanentDeliveryError);
  });

  it('may find a work order that has no name', async () => {
    expect(await lookUp({ status: 200 })).toEqual({});
    expect(await lookUp({ status: 404 })).toBeUndefined();
  });

  it('without a place for the key is refused', () => {
    expect(() => deskAt('http://d', { lookupUrl: 'http://d/x' })).toThrow('lacks {key}');
  });
});

describe('what the webhook sends', () => {
  it('is the ticket as JSON with key, event, time and a signature that the documented recipe accepts', async () => {
    const { url, requests } = await receiver();
    await deskAt(`${url}?tenant=7`).deliver(sampleDelivery({ attempt: 3 }), new AbortController().signal);
    expect(requests).toHaveLength(1);
    const { method, headers, json, signatureValid } = requests[0]!;
    expect(method).toBe('POST');
    expect(json).toEqual({ key: 'outbox-1', event: 'ticket.opened', ticket: { number: 7 } });
    expect(signatureValid).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Fettle',
      'idempotency-key': 'outbox-1',
      'fettle-attempt': '3',
      'fettle-timestamp': String(Math.floor(NOW / 1000)),
    });
  });

  it('has the same body and key at every attempt', async () => {
    const { url, requests } = await receiver();
    const desk = deskAt(url);
    for (const attempt of [1, 2]) await desk.deliver(sampleDelivery({ attempt }), new AbortController().signal);
    expect(requests[1]!.body).toBe(requests[0]!.body);
    expect(requests[1]!.headers['idempotency-key']).toBe(requests[0]!.headers['idempotency-key']);
  });

  it('has a signature that another secret refuses', async () => {
    const { url, requests } = await receiver('another secret');
    await deliver(deskAt(url));
    expect(requests[0]!.signatureValid).toBe(false);
  });
});

describe('what the desk answers', () => {
  it.each([
    [
      { externalId: 'A', externalUrl: 'https://desk.example/A', id: 'B' },
      { externalId: 'A', externalUrl: 'https://desk.example/A' },
    ],
    [
      { id: 4711, url: 'http://desk.example/4711' },
      { externalId: '4711', externalUrl: 'http://desk.example/4711' },
    ],
    [{ id: 'A', url: 'javascript:alert(1)' }, { externalId: 'A' }],
    [{ id: { deep: 1 }, url: 5 }, {}],
    ['thank you', {}],
    ['null', {}],
    ['', {}],
  ])('may name the work order: %j', async (body, expected) => {
    const { url, script } = await receiver();
    script({ status: 201, body });
    expect(await deliver(deskAt(url))).toEqual(expected);
  });

  it.each([400, 401, 404, 409, 410, 422])('with %i is final, and quoted', async (status) => {
    const { url, script } = await receiver();
    script({ status, body: `no such queue ${'x'.repeat(500)}` });
    const error = await failure(deliver(deskAt(`${url}?token=secret`)));
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(error.message).toMatch(new RegExp(`^${url} answered ${status}: no such queue x+$`));
    expect(error.message.length).toBe(`${url} answered ${status}: `.length + 200);
  });

  it.each([408, 425, 429, 500, 502, 503])('with %i is worth another attempt', async (status) => {
    const { url, script } = await receiver();
    script({ status, body: 'busy' });
    const desk = deskAt(url);
    const error = await failure(deliver(desk));
    expect(error).toBeInstanceOf(TemporaryDeliveryError);
    expect(error.message).toBe(`${url} answered ${status}: busy`);
    expect(await deliver(desk)).toMatchObject({ externalId: 'WO-2' });
  });

  it.each([
    ['120', 120_000],
    [new Date(Math.floor(NOW / 1000) * 1000 + 90_000).toUTCString(), 89_750],
    [new Date(NOW - 90_000).toUTCString(), 0],
    ['soon', undefined],
  ])('may say when: Retry-After %s', async (value, expected) => {
    const { url, script } = await receiver();
    script({ status: 429, headers: { 'Retry-After': value } });
    const error = (await failure(deliver(deskAt(url)))) as TemporaryDeliveryError;
    expect(error.retryAfterMs).toBe(expected);
  });

  it('with a redirect is final and says where to', async () => {
    const elsewhere = await receiver();
    const { url, script } = await receiver();
    for (const status of [301, 302, 307, 308]) {
      script({ status, headers: { Location: elsewhere.url } });
      const error = await failure(deliver(deskAt(url)));
      expect(error).toBeInstanceOf(PermanentDeliveryError);
      expect(error.message).toContain(`answered ${status} to ${elsewhere.url}: redirects are not followed`);
    }
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('with 2xx counts although the answer breaks off or is endless, and is reported', async () => {
    const { url, script } = await receiver();
    script('hang-up-in-body', 'endless');
    const { log, lines } = recordLog();
    const desk = deskAt(url, { log });
    const began = performance.now();
    expect(await deliver(desk)).toEqual({});
    expect(await deliver(desk)).toEqual({});
    expect(performance.now() - began).toBeLessThan(3000);
    expect(lines).toHaveLength(2);
  });
});

describe('a desk that does not answer', () => {
  it('but hangs up: another attempt', async () => {
    const { url, script } = await receiver();
    script('hang-up');
    const error = await failure(deliver(deskAt(url)));
    expect(error).toBeInstanceOf(TemporaryDeliveryError);
    expect(error.message).toBe(`${url}: socket hang up`);
  });

  it('in time: another attempt', async () => {
    const { url, script } = await receiver();
    script('silence');
    const error = await failure(deliver(deskAt(url, { timeoutMs: 50 })));
    expect(error).toBeInstanceOf(TemporaryDeliveryError);
    expect(error.message).toBe(`${url}: no answer within 50 ms`);
  });

  it('because it is down: another attempt', async () => {
    const { url, close } = await startWebhookReceiver({ secret: SECRET });
    await close();
    const error = await failure(deliver(deskAt(url)));
    expect(error).toBeInstanceOf(TemporaryDeliveryError);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('can be given up from outside and by closing', async () => {
    const { url, always, requests } = await receiver();
    always('silence');
    const desk = deskAt(url);
    const outside = new AbortController();
    const first = failure(deliver(desk, outside.signal));
    const second = failure(deliver(desk));
    await until('both requests', () => requests.length === 2);
    outside.abort();
    expect(await first).toBeInstanceOf(TemporaryDeliveryError);
    await desk.close();
    expect(await second).toBeInstanceOf(TemporaryDeliveryError);
    expect(await failure(deliver(desk))).toBeInstanceOf(TemporaryDeliveryError);
  });
});

describe('internal addresses', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.0.1/',
    'http://169.254.169.254/latest',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://[fd00::1]/',
    'http://0x7f.1:1/',
  ])('are refused for good where they are not allowed: %s', async (url) => {
    const error = await failure(deliver(deskAt(url, { allowPrivateAddresses: false })));
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(error.message).toContain('this installation does not allow');
  });
});

describe('a webhook that can not work', () => {
  it.each(['', 'desk.example/hook', 'ftp://desk.example', 'file:///etc/passwd'])('is refused: url %j', (url) => {
    expect(() => deskAt(url)).toThrow(`the url of the webhook desk is ${JSON.stringify(url)}; it must begin with http`);
  });

  it('is refused: no secret', () => {
    expect(() => deskAt('http://desk.example', { secret: '' })).toThrow('needs a secret');
  });
});
