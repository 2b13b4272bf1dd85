import type { Duration } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Notifier } from '../../ports/notifications.ts';
import { PermanentDeliveryError } from '../../ports/serviceDesk.ts';
import { TemporaryDeliveryError } from '../desk/errors.ts';
import { DeskHttp } from '../desk/http.ts';
import { CHATS, type ChatKind } from './chats.ts';

const QUOTED = 200;

export interface ChatOptions {
  readonly kind: ChatKind;
  /** Its path or query is the secret of the group, so that messages name only the host. */
  readonly url: string;
  /** Of chats that sign. */
  readonly secret?: string | undefined;
  readonly timeout: Duration;
  readonly allowPrivateAddresses: boolean;
  readonly clock: Clock;
}

/** A group of a chat, by its webhook. */
export function createChat({ kind, url, secret, timeout, allowPrivateAddresses, clock }: ChatOptions): Notifier {
  const chat = CHATS[kind];
  const target = new URL(url);
  const http = new DeskHttp({ timeoutMs: timeout, allowPrivateAddresses, clock });
  return {
    kind,
    perMinute: chat.perMinute,
    async send(message, _to, _key, signal) {
      const post = chat.post(target, message, secret, clock.now());
      const body = Buffer.from(JSON.stringify(post.body));
      const headers = { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'Fettle' };
      try {
        const answer = await http.exchange({ method: 'POST', url: post.url, headers, body, signal });
        if (answer.status < 200 || answer.status > 299) throw http.refusal(post.url, answer);
        const refusal = answer.status === 202 ? undefined : chat.refusal(answer.text);
        if (!refusal) return;
        const said = `${target.host} answered ${refusal.said.slice(0, QUOTED)}`;
        if (refusal.later === undefined) throw new PermanentDeliveryError(said);
        throw new TemporaryDeliveryError(said, refusal.later === true ? {} : { retryAfterMs: refusal.later });
      } catch (error) {
        throw withoutPath(error, target);
      }
    },
  };
}

/** The path of a webhook is mostly its secret: it must not get into messages. */
function withoutPath(error: unknown, { origin, pathname }: URL): unknown {
  if (error instanceof Error && pathname !== '/')
    error.message = error.message.replaceAll(`${origin}${pathname}`, origin);
  return error;
}
