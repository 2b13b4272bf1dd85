import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ChatKind } from '../../src/adapters/notify/chats.ts';

export interface ChatAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | object;
}

export interface ChatServer {
  /** The webhook of a group; its secret is in the address. */
  readonly url: string;
  readonly posts: { readonly url: URL; readonly body: Record<string, unknown> }[];
  /** Answers the next post like this. */
  script(...answers: ChatAnswer[]): void;
  close(): Promise<void>;
}

/** What each chat answers when it has taken a message, by the pages that src/adapters/notify/chats.ts names. */
const TAKEN: Readonly<Record<ChatKind, ChatAnswer>> = {
  wecom: { body: { errcode: 0, errmsg: 'ok' } },
  dingtalk: { body: { errcode: 0, errmsg: 'ok' } },
  feishu: { body: { code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success', Extra: null } },
  slack: { body: 'ok' },
  teams: { status: 202, body: '' },
};

const SIGNS_DO_NOT_MATCH: Partial<Record<ChatKind, ChatAnswer>> = {
  dingtalk: { body: { errcode: 310000, errmsg: 'sign not match' } },
  feishu: { body: { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' } },
};

/** A group of a chat on 127.0.0.1, which checks signatures by the documented recipe of the chat. */
export async function startChatServer(kind: ChatKind, secret?: string): Promise<ChatServer> {
  const posts: ChatServer['posts'] = [];
  const scripted: ChatAnswer[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://chat');
    const body = (await json(request)) as Record<string, unknown>;
    posts.push({ url, body });
    const unsigned = secret !== undefined && !isSigned(kind, url, body, secret);
    const answer = (unsigned && SIGNS_DO_NOT_MATCH[kind]) || scripted.shift() || TAKEN[kind];
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/top-secret?key=k-1`,
    posts,
    script: (...answers) => void scripted.push(...answers),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function isSigned(kind: ChatKind, url: URL, body: Record<string, unknown>, secret: string): boolean {
  const given = kind === 'dingtalk' ? Object.fromEntries(url.searchParams) : body;
  const { timestamp, sign } = given as { timestamp?: string; sign?: string };
  const [key, text] = kind === 'dingtalk' ? [secret, `${timestamp}\n${secret}`] : [`${timestamp}\n${secret}`, ''];
  return sign === createHmac('sha256', key).update(text).digest('base64');
}
