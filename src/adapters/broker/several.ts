import type {
  BrokerHandlers,
  BrokerStatus,
  InboundMessage,
  LeaveOptions,
  LeaveOutcome,
  SessionBroker,
} from '../../ports/broker.ts';

/**
 * Several brokers as one. Fettle counts as listening only while every one of them is heard: which device speaks to which
 * is not known, and silence must never be blamed on a device that could not be heard. A single broker is given back as
 * it is.
 */
export function joinBrokers(brokers: ReadonlyMap<string, SessionBroker>): SessionBroker {
  const [only] = brokers.values();
  return only && brokers.size === 1 ? only : new SeveralBrokers(brokers);
}

class SeveralBrokers implements SessionBroker {
  readonly #brokers: ReadonlyMap<string, SessionBroker>;
  readonly #heard = new Set<string>();
  #listening = false;

  constructor(brokers: ReadonlyMap<string, SessionBroker>) {
    this.#brokers = brokers;
  }

  async start(handlers: BrokerHandlers): Promise<void> {
    await this.#each((broker, id) =>
      broker.start({
        message: (message) => handlers.message(message),
        pressed: () => handlers.pressed(),
        dropped: () => handlers.dropped(),
        listening: (listening) => this.#hear(id, listening, handlers),
      }),
    );
  }

  /** Each message at the broker that brought it. */
  settle(messages: readonly InboundMessage[]): void {
    const own = new Map<string, InboundMessage[]>();
    for (const message of messages) {
      const id = message.brokerId ?? '';
      const list = own.get(id);
      if (list) list.push(message);
      else own.set(id, [message]);
    }
    for (const [id, list] of own) this.#brokers.get(id)?.settle(list);
  }

  status(): BrokerStatus {
    const brokers = new Map([...this.#brokers].map(([id, broker]) => [id, broker.status()]));
    const all = [...brokers.values()];
    const told = all.flatMap(({ dropped }) => dropped ?? []);
    return {
      connected: all.every(({ connected }) => connected),
      detail: [...brokers].map(([id, { detail }]) => `${id}: ${detail}`).join('; '),
      unsettledMessages: sum(all.map(({ unsettledMessages }) => unsettledMessages)),
      unsettledBytes: sum(all.map(({ unsettledBytes }) => unsettledBytes)),
      reconnects: sum(all.map(({ reconnects }) => reconnects)),
      sessionsLost: sum(all.map(({ sessionsLost }) => sessionsLost)),
      failures: sumByKey(all.map(({ failures }) => failures)),
      dropped: told.length > 0 ? sum(told) : undefined,
      certificates: all.flatMap(({ certificates }) => certificates),
      brokers,
    };
  }

  async pause(): Promise<void> {
    await this.#each((broker) => broker.pause());
  }

  async close(): Promise<void> {
    await this.#each((broker) => broker.close());
  }

  /** The worst of the outcomes: only `left` and `no-session` say that nothing stays anywhere. */
  async leave(options: LeaveOptions): Promise<LeaveOutcome> {
    const outcomes = await Promise.all([...this.#brokers.values()].map((broker) => broker.leave(options)));
    const worst = (['aborted', 'taken-over', 'left'] as const).find((outcome) => outcomes.includes(outcome));
    return worst ?? 'no-session';
  }

  #hear(id: string, heard: boolean, handlers: BrokerHandlers): void {
    if (heard) this.#heard.add(id);
    else this.#heard.delete(id);
    const listening = this.#heard.size === this.#brokers.size;
    if (listening === this.#listening) return;
    this.#listening = listening;
    handlers.listening(listening);
  }

  async #each(work: (broker: SessionBroker, id: string) => Promise<void>): Promise<void> {
    await Promise.all([...this.#brokers].map(([id, broker]) => work(broker, id)));
  }
}

function sumByKey(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const [key, count] of counts.flatMap((one) => [...one])) total.set(key, (total.get(key) ?? 0) + count);
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
