import { type Duration, SECOND } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MqttConnection } from './connection.ts';

/** Settling is looked at so often. */
const SETTLED_POLL: Duration = 0.05 * SECOND;

export interface EmptySessionOptions {
  /** The session's own topic filters, as they were subscribed. */
  readonly filters: readonly string[];
  /** Nothing more for so long: the broker has nothing left. */
  readonly quiet: Duration;
  /** Messages that have arrived so far, and those of them not yet settled. */
  readonly count: () => { readonly arrived: number; readonly unsettled: number };
  readonly unsubscribed: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Unsubscribes and waits until the broker has handed over all that it had queued for the session, and all of it is
 * settled. A ping answered after the last PUBACK shows that the broker has seen it and had nothing more to send.
 * Rejects when the signal aborts, the connection ends, or the broker does not let go of a filter.
 */
export async function emptySession(connection: MqttConnection, options: EmptySessionOptions): Promise<void> {
  const { filters, quiet, count, unsubscribed, clock } = options;
  const gone = new AbortController();
  void connection.ended.then(() => gone.abort());
  const signal = AbortSignal.any([options.signal, gone.signal]);
  const refused = await connection.unsubscribe(filters);
  if (refused.length > 0) {
    throw new Error(
      `the broker refuses to unsubscribe ${refused.join(', ')}: check its access rules; until then the session stays`,
    );
  }
  unsubscribed();
  for (;;) {
    const { arrived, unsettled } = count();
    if (unsettled > 0) {
      await clock.sleep(SETTLED_POLL, signal);
      continue;
    }
    await connection.roundTrip();
    await clock.sleep(quiet, signal);
    await connection.roundTrip();
    if (count().arrived === arrived) return;
  }
}
