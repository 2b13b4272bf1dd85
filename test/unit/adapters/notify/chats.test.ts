import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/adapters/clock.ts';
import { createChat } from '../../../../src/adapters/notify/chat.ts';
import { CHAT_KINDS, type ChatKind } from '../../../../src/adapters/notify/chats.ts';
import { MINUTE } from '../../../../src/domain/time.ts';
import { PermanentDeliveryError } from '../../../../src/ports/serviceDesk.ts';
import { type ChatAnswer, startChatServer } from '../../../support/chatServer.ts';

const MESSAGE = {
  title: '[P1] #7 Overdue: Filter <A> & B',
  lines: ['更换滤芯', 'Asset: a1'],
  url: 'https://f.example/t/7',
};
const SIGNING: readonly ChatKind[] = ['dingtalk', 'feishu'];

async function group(kind: ChatKind, { secret, knows = secret }: { secret?: string; knows?: string } = {}) {
  const server = await startChatServer(kind, secret);
  onTestFinished(() => server.close());
  const options = { kind, url: server.url, secret: knows, timeout: 5000, clock: systemClock };
  const chat = createChat({ ...options, allowPrivateAddresses: true });
  const send = (message = MESSAGE) => chat.send(message, [], 'k', AbortSignal.timeout(5000));
  const failure = () =>
    send().then(
      () => expect.fail('it was taken'),
      (error: Error & { retryAfterMs?: number }) => error,
    );
  return { server, send, failure, options };
}

describe.each(CHAT_KINDS)('%s', (kind) => {
  it('is given title, lines and link', async () => {
    const { server, send } = await group(kind);
    await send();
    const text = JSON.stringify(server.posts[0]!.body);
    const title =
      kind === 'slack' ? MESSAGE.title.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;') : MESSAGE.title;
    for (const part of [title, ...MESSAGE.lines, MESSAGE.url]) expect(text).toContain(part);
    expect(server.posts[0]!.url.pathname + server.posts[0]!.url.search).toContain('/hook/top-secret?key=k-1');
  });

  it('is given a long message in part, in whole characters', async () => {
    const { server, send } = await group(kind);
    await send({ ...MESSAGE, lines: ['滤'.repeat(9000)] });
    const text = JSON.stringify(server.posts[0]!.body);
    expect(Buffer.byteLength(text)).toBeLessThan(6000);
    expect(text).not.toContain('\uFFFD');
    expect(text).toContain('滤…');
  });

  it('that is busy or down is asked again, when it says so', async () => {
    const { server, failure } = await group(kind);
    server.script({ status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' }, { status: 503, body: '' });
    expect(await failure()).toMatchObject({ retryAfterMs: 7000 });
    expect(await failure()).not.toBeInstanceOf(PermanentDeliveryError);
  });

  it('refuses for good with a status that says so; the secret of the group is in no message', async () => {
    const { server, failure } = await group(kind);
    server.script({ status: 404, body: 'no_service' });
    const error = await failure();
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(error.message).toContain('no_service');
    expect(error.message).not.toMatch(/top-secret|k-1/);
    await server.close();
    expect((await failure()).message).not.toMatch(/top-secret|k-1/);
    server.close = async () => undefined;
  });

  it('in a private network is not called unless that is allowed', async () => {
    const { options, server } = await group(kind);
    const chat = createChat({ ...options, allowPrivateAddresses: false });
    const sent = chat.send(MESSAGE, [], 'k', AbortSignal.timeout(5000));
    await expect(sent).rejects.toThrow(PermanentDeliveryError);
    expect(server.posts).toEqual([]);
  });
});

describe.each(SIGNING)('%s with a secret', (kind) => {
  it('is signed', async () => {
    const { send, server } = await group(kind, { secret: 'SEC-1' });
    await send();
    expect(server.posts).toHaveLength(1);
  });

  it('refuses a wrong one for good', async () => {
    const { failure } = await group(kind, { secret: 'SEC-1', knows: 'SEC-2' });
    expect(await failure()).toBeInstanceOf(PermanentDeliveryError);
  });
});

it.each<[ChatKind, ChatAnswer['body'], number | 'later' | 'never']>([
  ['wecom', { errcode: 45009, errmsg: 'api freq out of limit' }, MINUTE],
  ['wecom', { errcode: -1, errmsg: 'system busy' }, 'later'],
  ['wecom', { errcode: 93000, errmsg: 'invalid webhook url' }, 'never'],
  ['dingtalk', { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }, 10 * MINUTE],
  ['dingtalk', { errcode: 300001, errmsg: 'token is not exist' }, 'never'],
  ['dingtalk', '<html>gateway</html>', 'later'],
  ['feishu', { code: 11232, msg: 'frequency limited' }, MINUTE],
  ['feishu', { code: 9499, msg: 'Bad Request', data: {} }, 'never'],
  ['feishu', { code: 19024, msg: 'Key Words Not Found' }, 'never'],
  ['slack', 'invalid_payload', 'never'],
  [
    'teams',
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
    MINUTE,
  ],
  [
    'teams',
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 403 with ContextId x',
    'never',
  ],
])('%s that answers 200 with %j has not taken it', async (kind, body, expected) => {
  const { server, failure } = await group(kind);
  server.script({ body });
  const error = await failure();
  expect(error instanceof PermanentDeliveryError).toBe(expected === 'never');
  expect(error.retryAfterMs).toBe(typeof expected === 'number' ? expected : undefined);
});

it('the older connectors of teams answer 200 with 1', async () => {
  const { server, send } = await group('teams');
  server.script({ body: '1' });
  await send();
});
