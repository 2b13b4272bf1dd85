import type { Duration } from '../../domain/time.ts';

/** A failure that a later attempt may get over. `retryAfterMs` is what the desk asked to wait, where it did. */
export class TemporaryDeliveryError extends Error {
  override readonly name: string = 'TemporaryDeliveryError';
  readonly retryAfterMs?: Duration;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: Duration } = {}) {
    super(message, { cause: options.cause });
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** The desk does not let Fettle in. Deliveries wait for whoever runs Fettle to set other credentials. */
export class DeskCredentialsError extends TemporaryDeliveryError {
  override readonly name = 'DeskCredentialsError';
}
