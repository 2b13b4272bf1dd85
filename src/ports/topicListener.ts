import type { Duration } from '../domain/time.ts';

/** Listens at outside brokers beside Fettle's sessions there, to what they do not subscribe to. */
export interface TopicListener {
  /** Of the brokers that can be listened to; none where the embedded one takes whatever is published. */
  readonly brokerIds: readonly string[];
  /**
   * Hears what is published on a filter, and what the broker has kept there, until the time is over or `hear` answers
   * false. Nothing is settled and nothing stays at the broker. Rejects with why it could not listen; a broker has as
   * long to let it as for a connection.
   */
  listen(
    brokerId: string,
    filter: string,
    limit: Duration,
    hear: (topic: string, payload: Uint8Array) => boolean,
  ): Promise<void>;
  /** Ends what is listened to: what was heard until then counts. Whatever is asked afterwards rejects. */
  close(): void;
}
