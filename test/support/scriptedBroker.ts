import { createServer, type Server, type Socket } from 'node:net';
import { generate, type IConnackPacket, type Packet, parser } from 'mqtt-packet';

type Sent = Packet & { readonly connection: number };

/**
 * A broker that does what a test says: it answers CONNECT, SUBSCRIBE and PINGREQ, and otherwise only sends what it is
 * told and records what it gets, per connection.
 */
export class ScriptedBroker {
  /** Everything clients sent, with the number of the connection, from 1. */
  readonly received: Sent[] = [];
  readonly #server: Server;
  readonly #protocolVersion: 4 | 5;
  #sockets: Socket[] = [];
  /** Clients whose id MQTT.js made up are answered, and sent nothing. */
  readonly #bystanders = new Set<Socket>();
  port = 0;
  connections = 0;
  sessionPresent = false;
  /** CONNACK return or reason code. */
  connackCode = 0;
  /** Ends each connection as soon as it has been accepted. */
  endsAfterConnack = false;
  /** Answers nothing any more. */
  silent = false;
  /** Never answers SUBSCRIBE. */
  ignoresSubscribe = false;
  /** SUBACK codes, for as many topic filters as there are. */
  granted: number[] = [1];

  private constructor(protocolVersion: 4 | 5) {
    this.#protocolVersion = protocolVersion;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(protocolVersion: 4 | 5 = 4): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(protocolVersion);
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    const address = broker.#server.address();
    if (address && typeof address === 'object') broker.port = address.port;
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** What clients sent of one kind. */
  of(cmd: Packet['cmd']): Sent[] {
    return this.received.filter((packet) => packet.cmd === cmd);
  }

  /** Message ids of the PUBACKs got on a connection. */
  pubacks(connection = this.connections): number[] {
    return this.of('puback')
      .filter((packet) => packet.connection === connection)
      .map((packet) => packet.messageId ?? 0);
  }

  /** Sends QoS 1 messages in one write, the payload being `text`. */
  publish(messages: readonly { id: number; text: string; dup?: boolean }[]): void {
    this.send(
      messages.map(({ id, text, dup = false }) => ({
        cmd: 'publish',
        topic: 'plant/a1',
        payload: text,
        qos: 1,
        messageId: id,
        dup,
        retain: false,
      })),
    );
  }

  /** To whom connected last. */
  send(packets: readonly Packet[], to = this.#sockets.at(-1)): void {
    const bytes = packets.map((packet) => generate(packet, { protocolVersion: this.#protocolVersion }));
    to?.write(Buffer.concat(bytes));
  }

  cut(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  #setAside(socket: Socket): void {
    this.#bystanders.add(socket);
    this.#sockets = this.#sockets.filter((other) => other !== socket);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    for (const socket of this.#bystanders) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const connection = ++this.connections;
    this.#sockets.push(socket);
    socket.setNoDelay(true);
    const packets = parser({ protocolVersion: this.#protocolVersion });
    packets.on('packet', (packet) => {
      this.received.push({ ...packet, connection });
      this.#answer(packet, socket);
    });
    packets.on('error', () => socket.destroy());
    socket.on('data', (chunk) => packets.parse(chunk));
    socket.on('error', () => socket.destroy());
  }

  #answer(packet: Packet, socket: Socket): void {
    if (this.silent) return;
    if (packet.cmd === 'connect' && packet.clientId.startsWith('mqttjs_')) this.#setAside(socket);
    if (packet.cmd === 'connect') this.send([this.#connack()], socket);
    if (packet.cmd === 'connect' && this.endsAfterConnack) {
      socket.end();
      return;
    }
    if (packet.cmd === 'subscribe' && !this.ignoresSubscribe) {
      this.send([{ cmd: 'suback', messageId: packet.messageId ?? 0, granted: this.granted }], socket);
    }
    if (packet.cmd === 'pingreq') this.send([{ cmd: 'pingresp' }], socket);
    if (packet.cmd === 'disconnect') socket.end();
  }

  #connack(): IConnackPacket {
    const code = this.connackCode;
    return { cmd: 'connack', sessionPresent: this.sessionPresent, returnCode: code, reasonCode: code };
  }
}
