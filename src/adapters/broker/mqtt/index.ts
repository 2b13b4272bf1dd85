import type { IClientOptions } from 'mqtt';
import { type Duration, HOUR, SECOND, type Timestamp } from '../../../domain/time.ts';
import type {
  BrokerHandlers,
  BrokerStatus,
  InboundMessage,
  LeaveOptions,
  LeaveOutcome,
  SessionBroker,
} from '../../../ports/broker.ts';
import { after } from '../after.ts';
import { QuietLine } from '../quietLine.ts';
import { Unsettled } from '../unsettled.ts';
import { Backoff } from './backoff.ts';
import { Certificates } from './certificates.ts';
import { MqttConnection, type Subscribing } from './connection.ts';
import { readCredentials } from './credentials.ts';
import { DropWatch } from './dropWatch.ts';
import { emptySession } from './emptySession.ts';
import { type Failure, failure, isTakeover } from './failure.ts';
import { forgetSession } from './forgetSession.ts';
import type { LateSettle } from './lateSettle.ts';
import { type Lost, LostConnections } from './lostConnections.ts';
import { InboundMqttMessage } from './message.ts';
import {
  addressOf,
  checkOptions,
  clientOptions,
  DEFAULT_KEEPALIVE_SECONDS,
  type MqttBrokerOptions,
  sharedFilters,
} from './options.ts';
import { Qos0Drops } from './qos0Drops.ts';

export type { MqttBrokerOptions } from './options.ts';

/**
 * How long reading may stand still over the bounds, as a share of the keepalive, before the connection is given up. A
 * ping must be answered within half a keepalive; this stays below, so that it ends in a goodbye and not in a timeout.
 */
const HOLD_SHARE = 0.4;

/** Certificates near their end are looked for so often; each is told of once a day. */
const WARN_EVERY: Duration = HOUR;

/** Leaving: silence that shows an empty session, and the wait between two looks for a connection. */
const LEAVE_QUIET: Duration = 2 * SECOND;
const LEAVE_POLL: Duration = 0.05 * SECOND;

/**
 * An outside MQTT broker, 3.1.1 or 5, through MQTT.js: persistent session under a stable client id, QoS 1, PUBACKs sent
 * only by `settle`. Throws when the options are not valid. `start` does not wait for the broker: it is tried again
 * and again, with backoff, until `pause` or `close`.
 */
export function createMqttBroker(options: MqttBrokerOptions): SessionBroker {
  checkOptions(options);
  return new MqttBroker(options);
}

class MqttBroker implements SessionBroker {
  readonly #options: MqttBrokerOptions;
  readonly #address: string;
  readonly #unsettled: Unsettled;
  readonly #backoff = new Backoff();
  readonly #lost: LostConnections;
  readonly #qos0Drops: Qos0Drops;
  readonly #stop = new AbortController();
  readonly #certificates: Certificates;
  readonly #drops: DropWatch;
  #handlers: BrokerHandlers | undefined;
  #quiet: QuietLine | undefined;
  #connection: MqttConnection | undefined;
  /** The connection, once it is ready. */
  #ready: MqttConnection | undefined;
  #sessionPresent = false;
  #arrived = 0;
  #leaving: Promise<LeaveOutcome> | undefined;
  #takenOver = false;
  #running: Promise<void> = Promise.resolve();
  #subscribed = false;
  #listening = false;
  #connects = 0;
  #sessionsLost = 0;
  /** When the last connection that was ready ended. */
  #deafSince: Timestamp | undefined;
  #detail = 'not started';
  #cancelHold: (() => void) | undefined;
  #onSettled: (() => void) | undefined;

  constructor(options: MqttBrokerOptions) {
    this.#options = options;
    this.#address = addressOf(options.url);
    this.#unsettled = new Unsettled(options);
    const { url, clientId, log, clock } = options;
    this.#lost = new LostConnections({ address: this.#address, clientId }, log);
    this.#qos0Drops = new Qos0Drops(this.#address, log);
    this.#certificates = new Certificates(this.#address, log, clock);
    this.#drops = new DropWatch({ url, log, clock, login: () => clientOptions(options, readCredentials(options)) });
  }

  async start(handlers: BrokerHandlers): Promise<void> {
    if (this.#handlers) throw new Error('the broker was started already');
    this.#handlers = handlers;
    this.#quiet = new QuietLine(() => handlers.pressed());
    this.#detail = `connecting to ${this.#address}`;
    const stopWarning = this.#options.clock.every(WARN_EVERY, () => this.#certificates.warn());
    this.#stop.signal.addEventListener('abort', stopWarning, { once: true });
    this.#running = this.#run();
  }

  /** In the order given, which is to be that of arrival. Settling a message twice changes nothing. */
  settle(messages: readonly InboundMessage[]): void {
    const fresh: InboundMqttMessage[] = [];
    for (const message of messages) {
      if (!(message instanceof InboundMqttMessage) || message.settled) continue;
      message.settled = true;
      this.#unsettled.remove(message.bytes);
      fresh.push(message);
    }
    this.#connection?.line.settle(fresh);
    if (this.#unsettled.drained) this.#drained();
    if (this.#unsettled.messages === 0) this.#onSettled?.();
  }

  status(): BrokerStatus {
    const dropped = this.#drops.total;
    return {
      connected: this.#listening,
      detail: dropped ? `${this.#detail}; the broker has dropped ${dropped} messages of its clients` : this.#detail,
      unsettledMessages: this.#unsettled.messages,
      unsettledBytes: this.#unsettled.bytes,
      reconnects: Math.max(0, this.#connects - 1),
      sessionsLost: this.#sessionsLost,
      failures: this.#lost.counts,
      dropped,
      certificates: this.#certificates.list(),
    };
  }

  /** Stays connected so that what is unsettled can be settled; whatever arrives is left to come again. */
  async pause(): Promise<void> {
    this.#stop.abort();
    this.#connection?.line.stopTaking();
    this.#drained();
    this.#onSettled?.();
    this.#hear(false);
    this.#detail = 'paused';
  }

  async close(): Promise<void> {
    await this.pause();
    this.#connection?.end();
    await Promise.all([this.#running, this.#drops.stop()]);
    this.#detail = 'closed';
  }

  leave(options: LeaveOptions): Promise<LeaveOutcome> {
    if (!this.#handlers || this.#stopped)
      return Promise.reject(new Error('only a broker that was started and is not paused can leave its session'));
    this.#leaving ??= this.#leave(options);
    return this.#leaving;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #leave(options: LeaveOptions): Promise<LeaveOutcome> {
    const { signal } = options;
    for (;;) {
      const connection = await this.#whenReady(signal);
      if (!connection) return this.#takenOver ? 'taken-over' : 'aborted';
      try {
        const nothing = this.#options.subscriptions.length === 0 && !this.#sessionPresent;
        if (!nothing) await this.#empty(connection, options);
        await this.#endSession(connection, signal);
        return nothing ? 'no-session' : 'left';
      } catch (error) {
        if (signal.aborted) return 'aborted';
        if (connection === this.#ready) throw error;
      }
    }
  }

  async #whenReady(signal: AbortSignal): Promise<MqttConnection | undefined> {
    while (!signal.aborted && !this.#stopped) {
      if (this.#ready) return this.#ready;
      await this.#options.clock.sleep(LEAVE_POLL, signal).catch(() => undefined);
    }
    return undefined;
  }

  #empty(connection: MqttConnection, { filters, quiet = LEAVE_QUIET, signal }: LeaveOptions): Promise<void> {
    return emptySession(connection, {
      filters: sharedFilters(filters ?? this.#options.subscriptions, this.#options),
      quiet,
      count: () => ({ arrived: this.#arrived, unsettled: this.#unsettled.messages }),
      unsubscribed: () => this.#hear(false),
      clock: this.#options.clock,
      signal,
    });
  }

  /**
   * MQTT 3.1.1 has no word for it: a clean connection takes the place of this one and its session. Only while this one
   * lives: once it has ended, the session may be that of a node that came back.
   */
  async #endSession(connection: MqttConnection, signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop.abort();
    if (this.#options.protocolVersion !== 5)
      await forgetSession(this.#options, signal, () => connection.roundTrip(), stop);
    stop();
    connection.end(undefined, this.#options.protocolVersion === 5);
    await Promise.all([this.#running, this.#drops.stop()]);
    this.#detail = 'left';
    this.#options.log.info(
      { address: this.#address, clientId: this.#options.clientId },
      'left the session at the broker',
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const lost = await this.#connectOnce();
      if (this.#stopped) return;
      const { lasted } = lost;
      const reason = this.#lost.take(lost, this.#options.clock.elapsed());
      this.#detail = `not connected to ${this.#address}: ${reason.text}`;
      if (this.#leaving && lasted !== undefined && isTakeover(reason)) {
        this.#takenOver = true;
        this.#stop.abort();
        return;
      }
      if (!this.#unsettled.drained) await this.#untilSettled();
      if (reason.kind !== 'over-bounds') await this.#wait(this.#backoff.next(lasted ?? 0));
    }
  }

  /** Makes one connection and waits for its end. */
  async #connectOnce(): Promise<Lost> {
    const { clock, id = 'main' } = this.#options;
    let since: Duration | undefined;
    const client = this.#clientOptions();
    if ('kind' in client) return { reason: client, lasted: undefined };
    const connection = new MqttConnection(this.#options, client, this.#subscribing(), {
      message: (packet, line) => {
        if (packet.qos === 0 && !this.#unsettled.drained) this.#drop();
        else this.#take(new InboundMqttMessage(id, packet, line, clock.now()), line);
      },
      missed: () => this.#drop(),
      ready: (connack, refused) => {
        since = clock.elapsed();
        this.#ready = connection;
        this.#connected(connack.sessionPresent, refused);
      },
    });
    this.#connection = connection;
    const reason = await connection.ended;
    this.#connection = undefined;
    this.#ready = undefined;
    this.#stopHolding();
    this.#hear(false);
    if (since === undefined) return { reason, lasted: undefined };
    this.#deafSince = clock.now();
    return { reason, lasted: clock.elapsed() - since };
  }

  /** Reads certificates and password again, so that renewed ones are taken without a restart. */
  #clientOptions(): IClientOptions | Failure {
    try {
      const credentials = readCredentials(this.#options);
      if (credentials.cert !== undefined) this.#certificates.sawClient(credentials.cert);
      return clientOptions(this.#options, credentials, (certificate) => this.#certificates.sawBroker(certificate));
    } catch (error) {
      return failure('credentials', (error as Error).message);
    }
  }

  /**
   * A session that was adopted by another node in between is there and holds nothing: a shared one is subscribed at
   * every connection, which costs no retained messages.
   */
  #subscribing(): Subscribing {
    const { subscriptions, shareGroup } = this.#options;
    const filters = this.#leaving ? [] : sharedFilters(subscriptions, this.#options);
    return { filters, held: this.#subscribed && shareGroup === undefined };
  }

  #take(message: InboundMqttMessage, line: LateSettle): void {
    this.#arrived++;
    this.#unsettled.add(message.bytes);
    if (this.#unsettled.full && !this.#cancelHold) this.#hold(line);
    this.#handlers?.message(message);
    this.#quiet?.messageArrived();
  }

  /** QoS 0 gets half of the bounds, so that a flood of it neither stops the reading nor holds up what is settled. */
  #drop(): void {
    if (this.#stopped) return;
    this.#handlers?.dropped();
    this.#qos0Drops.add(this.#options.clock.elapsed());
  }

  #hold(line: LateSettle): void {
    line.hold();
    const keepalive = (this.#connection?.keepalive ?? DEFAULT_KEEPALIVE_SECONDS) * SECOND;
    this.#cancelHold = after(this.#options.clock, keepalive * HOLD_SHARE, () =>
      this.#connection?.end(failure('over-bounds', `${this.#unsettled.messages} messages`)),
    );
  }

  #stopHolding(): void {
    this.#cancelHold?.();
    this.#cancelHold = undefined;
  }

  #drained(): void {
    this.#stopHolding();
    this.#connection?.line.release();
  }

  /**
   * What a lost connection brought comes again whether it is stored meanwhile or not. Ahead of the next connection's
   * messages it would take the time in which those have to be settled, so that the broker never heard of any.
   */
  #untilSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSettled = () => {
        this.#onSettled = undefined;
        resolve();
      };
    });
  }

  async #wait(duration: Duration): Promise<void> {
    try {
      await this.#options.clock.sleep(duration, this.#stop.signal);
    } catch (error) {
      if (!this.#stopped) throw error;
    }
  }

  #connected(sessionPresent: boolean, refused: readonly string[]): void {
    const { log, protocolVersion, subscriptions, watchDrops } = this.#options;
    if (!sessionPresent && this.#subscribed && !this.#leaving) this.#lostSession();
    this.#connects++;
    this.#sessionPresent = sessionPresent;
    this.#subscribed = refused.length === 0;
    const version = protocolVersion === 5 ? 'MQTT 5' : 'MQTT 3.1.1';
    this.#detail = `connected to ${this.#address}, ${version}`;
    log.info({ address: this.#address, version, sessionPresent }, 'connected to the broker');
    if (refused.length > 0) {
      this.#detail += `; the broker refuses the subscriptions ${refused.join(', ')}`;
      log.error({ address: this.#address, refused }, 'the broker refuses subscriptions: check its access rules');
    }
    if (this.#stopped || this.#leaving || subscriptions.length === 0) return;
    this.#hear(true);
    if (watchDrops) this.#drops.start();
  }

  /** The subscriptions are made anew by then. */
  #lostSession(): void {
    const { log, clientId } = this.#options;
    this.#sessionsLost++;
    const since = this.#deafSince === undefined ? undefined : new Date(this.#deafSince).toISOString();
    log.error(
      { address: this.#address, clientId, since },
      `the broker no longer has the session of Fettle: what devices sent since ${since} and was queued in it is lost; subscribed anew. Check that the broker keeps sessions on disk (persistence), and for long enough`,
    );
  }

  #hear(listening: boolean): void {
    if (listening === this.#listening) return;
    this.#listening = listening;
    this.#handlers?.listening(listening);
  }
}
