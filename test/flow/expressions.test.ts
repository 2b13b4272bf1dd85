import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { DeadLetterDocument } from '../support/apiClient.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const TOPIC = 'vendor/rig/up';
const HASTY = `{ "time": at, "values": { "temperature": $number(t) } }`;
const MENDED = `{ "time": at, "values": { "temperature": $number($replace(t, ",", ".")) } }`;

async function temperatures({ api, app }: TestFettle): Promise<number[]> {
  await app.pipeline.settled();
  const span = `from=${new Date(NOW - DAY).toISOString()}&to=${new Date(NOW + DAY).toISOString()}`;
  const samples = await api.all<{ value: number }>(`/assets/rig/telemetry?metrics=temperature&${span}`);
  return samples.map(({ value }) => value);
}

const letters = ({ api }: TestFettle) => api.all<DeadLetterDocument>('/dead-letters');

async function start(folder: string): Promise<TestFettle> {
  const fettle = await startFettle({ folder });
  await until('the connection', () => fettle.app.pipeline.parts.broker.status().connected);
  return fettle;
}

/** Over the embedded broker, or the one at `url`. */
async function failThenMend(url?: string): Promise<void> {
  const folder = tempFolder();
  const source = { id: 'vendor', topic: 'vendor/{asset}/up', codec: 'jsonata', expressionFile: 'vendor.jsonata' };
  writeFileSync(join(folder, 'vendor.jsonata'), HASTY);
  const mqtt = url === undefined ? { port: 0 } : { url };
  writeInstallation(folder, { assets: [rigAsset('rig', NOW - DAY)], config: { sources: [source], mqtt } });

  const first = await start(folder);
  const send = (minutes: number, t: string) =>
    first.device.publishAsync(TOPIC, JSON.stringify({ at: NOW - minutes * MINUTE, t }), { qos: 1 });
  await Promise.all([send(3, '21.5'), send(2, '22,5'), send(1, '23.5')]);
  await until('all three', () => first.app.ledger.messages.received === 3 && first.app.ledger.messages.inFlight === 0);
  expect(await temperatures(first)).toEqual([21.5, 23.5]);
  await until('the dead letter', async () => (await letters(first)).length > 0);
  const [letter] = await letters(first);
  expect(letter).toMatchObject({ reason: 'expression-failed', sourceId: 'vendor', topic: TOPIC });
  expect(letter!.detail).toContain('22,5');
  const again = await first.api.post<object>(`/dead-letters/${letter!.id}/retry`, {});
  expect(again).toMatchObject({ stored: false, detail: expect.stringContaining('22,5') });
  await first.stop();

  writeFileSync(join(folder, 'vendor.jsonata'), MENDED);
  const second = await start(folder);
  expect(await second.api.post<object>(`/dead-letters/${letter!.id}/retry`, {})).toMatchObject({ stored: true });
  expect(await temperatures(second)).toEqual([21.5, 22.5, 23.5]);
  expect(await letters(second)).toEqual([]);
}

it('a message at which an expression fails is taken again once that is mended', () => failThenMend());

it.skipIf(!requireProgram('mosquitto'))('and over Mosquitto', async () => {
  const broker = await Mosquitto.start();
  onTestFinished(() => broker.remove());
  await failThenMend(broker.url);
});
