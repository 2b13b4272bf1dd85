import type { Refusal } from './codec.ts';

/** A payload that could not be parsed at all; told from anything that a payload can hold by its class. */
export class Unreadable {
  readonly refusal: Refusal;

  constructor(reason: Refusal['reason'], detail: string) {
    this.refusal = { reason, detail };
  }
}
