import type { Rejection } from '../domain/sample.ts';
import type { Duration } from '../domain/time.ts';
import type { InboundMessage } from '../ports/broker.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ingest } from './ingest.ts';
import { orSlow } from './patience.ts';

export interface IntakeOptions {
  /** Messages taken and not yet durable, and bytes of their payloads; more are turned away. */
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** How long a caller is kept waiting for the store. */
  readonly patience: Duration;
}

/** What became of a message whose sender waits for it: all of it is durable, or refused and kept as a dead letter. */
export interface Taken {
  readonly stored: number;
  readonly duplicate: number;
  readonly refused: number;
  /** Why, for the first of them. */
  readonly rejections: readonly Rejection[];
}

/** `busy`: nothing was taken. `slow`: it is taken and not yet durable; sent again it counts once. */
export type IntakeAnswer = Taken | 'busy' | 'slow';

/**
 * Takes messages that no broker brings, from senders that wait for what became of them: the same way as all others, with
 * bounds of its own.
 */
export class Intake {
  readonly #ingest: () => Pick<Ingest, 'takeAndTell' | 'passedOver'>;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #options: IntakeOptions;
  #messages = 0;
  #bytes = 0;

  constructor(
    ingest: () => Pick<Ingest, 'takeAndTell' | 'passedOver'>,
    clock: Pick<Clock, 'sleep'>,
    options: IntakeOptions,
  ) {
    this.#ingest = ingest;
    this.#clock = clock;
    this.#options = options;
  }

  /** Counts a message that is no telemetry. */
  passOver(): void {
    this.#ingest().passedOver();
  }

  async take(message: InboundMessage): Promise<IntakeAnswer> {
    const { maxMessages, maxBytes, patience } = this.#options;
    const bytes = message.payload.length;
    if (this.#messages >= maxMessages || (this.#messages > 0 && this.#bytes + bytes > maxBytes)) return 'busy';
    this.#messages++;
    this.#bytes += bytes;
    const work = this.#ingest()
      .takeAndTell(message)
      .finally(() => {
        this.#messages--;
        this.#bytes -= bytes;
      });
    return orSlow(work, patience, this.#clock);
  }
}
