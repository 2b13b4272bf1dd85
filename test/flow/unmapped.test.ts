import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { UnmappedSchema } from '../../src/api/resources/unmapped.ts';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { API_KEY, writeInstallation } from '../support/installation.ts';
import { Mosquitto } from '../support/mosquitto.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

type Unmapped = Static<typeof UnmappedSchema>;

const START = Date.now() - 100 * MINUTE;

/** What is suggested, put into fettle.yaml. */
function configured(folder: string, { topics, sources }: Unmapped): void {
  const file = join(folder, 'fettle.yaml');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { sources: object[]; presence: object[] };
  for (const { sourceId, yaml } of sources) {
    const own = config.sources.find((source) => (source as { id: string }).id === sourceId)!;
    Object.assign(own, parse(yaml.replace('# ignore:', 'ignore:')));
  }
  for (const { suggestion } of topics) {
    if (suggestion) config[suggestion.into].push(...(parse(suggestion.yaml) as object[]));
  }
  writeFileSync(file, JSON.stringify(config));
}

it('suggests what would take a message that nothing takes, and with that in the configuration it is taken', async () => {
  const folder = tempFolder();
  writeInstallation(folder, {
    config: { presence: [] },
    assets: [rigAsset('rig-1', Date.now() - DAY), rigAsset('rig-2', Date.now() - DAY)],
  });
  const before = await startFettle({ folder });
  const { device, api } = before;
  for (let minute = 0; minute < 3; minute++) {
    const ts = START + minute * MINUTE;
    await before.send('rig-1', {
      ts,
      temperature: 61,
      Press_kPa: 740 + minute,
      state: { RunHours: 40 + minute },
      rssi: -60,
    });
    await device.publishAsync('plc/hall/rig-2/data', JSON.stringify({ ts, tempF: 154.4, p: { bar: 7.4 + minute } }), {
      qos: 1,
    });
    await device.publishAsync('lines/rig-2/temperature', String(61 + minute), { qos: 1 });
  }
  await device.publishAsync('plc/rig-2/LWT', 'Connected', { qos: 1 });
  await before.settled();
  await until('the dead letters', async () => (await api.all('/dead-letters')).length === 16);

  const found = await api.get<Unmapped>('/unmapped');
  expect(found).toMatchObject({ letters: 16, complete: true, mappedSince: 0 });
  expect(
    found.metrics.map(({ name, values, assetIds, suggestion }) => [name, values, assetIds, suggestion?.yaml]),
  ).toEqual([
    ['Press_kPa', 3, ['rig-1'], 'Press_kPa: { metric: pressure, unit: kPa }'],
    ['rssi', 3, ['rig-1'], undefined],
    ['state', 3, ['rig-1'], 'state.RunHours: { metric: hours }'],
  ]);
  expect(found.metrics[0]!.samples.map(({ value }) => value)).toEqual(['742', '741', '740']);
  expect(
    found.topics.map(({ topic, messages, suggestion }) => [topic, messages, suggestion?.into, suggestion?.taken]),
  ).toEqual([
    ['lines/{asset}/{metric}', 3, 'sources', 3],
    ['plc/{site}/{asset}/data', 3, 'sources', 6],
    ['plc/{asset}/LWT', 1, 'presence', 1],
  ]);
  expect(found.topics[1]!.suggestion!.yaml).toBe(
    [
      '  - id: plc',
      '    topic: plc/{site}/{asset}/data',
      '    flatten: true',
      '    metrics:',
      '      tempF: { metric: temperature, unit: °F }',
      '      p.bar: { metric: pressure }',
      '',
    ].join('\n'),
  );
  await before.stop();

  configured(folder, found);
  const after = await startFettle({ folder });
  const still = await after.api.get<Unmapped>('/unmapped');
  expect(still).toMatchObject({ topics: [], metrics: [], mappedSince: 16, letters: 16 });
  for (const { id } of await after.api.all<{ id: string }>('/dead-letters')) {
    expect(await after.api.post(`/dead-letters/${id}/retry`, {})).toMatchObject({ stored: true });
  }
  const range = `from=${new Date(START).toISOString()}`;
  const stored = async (id: string, metric: string) => {
    const samples = await after.api.all<{ value: number }>(`/assets/${id}/telemetry?metrics=${metric}&${range}`);
    return samples.map(({ value }) => Math.round(value * 100) / 100).sort((a, b) => a - b);
  };
  expect(await stored('rig-1', 'pressure')).toEqual([7.4, 7.41, 7.42]);
  expect(await stored('rig-1', 'hours')).toEqual([40, 41, 42]);
  expect(await stored('rig-2', 'pressure')).toEqual([7.4, 8.4, 9.4]);
});

const refusal = async (fettle: TestFettle, body: object) => {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const url = `${fettle.app.url}/api/v1/unmapped/listen`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return [answer.status, ((await answer.json()) as { detail: string }).detail];
};

it.skipIf(!requireProgram('mosquitto'))('hears at a broker what no source subscribes to', async () => {
  const mosquitto = await Mosquitto.start();
  onTestFinished(() => mosquitto.remove());
  const fettle = await startFettle({
    assets: [rigAsset('rig-1', Date.now() - DAY)],
    config: { mqtt: { url: mosquitto.url } },
  });
  const { device, api } = fettle;
  const publish = (topic: string, value: object) =>
    device.publishAsync(topic, JSON.stringify(value), { qos: 1, retain: true });
  // What the broker has kept is heard at once.
  for (const asset of ['c-7', 'c-8']) await publish(`plc/${asset}/data`, { ts: START, temperature: 61 });
  await publish('rigs/plant/rig-1', { ts: START, temperature: 61 });
  await fettle.settled();
  expect(await api.get<Unmapped>('/unmapped')).toMatchObject({ topics: [], letters: 0 });

  expect(await api.post('/unmapped/listen', { seconds: 1 })).toEqual({ heard: 3, unmapped: 2, topics: 2, kept: 2 });
  const { topics } = await api.get<Unmapped>('/unmapped');
  expect(topics.map(({ topic, topics: count, suggestion }) => [topic, count, suggestion?.taken])).toEqual([
    ['plc/{asset}/data', 2, 2],
  ]);
  expect(await api.post('/unmapped/listen', { seconds: 1, filter: 'rigs/#' })).toMatchObject({ heard: 1, unmapped: 0 });

  expect(await refusal(fettle, { filter: 'a/#/b' })).toEqual([
    422,
    expect.stringMatching(/'a\/#\/b' is no topic filter/),
  ]);
  expect(await refusal(fettle, { brokerId: 'hall' })).toEqual([
    422,
    expect.stringMatching(/no broker 'hall'; there are main/),
  ]);
  const both = await Promise.all([refusal(fettle, { seconds: 2 }), refusal(fettle, { seconds: 2 })]);
  expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
  await mosquitto.stop();
  expect((await refusal(fettle, { seconds: 1 }))[0]).toBe(503);
  await mosquitto.resume();
});

it('says that there is nothing more to be heard at the embedded broker', async () => {
  const fettle = await startFettle();
  expect(await refusal(fettle, {})).toEqual([
    409,
    expect.stringMatching(/embedded broker takes whatever is published/),
  ]);
});

it.skipIf(!requireProgram('mosquitto'))('ends the listening at a stop, and answers', async () => {
  const mosquitto = await Mosquitto.start();
  onTestFinished(() => mosquitto.remove());
  const fettle = await startFettle({ config: { mqtt: { url: mosquitto.url } } });
  const answer = refusal(fettle, { seconds: 50 });
  await until('somebody listening', () => mosquitto.logged(/New client connected .* as \S+-listen-/) > 0);
  // With what was heard, or that it could not listen where the subscription was still under way.
  const [[status]] = await Promise.all([answer, fettle.stop()]);
  expect([200, 503]).toContain(status);
});
