import { type Duration, MINUTE } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import { NoiseLimit } from '../noiseLimit.ts';

/** Tells, at most once a minute, how many messages of QoS 0 there was no room for. */
export class Qos0Drops {
  readonly #address: string;
  readonly #log: Log;
  readonly #noise = new NoiseLimit(MINUTE);
  #untold = 0;

  constructor(address: string, log: Log) {
    this.#address = address;
    this.#log = log;
  }

  add(now: Duration): void {
    this.#untold++;
    if (!this.#noise.worthSaying('dropped', now)) return;
    this.#log.warn(
      { address: this.#address, messages: this.#untold },
      'more comes than can be stored: messages of QoS 0 are dropped, and counted as over-bounds; devices that send with QoS 1 wait instead',
    );
    this.#untold = 0;
  }
}
