import type { BackendFactory, IQueueBackend } from 'bullmq';

/** What BullMQ's queues and workers run on. `createBackend` brings its connection with it. */
export interface QueueEngine {
  readonly createBackend: BackendFactory<IQueueBackend, object>;
  /** Key prefix, for engines that have one. */
  readonly prefix?: string;
  /** For messages. */
  readonly address: string;
  /** Why the server can not be reached, where the engine keeps a connection of its own and has lost it. */
  readonly outage: Error | undefined;
  /** What an operator should know about how safely jobs are kept there; empty when all is well. */
  concerns(): Promise<readonly string[]>;
  /** From now on a lost server is not waited for. */
  giveUp(): void;
  /** Ends connections that BullMQ leaves to their owner; after queues and workers were closed. */
  close(): Promise<void>;
}
