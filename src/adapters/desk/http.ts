import { type Duration, SECOND } from '../../domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { PermanentDeliveryError } from '../../ports/serviceDesk.ts';
import { assertNotInternal, InternalAddressError, publicLookup } from '../addresses.ts';
import { parseRetryAfter } from './answer.ts';
import { TemporaryDeliveryError } from './errors.ts';
import { type Answer, exchange, type Request } from './exchange.ts';

/** Refusals that say "not now"; the other 4xx say "never". */
const TEMPORARY_STATUS = new Set([408, 425, 429]);
const QUOTED = 200;

export interface DeskHttpOptions {
  /** For a whole exchange; 10 s when absent. */
  readonly timeoutMs?: Duration | undefined;
  /** Whether the desk may be on loopback or a private network; true when absent, since many are. */
  readonly allowPrivateAddresses?: boolean | undefined;
  readonly clock: Clock;
}

/** Calls of a desk: within a time limit, to no address that is not allowed, following no redirect. */
export class DeskHttp {
  readonly #timeoutMs: Duration;
  readonly #allowPrivateAddresses: boolean;
  readonly #clock: Clock;
  readonly #closing = new AbortController();

  constructor({ timeoutMs, allowPrivateAddresses, clock }: DeskHttpOptions) {
    this.#timeoutMs = timeoutMs ?? 10 * SECOND;
    this.#allowPrivateAddresses = allowPrivateAddresses ?? true;
    this.#clock = clock;
  }

  /** The answer, whatever its status. Rejects for good when the address is not allowed, else when no answer came. */
  async exchange(request: Request): Promise<Answer> {
    const { url, signal } = request;
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      if (!this.#allowPrivateAddresses) assertNotInternal(url.hostname);
      return await exchange({
        ...request,
        signal: AbortSignal.any([signal, timeout, this.#closing.signal]),
        ...(!this.#allowPrivateAddresses && { lookup: publicLookup }),
      });
    } catch (error) {
      if (error instanceof InternalAddressError) throw new PermanentDeliveryError(error.message);
      const why = timeout.aborted ? `no answer within ${this.#timeoutMs} ms` : messageOf(error);
      throw new TemporaryDeliveryError(`${addressOf(url)}: ${why}`, { cause: error });
    }
  }

  /** The error for an answer that is none of those hoped for; `said` is what the desk says about it. */
  refusal(url: URL, { status, headers, text }: Answer, said = text): Error {
    const address = addressOf(url);
    if (status >= 300 && status < 400) {
      const target = headers.location ?? 'nowhere';
      const advice = 'redirects are not followed, set the url to where it points';
      return new PermanentDeliveryError(`${address} answered ${status} to ${target.slice(0, QUOTED)}: ${advice}`);
    }
    const message = `${address} answered ${status}: ${said.slice(0, QUOTED)}`;
    if (status < 500 && !TEMPORARY_STATUS.has(status)) return new PermanentDeliveryError(message);
    const retryAfterMs = parseRetryAfter(headers['retry-after'], this.#clock.now());
    return new TemporaryDeliveryError(message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }

  close(): void {
    this.#closing.abort(new Error('the desk is being closed'));
  }
}

/** Without credentials and query, for messages. */
export function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** A connection tried at several addresses fails with an AggregateError whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
