import type { Broker, InboundMessage } from '../ports/broker.ts';

/** Settles each message at the broker that brought it: the node's own, or the session of a node it adopts. */
export class Lines implements Pick<Broker, 'settle'> {
  readonly #own: Pick<Broker, 'settle'>;
  readonly #others = new WeakMap<InboundMessage, Pick<Broker, 'settle'>>();
  /** While nothing is adopted, which is nearly always, nothing is looked up. */
  #adopting = false;

  constructor(own: Pick<Broker, 'settle'>) {
    this.#own = own;
  }

  brought(message: InboundMessage, by: Pick<Broker, 'settle'>): void {
    this.#adopting = true;
    this.#others.set(message, by);
  }

  settle(messages: readonly InboundMessage[]): void {
    if (!this.#adopting) {
      this.#own.settle(messages);
      return;
    }
    const byLine = new Map<Pick<Broker, 'settle'>, InboundMessage[]>();
    for (const message of messages) {
      const line = this.#others.get(message) ?? this.#own;
      const list = byLine.get(line);
      if (list) list.push(message);
      else byLine.set(line, [message]);
    }
    for (const [line, list] of byLine) line.settle(list);
  }
}
