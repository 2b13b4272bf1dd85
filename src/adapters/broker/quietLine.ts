/**
 * Tells when a line has gone quiet: calls `quiet` once the event loop has polled for input a whole turn and no message
 * came out of it. Costs at most one callback per turn, however many messages a turn brings.
 */
export class QuietLine {
  readonly #quiet: () => void;
  #arrived = false;
  #watching = false;

  constructor(quiet: () => void) {
    this.#quiet = quiet;
  }

  messageArrived(): void {
    this.#arrived = true;
    if (this.#watching) return;
    this.#watching = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#arrived) {
      this.#arrived = false;
      setImmediate(this.#turn);
      return;
    }
    this.#watching = false;
    this.#quiet();
  };
}
