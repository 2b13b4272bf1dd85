import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
const TOTAL = 600;

describe.skipIf(!requireProgram('mosquitto'))('with a real Mosquitto', () => {
  it('the flow is the same, and a restart of the broker in the middle loses nothing', async () => {
    const mosquitto = await Mosquitto.start();
    onTestFinished(() => mosquitto.remove());
    const desk = await startWebhookReceiver({ secret: 'desk-secret' });
    onTestFinished(() => desk.close());
    const fettle = await startFettle({
      assets: [rigAsset('rig', T0 - DAY)],
      config: { mqtt: { url: mosquitto.url }, desk: { kind: 'webhook', url: desk.url, secret: 'desk-secret' } },
    });
    const device = await connectAsync(mosquitto.url, { clientId: 'rig', clean: false, reconnectPeriod: 50 });
    onTestFinished(() => device.endAsync(true));

    const acknowledged = new Set<number>();
    const send = async (n: number) => {
      const payload = JSON.stringify({
        ts: T0 + n * 10 * SECOND,
        temperature: n % 200 > 150 ? 85 : 60,
        hours: 10 + n / 360,
      });
      await device.publishAsync('rigs/plant/rig', payload, { qos: 1 });
      acknowledged.add(n);
    };
    const sending = Array.from({ length: TOTAL / 2 }, (_, n) => send(n));
    await until('the first samples', () => fettle.app.ledger.samples.stored > 0);
    await mosquitto.stop();
    sending.push(...Array.from({ length: TOTAL / 2 }, (_, n) => send(TOTAL / 2 + n)));
    await mosquitto.resume();
    await Promise.all(sending);
    expect(acknowledged.size).toBe(TOTAL);

    await until('all samples to be stored', () => fettle.app.ledger.samples.stored === 2 * TOTAL);
    await fettle.settled();
    const query = `metrics=hours&from=${new Date(T0).toISOString()}&to=${new Date(T0 + 10 * HOUR).toISOString()}&limit=10000`;
    const samples = await fettle.api.all<{ time: string }>(`/assets/rig/telemetry?${query}`);
    expect(samples.map(({ time }) => (Date.parse(time) - T0) / (10 * SECOND))).toEqual([...Array(TOTAL).keys()]);
    const ticket = await fettle.ticket('rig');
    expect(ticket).toMatchObject({ failureModeId: 'overheated', evidence: { limit: 80 } });
    await until('the delivery', () => desk.requests.some(({ json }) => json.ticket?.id === ticket.id));
    expect(desk.requests.every(({ signatureValid }) => signatureValid)).toBe(true);
    expect(fettle.app.ledger.imbalance()).toEqual([]);
  }, 60_000);
});
