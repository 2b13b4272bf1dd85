/**
 * Topics with counts of what the broker could not deliver for lack of room or time: Mosquitto's, and EMQX's for each
 * node. EMQX's `messages/dropped` is left out: it counts what nobody had subscribed to.
 */
export const DROP_TOPICS = [
  '$SYS/broker/publish/messages/dropped',
  '$SYS/brokers/+/metrics/delivery/dropped/queue_full',
  '$SYS/brokers/+/metrics/delivery/dropped/expired',
];

/** Adds up counts that start again at 0 when a broker does. */
export class DropCounter {
  readonly #last = new Map<string, number>();
  #total: number | undefined;

  /** What the brokers have dropped, from before Fettle started as well; undefined while none has told. */
  get total(): number | undefined {
    return this.#total;
  }

  /** A count as published; what is no count is passed over. */
  take(topic: string, text: string): void {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) return;
    const last = this.#last.get(topic) ?? 0;
    this.#last.set(topic, value);
    this.#total = (this.#total ?? 0) + (value < last ? value : value - last);
  }
}
