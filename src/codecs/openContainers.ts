import { MAX_DEPTH } from './nesting.ts';

/** Follows how deep the items of a binary format nest, each of whose containers says first how many items it has. */
export class OpenContainers {
  /** Items still to come of each container that is open. */
  readonly #left: number[] = [];

  /** No container is open: the one item at the top is complete. */
  get isEmpty(): boolean {
    return this.#left.length === 0;
  }

  /** A container of some items, at least one; false when it nests too deep. */
  open(items: number): boolean {
    return this.#left.push(items) <= MAX_DEPTH;
  }

  /** An item that is none, or an empty one. */
  complete(): void {
    const left = this.#left;
    while (left.length > 0 && --left[left.length - 1]! === 0) left.pop();
  }

  /** The end of a container that did not say how many items it has. */
  close(): void {
    this.#left.pop();
    this.complete();
  }
}
