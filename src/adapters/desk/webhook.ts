import { createHmac } from 'node:crypto';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type Delivery,
  type DeliveryResult,
  PermanentDeliveryError,
  type ServiceDesk,
} from '../../ports/serviceDesk.ts';
import { assertNotInternal, InternalAddressError, publicLookup } from '../addresses.ts';
import { parseResult, parseRetryAfter } from './answer.ts';
import { TemporaryDeliveryError } from './errors.ts';
import { type PostAnswer, post } from './post.ts';
import { parseHttpUrl } from './url.ts';

/** Refusals that say "not now"; the other 4xx say "never". */
const TEMPORARY_STATUS = new Set([408, 425, 429]);
const QUOTED = 200;

export interface WebhookDeskOptions {
  /** http or https; redirects are not followed. */
  readonly url: string;
  /** Shared with the receiver; signs each delivery. */
  readonly secret: string;
  /** For the whole exchange; 10 s when absent. */
  readonly timeoutMs?: Duration;
  /** Whether the desk may be on loopback or a private network; true when absent, since many are. */
  readonly allowPrivateAddresses?: boolean;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * A desk that takes deliveries as signed JSON over HTTP. The body is `{ key, event, ticket }`, the ticket as the API shows it, and the same at every
 * attempt unless the ticket changed. Headers: `Idempotency-Key` (the key), `Fettle-Attempt`, `Fettle-Timestamp` (epoch
 * seconds) and `Fettle-Signature`: `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>` under the secret. A 2xx means
 * delivered; a JSON answer may name the work order with `externalId` and `externalUrl`, or `id` and `url`.
 */
export function createWebhookDesk(options: WebhookDeskOptions): ServiceDesk {
  return new WebhookDesk(options);
}

class WebhookDesk implements ServiceDesk {
  readonly name = 'webhook';
  readonly #url: URL;
  /** Without credentials and query, for messages. */
  readonly #address: string;
  readonly #secret: string;
  readonly #timeoutMs: Duration;
  readonly #allowPrivateAddresses: boolean;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #closing = new AbortController();

  constructor(options: WebhookDeskOptions) {
    this.#url = parseUrl(options.url);
    this.#address = `${this.#url.origin}${this.#url.pathname}`;
    if (options.secret === '') throw new Error('the webhook desk needs a secret that is not empty');
    this.#secret = options.secret;
    this.#timeoutMs = options.timeoutMs ?? 10 * SECOND;
    this.#allowPrivateAddresses = options.allowPrivateAddresses ?? true;
    this.#log = options.log;
    this.#clock = options.clock;
  }

  async deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    const answer = await this.#post(delivery, signal);
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(answer);
    if (!answer.complete) {
      const { key } = delivery;
      this.#log.warn({ desk: this.#address, key }, 'desk: the answer to a delivery broke off or is too long');
    }
    return parseResult(answer.text);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the desk is being closed'));
  }

  async #post(delivery: Delivery, signal: AbortSignal): Promise<PostAnswer> {
    const { key, event, document } = delivery;
    const body = Buffer.from(JSON.stringify({ key, event, ticket: document }));
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      if (!this.#allowPrivateAddresses) assertNotInternal(this.#url.hostname);
      return await post({
        url: this.#url,
        headers: this.#headers(delivery, body),
        body,
        signal: AbortSignal.any([signal, timeout, this.#closing.signal]),
        ...(!this.#allowPrivateAddresses && { lookup: publicLookup }),
      });
    } catch (error) {
      if (error instanceof InternalAddressError) throw new PermanentDeliveryError(error.message);
      const why = timeout.aborted ? `no answer within ${this.#timeoutMs} ms` : messageOf(error);
      throw new TemporaryDeliveryError(`${this.#address}: ${why}`, { cause: error });
    }
  }

  #headers({ key, attempt }: Delivery, body: Buffer): Record<string, string> {
    const timestamp = String(Math.floor(this.#clock.now() / SECOND));
    const signature = createHmac('sha256', this.#secret).update(`${timestamp}.`).update(body).digest('hex');
    return {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'User-Agent': 'Fettle',
      'Idempotency-Key': key,
      'Fettle-Attempt': String(attempt),
      'Fettle-Timestamp': timestamp,
      'Fettle-Signature': `v1=${signature}`,
    };
  }

  #refusal({ status, headers, text }: PostAnswer): Error {
    if (status >= 300 && status < 400) {
      const target = headers.location ?? 'nowhere';
      const advice = 'redirects are not followed, set the url to where it points';
      return new PermanentDeliveryError(`${this.#address} answered ${status} to ${target.slice(0, QUOTED)}: ${advice}`);
    }
    const message = `${this.#address} answered ${status}: ${text.slice(0, QUOTED)}`;
    if (status < 500 && !TEMPORARY_STATUS.has(status)) return new PermanentDeliveryError(message);
    const retryAfterMs = parseRetryAfter(headers['retry-after'], this.#clock.now());
    return new TemporaryDeliveryError(message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

function parseUrl(text: string): URL {
  const url = parseHttpUrl(text);
  if (url) return url;
  throw new Error(`the url of the webhook desk is ${JSON.stringify(text)}; it must begin with http:// or https://`);
}

/** A connection tried at several addresses fails with an AggregateError whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
