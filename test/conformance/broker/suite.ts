import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { type Bounds, connectDevice, Inbox, numbered, publishAll, type Rig, WIDE } from './harness.ts';

/** What every Broker adapter promises. `make` builds an adapter that is not started yet. */
export function brokerConformance(name: string, make: (bounds: Bounds) => Promise<Rig>): void {
  describe(`${name}: what every broker promises`, () => {
    let rig: Rig;
    let inbox: Inbox;
    let device: MqttClient;
    let probe: MqttClient;
    let probes = 0;
    let openBefore = 0;

    async function open(bounds: Bounds = WIDE): Promise<void> {
      openBefore = openSockets();
      rig = await make(bounds);
      inbox = new Inbox();
      await rig.broker.start(inbox);
      await rig.ready();
      device = await connectDevice(rig.deviceUrl, 'device-1');
      probe = await connectDevice(rig.deviceUrl, 'probe');
    }

    async function remove(): Promise<void> {
      await Promise.all([device.endAsync(true), probe.endAsync(true)]);
      await rig.remove();
      await until('everything to be closed', () => openSockets() <= openBefore);
    }

    beforeEach(() => open());
    afterEach(remove);

    test('hands messages over as they are, in order of arrival', async () => {
      const before = Date.now();
      inbox.onPressed = () => rig.broker.settle(inbox.messages);
      publishAll(device, numbered(500));
      await until('all', () => inbox.messages.length === 500);
      expect(inbox.texts()).toEqual(numbered(500));
      const [first] = inbox.messages;
      expect(first).toMatchObject({ topic: 'plant/a1', qos: 1, retain: false });
      expect(first?.receivedAt).toBeGreaterThanOrEqual(before);
      expect(first?.receivedAt).toBeLessThanOrEqual(Date.now());
    });

    test('hands over empty and large payloads', async () => {
      const large = Buffer.alloc(10 * 1024 * 1024, 7);
      device.publish('plant/a1', '', { qos: 1 });
      device.publish('plant/a1', large, { qos: 1 });
      await until('both', () => inbox.messages.length === 2);
      expect(inbox.messages[0]?.payload).toHaveLength(0);
      expect(inbox.messages[1]?.payload.equals(large)).toBe(true);
    });

    test('a message published live with the retain flag is not marked as retained', async () => {
      device.publish('plant/a1', 'live', { qos: 1, retain: true });
      await until('it', () => inbox.messages.length === 1);
      expect(inbox.messages[0]?.retain).toBe(false);
    });

    test('goes on handing over while earlier messages are unsettled', async () => {
      for (const text of numbered(5)) {
        device.publish('plant/a1', text, { qos: 1 });
        await until(text, () => inbox.texts().includes(text));
      }
      expect(rig.broker.status().unsettledMessages).toBe(5);
    });

    test('counts what is unsettled, and settling twice changes nothing', async () => {
      device.publish('plant/a1', 'abc', { qos: 1 });
      await until('it', () => inbox.messages.length === 1);
      expect(rig.broker.status()).toMatchObject({ unsettledMessages: 1, unsettledBytes: 'plant/a1abc'.length });
      rig.broker.settle(inbox.messages);
      rig.broker.settle(inbox.messages);
      expect(rig.broker.status()).toMatchObject({ unsettledMessages: 0, unsettledBytes: 0 });
    });

    test('a message not settled comes again after the connection broke, a settled one does not', async () => {
      publishAll(device, ['settled', 'unsettled']);
      await until('both', () => inbox.messages.length === 2);
      rig.broker.settle(inbox.messages.slice(0, 1));
      await roundTrip();
      inbox.take();
      rig.cut();
      await until('it to come again', () => inbox.messages.length === 1);
      await roundTrip();
      expect(inbox.texts()).toEqual(['unsettled']);
    });

    test('settling what an earlier connection brought settles nothing of the next one', async () => {
      publishAll(device, ['one']);
      await until('it', () => inbox.messages.length === 1);
      const stale = inbox.take();
      rig.cut();
      await until('it to come again', () => inbox.messages.length === 1);
      const again = inbox.take();
      rig.broker.settle(stale);
      expect(rig.broker.status().unsettledMessages).toBe(1);
      rig.cut();
      await until('it to come a third time', () => inbox.messages.length === 1);
      expect(inbox.texts()).toEqual(['one']);
      rig.broker.settle(again);
      rig.broker.settle(inbox.take());
      await roundTrip();
      rig.cut();
      await roundTrip();
      expect(inbox.texts()).toEqual([]);
    });

    test('settles thousands in one call', async () => {
      const acks = publishAll(device, numbered(5000));
      inbox.onPressed = () => {
        if (inbox.messages.length < 5000) rig.broker.settle(inbox.messages);
      };
      await until('all', () => inbox.messages.length === 5000);
      rig.broker.settle(inbox.messages);
      await until('the device to have all its PUBACKs', () => acks.acknowledged === 5000);
      expect(inbox.texts()).toEqual(numbered(5000));
      expect(rig.broker.status().unsettledMessages).toBe(0);
      inbox.take();
      await roundTrip();
      rig.cut();
      await roundTrip();
      expect(inbox.messages).toHaveLength(0);
    });

    test('hands QoS 0 messages over too; they count until settled', async () => {
      device.publish('plant/a1', 'fleeting', { qos: 0 });
      await until('it', () => inbox.messages.length === 1);
      expect(inbox.messages[0]?.qos).toBe(0);
      expect(rig.broker.status().unsettledMessages).toBe(1);
      rig.broker.settle(inbox.take());
      expect(rig.broker.status().unsettledMessages).toBe(0);
      await roundTrip();
    });

    test('tells when the line is quiet, and not once per message', async () => {
      publishAll(device, numbered(2000));
      inbox.onPressed = () => rig.broker.settle(inbox.messages);
      await until('all', () => inbox.messages.length === 2000);
      await until('a press after the last', () => rig.broker.status().unsettledMessages === 0);
      expect(inbox.pressedCount).toBeGreaterThan(0);
      expect(inbox.pressedCount).toBeLessThan(1000);
    });

    test('paused, takes no more, still settles, and loses nothing', async () => {
      publishAll(device, ['before']);
      await until('it', () => inbox.messages.length === 1);
      await rig.broker.pause();
      const later = publishAll(device, ['after']);
      rig.broker.settle(inbox.messages);
      await until('paused in words', () => !rig.broker.status().connected);
      expect(inbox.heard.at(-1)).toBe(false);
      expect(rig.broker.status().unsettledMessages).toBe(0);
      expect(inbox.texts()).toEqual(['before']);
      await rig.broker.close();
      expect(inbox.texts()).toEqual(['before']);
      expect(later.acknowledged).toBeLessThanOrEqual(1);
    });

    test('says whether it hears its devices', async () => {
      expect(inbox.heard).toEqual([true]);
      expect(rig.broker.status().connected).toBe(true);
      await rig.broker.close();
      expect(inbox.heard).toEqual([true, false]);
      expect(rig.broker.status().connected).toBe(false);
    });

    test('closes at once while messages are unsettled, and settling afterwards is harmless', async () => {
      publishAll(device, numbered(50));
      await until('some', () => inbox.messages.length > 0);
      await rig.broker.close();
      rig.broker.settle(inbox.messages);
      await rig.broker.close();
      expect(rig.broker.status().unsettledMessages).toBe(0);
    });

    describe('over its bounds', () => {
      const bounds = { maxUnsettledMessages: 100, maxUnsettledBytes: 1024 * 1024 };
      // A chunk that was read already is handed over in full: 64 KiB of the socket, and what its stream holds.
      const CHUNK = 64 * 1024 + 16 * 1024;

      beforeEach(async () => {
        await remove();
        await open(bounds);
      });

      test('stops reading, and goes on when half is settled; all arrive in order', async () => {
        const count = 20_000;
        publishAll(device, numbered(count));
        await until('the bound', () => rig.broker.status().unsettledMessages >= 100);
        const most = 100 + CHUNK / 'plant/a1'.length;
        const seen = new Set<string>();
        let highest = 0;
        const settleAll = (): void => {
          highest = Math.max(highest, rig.broker.status().unsettledMessages);
          const taken = inbox.take();
          for (const message of taken) seen.add(message.payload.toString());
          rig.broker.settle(taken);
        };
        inbox.onPressed = settleAll;
        settleAll();
        await until('all', () => seen.size === count);
        expect(highest).toBeLessThanOrEqual(most);
        expect([...seen]).toEqual(numbered(count));
      });

      test('a single message beyond the bound of bytes does not block the line', async () => {
        device.publish('plant/a1', Buffer.alloc(2 * 1024 * 1024), { qos: 1 });
        await until('the large one', () => inbox.messages.length === 1);
        rig.broker.settle(inbox.take());
        publishAll(device, ['next']);
        await until('the next', () => inbox.texts().includes('next'));
      });
    });

    /** Sends messages through by another device and settles them: what was sent before has been dealt with. */
    async function roundTrip(): Promise<void> {
      for (let i = 0; i < 2; i++) {
        const text = `probe ${++probes}`;
        publishAll(probe, [text], 'plant/probe');
        await until(text, () => {
          const arrived = inbox.probes.splice(0);
          rig.broker.settle(arrived);
          return arrived.some((message) => message.payload.toString() === text);
        });
      }
    }
  });
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
}
