import { createHmac } from 'node:crypto';
import type { Message } from '../../domain/notificationText.ts';
import { type Duration, MINUTE, SECOND, type Timestamp } from '../../domain/time.ts';

export const CHAT_KINDS = ['wecom', 'dingtalk', 'feishu', 'slack', 'teams'] as const;
export type ChatKind = (typeof CHAT_KINDS)[number];

/** What an answer with a status of success really says; undefined where the message was taken. */
export interface Refusal {
  readonly said: string;
  /** Whether a later attempt may do better, and after how long. */
  readonly later?: Duration | true;
}

/** How a chat takes messages for one of its groups. */
export interface Chat {
  readonly perMinute: number;
  /** What is posted, and where. */
  post(url: URL, message: Message, secret: string | undefined, now: Timestamp): { url: URL; body: object };
  refusal(text: string): Refusal | undefined;
}

/** Longest content of a WeCom markdown message, in bytes of UTF-8. */
const WECOM_BYTES = 4096;
/** Longest text that the other chats are sent; the least of them takes 20 KB in all. */
const LONGEST = 4000;

/**
 * WeCom (企业微信) group robot: "群机器人配置说明", developer.work.weixin.qq.com/document/path/91770. Markdown, answered with
 * `{ errcode, errmsg }` and HTTP 200 whatever happened; 20 messages a minute, beyond them errcode 45009; -1 is "system busy".
 */
const wecom: Chat = {
  perMinute: 20,
  post: (url, { title, lines, url: link }) => ({
    url,
    body: {
      msgtype: 'markdown',
      markdown: { content: cut(`**${title}**\n${[...lines, ...linkTo(link)].join('\n')}`, WECOM_BYTES) },
    },
  }),
  refusal: (text) => byCode(text, 'errcode', 'errmsg', { 45009: MINUTE, '-1': true }),
};

/**
 * DingTalk (钉钉) custom robot: "自定义机器人接入" and "自定义机器人安全设置", open.dingtalk.com/document/robots. With a secret the
 * query has `timestamp` (ms) and `sign`: base64 of HMAC-SHA256 over `<timestamp>\n<secret>` under the secret. Answered
 * with `{ errcode, errmsg }` and HTTP 200; 20 messages a minute, then errcode 130101 for ten minutes; 310000 says that
 * signature, key word or address do not fit.
 */
const dingtalk: Chat = {
  perMinute: 20,
  post(url, { title, lines, url: link }, secret, now) {
    const signed = new URL(url);
    if (secret !== undefined) {
      signed.searchParams.set('timestamp', String(now));
      signed.searchParams.set('sign', hmac(secret, `${now}\n${secret}`));
    }
    const text = cut(`#### ${title}\n\n${[...lines, ...linkTo(link)].join('\n\n')}`, LONGEST);
    return { url: signed, body: { msgtype: 'markdown', markdown: { title, text } } };
  },
  refusal: (text) => byCode(text, 'errcode', 'errmsg', { 130101: 10 * MINUTE, '-1': true }),
};

/**
 * Feishu (飞书, Lark) custom bot: "自定义机器人使用指南", open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. Rich text
 * (`post`). With a secret the body has `timestamp` (s) and `sign`: base64 of HMAC-SHA256 over nothing under
 * `<timestamp>\n<secret>`. Answered with `{ code, msg }`; 100 messages a minute and 5 a second, beyond them code 11232; 9499
 * is a bad request, 19021 a signature that does not fit.
 */
const feishu: Chat = {
  perMinute: 100,
  post(url, { title, lines, url: link }, secret, now) {
    const timestamp = String(Math.floor(now / SECOND));
    const signed = secret === undefined ? {} : { timestamp, sign: hmac(`${timestamp}\n${secret}`, '') };
    const content = [
      ...lines.map((text) => [{ tag: 'text', text: cut(text, LONGEST) }]),
      ...(link === undefined ? [] : [[{ tag: 'a', text: link, href: link }]]),
    ];
    return { url, body: { ...signed, msg_type: 'post', content: { post: { zh_cn: { title, content } } } } };
  },
  refusal: (text) => byCode(text, 'code', 'msg', { 11232: MINUTE }),
};

/**
 * Slack incoming webhook: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, and "Formatting message text" for
 * the three characters that are escaped. Answered with `ok` as text, and with a status of its own where it refuses; one
 * message a second, beyond that 429 with Retry-After.
 */
const slack: Chat = {
  perMinute: 60,
  post: (url, { title, lines, url: link }) => ({
    url,
    body: {
      text: cut([`*${escaped(title)}*`, ...lines.map(escaped), ...(link ? [`<${link}>`] : [])].join('\n'), LONGEST),
    },
  }),
  refusal: (text) => (text.trim() === 'ok' ? undefined : { said: text }),
};

/**
 * Microsoft Teams, a workflow "When a Teams webhook request is received": an adaptive card in a message, as in
 * learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using. A workflow answers 202; a connector of
 * the older kind answers 200 with `1`, or with what went wrong as text, "HTTP error 429" for too many: four a second.
 */
const teams: Chat = {
  perMinute: 60,
  post(url, { title, lines, url: link }) {
    const block = (text: string, style: object = {}) => ({
      type: 'TextBlock',
      text: cut(text, LONGEST),
      wrap: true,
      ...style,
    });
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: [block(title, { weight: 'Bolder', size: 'Medium' }), ...lines.map((line) => block(line))],
      ...(link !== undefined && { actions: [{ type: 'Action.OpenUrl', title: 'Fettle', url: link }] }),
    };
    const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
    return { url, body: { type: 'message', attachments: [attachment] } };
  },
  refusal(text) {
    if (!/\bfailed\b|HTTP error/i.test(text)) return undefined;
    return /HTTP error (429|5\d\d)/.test(text) ? { said: text, later: MINUTE } : { said: text };
  },
};

export const CHATS: Readonly<Record<ChatKind, Chat>> = { wecom, dingtalk, feishu, slack, teams };

/** An answer whose code is not 0 refuses; `later` has the codes that pass. */
function byCode(
  text: string,
  code: string,
  message: string,
  later: Readonly<Record<string, Duration | true>>,
): Refusal | undefined {
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { said: `no JSON: ${text}`, later: true };
  }
  const given = String(answer?.[code]);
  if (given === '0') return undefined;
  const wait = later[given];
  return { said: `${code} ${given}: ${String(answer?.[message])}`, ...(wait !== undefined && { later: wait }) };
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

function linkTo(url: string | undefined): string[] {
  return url === undefined ? [] : [`[${url}](${url})`];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** At most so many bytes of UTF-8, whole characters. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text).subarray(0, bytes - 3);
  return `${kept.toString('utf8').replace(/\uFFFD+$/, '')}…`;
}
