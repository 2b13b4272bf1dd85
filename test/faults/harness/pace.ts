/** Messages a second, with what an outage held up made good afterwards. */
export class Pace {
  #since: number;
  #rate: number;

  constructor(rate: number) {
    this.#rate = rate;
    this.#since = Date.now();
  }

  /** How many may have been sent since the pace began. */
  get allowed(): number {
    return ((Date.now() - this.#since) / 1000) * this.#rate;
  }

  /** As fast as they are taken from now on. */
  lift(): void {
    this.#rate = Number.POSITIVE_INFINITY;
    this.#since = 0;
  }
}
