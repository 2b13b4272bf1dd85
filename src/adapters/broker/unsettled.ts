/** How much may be in hand at once, not yet settled. */
export interface UnsettledBounds {
  readonly maxUnsettledMessages: number;
  /** Payload and topic. */
  readonly maxUnsettledBytes: number;
}

/** Counts what was handed over and is not yet settled, whichever connection brought it. */
export class Unsettled {
  messages = 0;
  bytes = 0;
  readonly #bounds: UnsettledBounds;

  constructor(bounds: UnsettledBounds) {
    this.#bounds = bounds;
  }

  add(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
  }

  remove(bytes: number): void {
    this.messages--;
    this.bytes -= bytes;
  }

  /** At a bound: nothing more should come in. */
  get full(): boolean {
    return this.messages >= this.#bounds.maxUnsettledMessages || this.bytes >= this.#bounds.maxUnsettledBytes;
  }

  /**
   * Below half of both bounds: more may come in again. The gap to `full` keeps the line from flapping, and is left to
   * what may not be dropped.
   */
  get drained(): boolean {
    return this.messages <= this.#bounds.maxUnsettledMessages / 2 && this.bytes <= this.#bounds.maxUnsettledBytes / 2;
  }
}
