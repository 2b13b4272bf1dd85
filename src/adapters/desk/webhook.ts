import { createHmac } from 'node:crypto';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, DeliveryResult, ServiceDesk } from '../../ports/serviceDesk.ts';
import { parseResult } from './answer.ts';
import { TemporaryDeliveryError } from './errors.ts';
import { addressOf, DeskHttp } from './http.ts';
import { parseHttpUrl } from './url.ts';

/** Where the key goes in the address of the look-up. */
const KEY = '{key}';

export interface WebhookDeskOptions {
  /** http or https; redirects are not followed. */
  readonly url: string;
  /** Where the receiver offers a look-up: http or https, `{key}` stands for the episode key. */
  readonly lookupUrl?: string | undefined;
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
 *
 * A look-up is a GET with the same headers for time and signature, the latter of `<timestamp>.<episode key>`. 200 says
 * that the work order is there and names it likewise, 404 that it is not.
 */
export function createWebhookDesk(options: WebhookDeskOptions): ServiceDesk {
  return new WebhookDesk(options);
}

class WebhookDesk implements ServiceDesk {
  readonly name = 'webhook';
  readonly find: ServiceDesk['find'];
  readonly #url: URL;
  readonly #secret: string;
  readonly #http: DeskHttp;
  readonly #log: Log;
  readonly #clock: Clock;

  constructor(options: WebhookDeskOptions) {
    const { lookupUrl } = options;
    this.#url = parseUrl(options.url);
    this.find = lookupUrl === undefined ? undefined : this.#lookUp.bind(this, checkLookup(lookupUrl));
    if (options.secret === '') throw new Error('the webhook desk needs a secret that is not empty');
    this.#secret = options.secret;
    this.#http = new DeskHttp(options);
    this.#log = options.log;
    this.#clock = options.clock;
  }

  async deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
    const { key, event, document, attempt } = delivery;
    const body = Buffer.from(JSON.stringify({ key, event, ticket: document }));
    const headers = {
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
      'Fettle-Attempt': String(attempt),
      ...this.#headers(body),
    };
    const answer = await this.#http.exchange({ method: 'POST', url: this.#url, headers, body, signal });
    if (answer.status < 200 || answer.status > 299) throw this.#http.refusal(this.#url, answer);
    if (!answer.complete) {
      const desk = addressOf(this.#url);
      this.#log.warn({ desk, key }, 'desk: the answer to a delivery broke off or is too long');
    }
    return parseResult(answer.text);
  }

  async #lookUp(template: string, episodeKey: string, signal: AbortSignal): Promise<DeliveryResult | undefined> {
    const url = parseUrl(template.replaceAll(KEY, encodeURIComponent(episodeKey)));
    const answer = await this.#http.exchange({ method: 'GET', url, headers: this.#headers(episodeKey), signal });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#http.refusal(url, answer);
    if (!answer.complete) throw new TemporaryDeliveryError(`${addressOf(url)}: the answer broke off or is too long`);
    return parseResult(answer.text);
  }

  async close(): Promise<void> {
    this.#http.close();
  }

  #headers(signed: Buffer | string): Record<string, string> {
    const timestamp = String(Math.floor(this.#clock.now() / SECOND));
    const signature = createHmac('sha256', this.#secret).update(`${timestamp}.`).update(signed).digest('hex');
    return {
      Accept: 'application/json',
      'User-Agent': 'Fettle',
      'Fettle-Timestamp': timestamp,
      'Fettle-Signature': `v1=${signature}`,
    };
  }
}

function parseUrl(text: string): URL {
  const url = parseHttpUrl(text);
  if (url) return url;
  throw new Error(`the url of the webhook desk is ${JSON.stringify(text)}; it must begin with http:// or https://`);
}

function checkLookup(template: string): string {
  parseUrl(template);
  if (template.includes(KEY)) return template;
  throw new Error(`the lookupUrl of the webhook desk lacks ${KEY}, which stands for the key to look for`);
}
