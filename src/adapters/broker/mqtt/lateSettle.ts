import type { IPublishPacket, MqttClient } from 'mqtt';

/**
 * What MQTT.js is called back with: given an error, its QoS 1 handler sends no PUBACK and goes on with the next packet.
 * It is passed to nobody else: no event, no log.
 */
const NO_PUBACK = new Error('settled later');

const PUBACK_BYTES = 4;

/** A message as seen by the connection that brought it. */
export interface Settleable {
  readonly line: LateSettle;
  /** 0 for a message without acknowledgement (QoS 0). */
  readonly messageId: number;
}

/**
 * Sends the PUBACKs of one MQTT.js client when told, instead of when a message arrives. They go to the stream the
 * client was made with and to no other, so the client must not reconnect by itself (`reconnectPeriod: 0`).
 * Relies on `handleMessage` of the pinned MQTT.js version; test/unit/adapters/broker/mqtt/lateSettle.test.ts holds it to that.
 */
export class LateSettle {
  readonly #stream: MqttClient['stream'];
  /** By message id, 1 while a message with it awaits its PUBACK. */
  readonly #awaiting = new Uint8Array(0x10000);
  #taking = true;
  #open = true;
  #holding = false;
  #held: (() => void) | undefined;

  /**
   * `take` is called for each new message, in order of arrival, `miss` for each of QoS 0 that comes when nothing is
   * taken any more, for it does not come again. Call this before the first packet can have come in.
   */
  constructor(client: MqttClient, take: (packet: IPublishPacket) => void, miss: () => void = () => undefined) {
    this.#stream = client.stream;
    client.handleMessage = (packet, done) => {
      if (packet.qos === 2) {
        // MQTT.js has answered PUBREC before it calls this, so there is nothing left to hold back.
        if (this.#taking) take(packet);
        done();
        return;
      }
      if (!this.#taking) {
        if (packet.qos === 0) miss();
      } else if (this.#isNew(packet)) take(packet);
      if (this.#holding) this.#held = () => done(NO_PUBACK);
      else done(NO_PUBACK);
    };
  }

  /** Writes the PUBACKs of those messages that came on this line, in the order given, in one write. */
  settle(messages: readonly Settleable[]): void {
    const bytes = Buffer.allocUnsafe(messages.length * PUBACK_BYTES);
    let end = 0;
    for (const { line, messageId } of messages) {
      if (line !== this || messageId === 0) continue;
      this.#awaiting[messageId] = 0;
      bytes[end++] = 0x40;
      bytes[end++] = 2;
      bytes[end++] = messageId >> 8;
      bytes[end++] = messageId & 0xff;
    }
    if (end > 0 && this.#open && this.#stream.writable) this.#stream.write(bytes.subarray(0, end));
  }

  /** Reads no further, neither messages nor ping answers: not to be held for longer than a ping may take. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  /** From now on lets messages pass untaken and unsettled, so that they come again, and the connection stays alive. */
  stopTaking(): void {
    this.#taking = false;
    this.release();
  }

  /** Neither takes nor settles: what is unsettled now comes again. */
  close(): void {
    this.#open = false;
    this.stopTaking();
  }

  /** Some brokers send again on the same connection what waits for its PUBACK: that message is in hand already. */
  #isNew(packet: IPublishPacket): boolean {
    const id = packet.messageId;
    if (packet.qos === 0 || id === undefined) return true;
    if (this.#awaiting[id] === 1) return false;
    this.#awaiting[id] = 1;
    return true;
  }
}
