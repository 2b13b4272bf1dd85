import { connect, type IConnackPacket } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMqttBroker, type MqttBrokerOptions } from '../../../src/adapters/broker/mqtt/index.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { LeaveOutcome, SessionBroker } from '../../../src/ports/broker.ts';
import { Mosquitto } from '../../support/mosquitto.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { TcpProxy } from '../../support/tcpProxy.ts';
import { until } from '../../support/until.ts';
import { connectDevice, Inbox, numbered, publishAll, WIDE } from './harness.ts';

const QUIET = 300;
const FILTERS = ['plant/#'];

describe.skipIf(!requireProgram('mosquitto')).each([4, 5] as const)(
  'sessions of a share group on Mosquitto, protocol %i',
  (protocolVersion) => {
    async function startNode(
      url: string,
      clientId: string,
      options: Partial<MqttBrokerOptions> = {},
    ): Promise<{ broker: SessionBroker; inbox: Inbox }> {
      const { log } = recordLog();
      const broker = createMqttBroker({
        url,
        clientId,
        subscriptions: FILTERS,
        shareGroup: 'fettle',
        protocolVersion,
        ...WIDE,
        log,
        clock: systemClock,
        ...options,
      });
      onTestFinished(() => broker.close());
      const inbox = new Inbox();
      inbox.onPressed = () => broker.settle(inbox.messages);
      await broker.start(inbox);
      return { broker, inbox };
    }

    async function startListening(...args: Parameters<typeof startNode>): ReturnType<typeof startNode> {
      const node = await startNode(...args);
      await until('the connection', () => node.broker.status().connected);
      return node;
    }

    async function startRig() {
      const mosquitto = await Mosquitto.start();
      onTestFinished(() => mosquitto.remove());
      const device = await connectDevice(mosquitto.url, 'device');
      onTestFinished(() => device.endAsync(true));
      const publish = async (texts: readonly string[]): Promise<void> => {
        const counter = publishAll(device, texts);
        await until('the broker to have them', () => counter.acknowledged === texts.length);
      };
      return { url: mosquitto.url, port: mosquitto.port, publish };
    }

    /** A node that was here and has gone, with what came since in its session. */
    async function sessionLeftBehind(url: string, publish: (texts: string[]) => Promise<void>, texts: string[]) {
      const dead = await startListening(url, 'fettle-dead');
      await dead.broker.close();
      await publish(texts);
    }

    const leave = (broker: SessionBroker, signal = AbortSignal.timeout(20_000)): Promise<LeaveOutcome> =>
      broker.leave({ signal, filters: FILTERS, quiet: QUIET });

    /** Whether the broker has a session of this client; looking changes nothing. */
    async function sessionExists(url: string, clientId: string): Promise<boolean> {
      const client = connect(url, {
        clientId,
        clean: false,
        protocolVersion,
        reconnectPeriod: 0,
        ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 3600 } }),
      });
      const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
      await client.endAsync();
      return sessionPresent;
    }

    test('the nodes of a group get each message once between them', async () => {
      const { url, publish } = await startRig();
      const one = await startListening(url, 'fettle-1');
      const two = await startListening(url, 'fettle-2');
      await publish(numbered(200));
      await until('all', () => one.inbox.messages.length + two.inbox.messages.length === 200);
      expect([...one.inbox.texts(), ...two.inbox.texts()].sort()).toEqual(numbered(200).sort());
      expect(one.inbox.messages.length).toBeGreaterThan(0);
      expect(two.inbox.messages.length).toBeGreaterThan(0);
    });

    test('a session left behind: all that was queued comes to the one who adopts it, and then it is gone', async () => {
      const { url, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(300));
      const adopter = await startNode(url, 'fettle-dead', { subscriptions: [] });
      expect(await leave(adopter.broker)).toBe('left');
      expect(adopter.inbox.texts()).toEqual(numbered(300));
      expect(adopter.broker.status()).toMatchObject({ connected: false, unsettledMessages: 0, detail: 'left' });
      expect(adopter.inbox.heard).toEqual([]);
      expect(await sessionExists(url, 'fettle-dead')).toBe(false);
    });

    test('what comes while it is emptied goes to the others, and nothing is lost or comes twice', async () => {
      const { url, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(100, 'queued'));
      const other = await startListening(url, 'fettle-1');
      const adopter = await startNode(url, 'fettle-dead', { subscriptions: [] });
      const left = leave(adopter.broker);
      for (let round = 0; round < 20; round++) await publish(numbered(10, `round ${round}, `));
      expect(await left).toBe('left');
      const all = [...other.inbox.texts(), ...adopter.inbox.texts()];
      await until('all', () => other.inbox.messages.length + adopter.inbox.messages.length === 300);
      expect(new Set([...other.inbox.texts(), ...adopter.inbox.texts()]).size).toBe(300);
      expect(all.filter((text) => text.startsWith('queued'))).toHaveLength(100);
      await publish(['later']);
      await until('the later one', () => other.inbox.texts().includes('later'));
    });

    test('an adopter that dies in the middle loses nothing: the next one gets the rest', async () => {
      const { url, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(300));
      const first = await startNode(url, 'fettle-dead', { subscriptions: [] });
      const settled: string[] = [];
      first.inbox.onPressed = () => {
        const taken = settled.length === 0 ? first.inbox.messages.splice(0, 10) : [];
        settled.push(...taken.map(({ payload }) => payload.toString()));
        first.broker.settle(taken);
      };
      const outcome = leave(first.broker);
      await until('a part of it', () => settled.length > 0 && first.inbox.messages.length > 0);
      await first.broker.close();
      expect(await outcome).toBe('aborted');
      const second = await startNode(url, 'fettle-dead', { subscriptions: [] });
      expect(await leave(second.broker)).toBe('left');
      expect(new Set([...settled, ...second.inbox.texts()])).toEqual(new Set(numbered(300)));
      expect(await sessionExists(url, 'fettle-dead')).toBe(false);
    });

    test('what is not settled yet is waited for, however long that takes', async () => {
      const { url, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(10));
      const adopter = await startNode(url, 'fettle-dead', { subscriptions: [] });
      adopter.inbox.onPressed = () => undefined;
      const outcome = leave(adopter.broker);
      await until('all', () => adopter.inbox.messages.length === 10);
      await systemClock.sleep(3 * QUIET);
      expect(adopter.broker.status().detail).toContain('connected to');
      adopter.broker.settle(adopter.inbox.messages);
      expect(await outcome).toBe('left');
    });

    test('aborted, it leaves the session with what is in it', async () => {
      const { url, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(50));
      const first = await startNode(url, 'fettle-dead', { subscriptions: [] });
      first.inbox.onPressed = () => undefined;
      const stop = new AbortController();
      const outcome = leave(first.broker, stop.signal);
      await until('some', () => first.inbox.messages.length > 0);
      stop.abort();
      expect(await outcome).toBe('aborted');
      await first.broker.close();
      const second = await startNode(url, 'fettle-dead', { subscriptions: [] });
      expect(await leave(second.broker)).toBe('left');
      expect(second.inbox.texts()).toEqual(numbered(50));
    });

    test('the dead node comes back in the middle: the adopter gives way, and the node hears again', async () => {
      const { url, port, publish } = await startRig();
      const proxy = await TcpProxy.start(port);
      onTestFinished(() => proxy.close());
      const node = await startListening(proxy.url, 'fettle-dead');
      proxy.cut(true);
      await until('deaf', () => !node.broker.status().connected);
      await publish(numbered(100));
      const adopter = await startNode(url, 'fettle-dead', { subscriptions: [] });
      adopter.inbox.onPressed = () => undefined;
      const outcome = leave(adopter.broker);
      await until('the adopter to be at it', () => adopter.inbox.messages.length > 0);
      proxy.mend();
      expect(await outcome).toBe('taken-over');
      await until('the node to have all of it', () => node.inbox.messages.length === 100);
      await until('the node to have subscribed', () => node.broker.status().connected);
      await publish(['and more']);
      await until('more', () => node.inbox.texts().includes('and more'));
      expect(adopter.broker.status().connected).toBe(false);
    });

    test.runIf(protocolVersion === 4)('the dead node comes back when its session is empty: it keeps it', async () => {
      const { url, port, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(20));
      const proxy = await TcpProxy.start(port);
      onTestFinished(() => proxy.close());
      const adopter = await startNode(proxy.url, 'fettle-dead', { subscriptions: [] });
      await until('the queued ones', () => adopter.inbox.messages.length === 20);
      proxy.refuse();
      const outcome = leave(adopter.broker);
      await until('an attempt to end the session', () => proxy.refused > 0);
      const node = await startListening(url, 'fettle-dead');
      proxy.mend();
      expect(await outcome).toBe('taken-over');
      await publish(['and more']);
      await until('more', () => node.inbox.texts().includes('and more'));
      await node.broker.close();
      expect(await sessionExists(url, 'fettle-dead')).toBe(true);
    });

    test('where there is no session, none stays behind', async () => {
      const { url } = await startRig();
      const adopter = await startNode(url, 'fettle-never', { subscriptions: [] });
      expect(await leave(adopter.broker)).toBe('no-session');
      expect(await sessionExists(url, 'fettle-never')).toBe(false);
    });

    test('scaling down: a node leaves, and the others get its share from then on', async () => {
      const { url, publish } = await startRig();
      const stays = await startListening(url, 'fettle-1');
      const goes = await startListening(url, 'fettle-2');
      await publish(numbered(20));
      expect(await goes.broker.leave({ signal: AbortSignal.timeout(20_000), quiet: QUIET })).toBe('left');
      expect(goes.inbox.heard).toEqual([true, false]);
      const before = stays.inbox.messages.length;
      expect(before + goes.inbox.messages.length).toBe(20);
      await publish(numbered(20, 'after '));
      await until('all of them', () => stays.inbox.messages.length === before + 20);
      expect(await sessionExists(url, 'fettle-2')).toBe(false);
    });

    test('a broken line while leaving: it connects again and goes on', async () => {
      const { url, port, publish } = await startRig();
      await sessionLeftBehind(url, publish, numbered(60));
      const proxy = await TcpProxy.start(port);
      onTestFinished(() => proxy.close());
      proxy.cut(true);
      const adopter = await startNode(proxy.url, 'fettle-dead', { subscriptions: [] });
      const outcome = leave(adopter.broker);
      await until('a failed attempt', () => adopter.broker.status().detail.startsWith('not connected'));
      proxy.mend();
      expect(await outcome).toBe('left');
      expect(adopter.inbox.texts()).toEqual(numbered(60));
    });

    test('who has not started, or is paused, can not leave', async () => {
      const { url } = await startRig();
      const { broker } = await startListening(url, 'fettle-1');
      await broker.pause();
      await expect(leave(broker)).rejects.toThrow('only a broker that was started and is not paused');
    });
  },
);
