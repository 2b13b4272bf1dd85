import { expect, it, vi } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, startOfDay } from '../../src/domain/time.ts';
import { startFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const NOW = Date.now();
const T0 = NOW - 5 * HOUR;
const rig = rigAsset('a', NOW - 20 * DAY);
const calm = { assess: { checkpointEvery: '1h', tickEvery: '1h' } };

it('loses no sample when saving a refolded state fails after the state was taken', async () => {
  const fettle = await startFettle({ assets: [rig], config: calm, expectedErrors: /./ });
  const { pipeline } = fettle.app;
  const { store, database } = pipeline.parts;
  for (let i = 0; i < 5; i++) await fettle.send('a', { ts: T0 + i * MINUTE, temperature: 50 });
  await fettle.settled();

  const saving = vi.spyOn(database, 'transaction').mockRejectedValueOnce(new Error('the database blinked'));
  const read = store.readFrom.bind(store);
  let injected = false;
  vi.spyOn(store, 'readFrom').mockImplementation(async function* (watermarks) {
    let samples = 0;
    for await (const chunk of read(watermarks)) {
      samples += chunk.length;
      yield chunk;
    }
    if (injected || samples > 0 || saving.mock.results[0]?.type === undefined) return;
    injected = true;
    await fettle.send('a', { ts: T0 + 10 * MINUTE, temperature: 51 });
    await pipeline.ingest.drain();
  });
  await fettle.send('a', { ts: T0 + 90 * SECOND, temperature: 50 });
  await until('the second refold', () => injected);
  await fettle.settled();
  expect(pipeline.fleet.get('a')!.state.time).toBe(T0 + 10 * MINUTE);
  expect(fettle.app.ledger.samples.waiting).toBe(0);
});

it('keeps the usage of a day as the refold found it', async () => {
  const fettle = await startFettle({ assets: [rig], config: calm });
  const { pipeline } = fettle.app;
  const day = startOfDay(NOW) - 2 * DAY;
  for (const [ts, hours] of [
    [day + HOUR, 100],
    [day + 20 * HOUR, 110],
    [day + DAY + MINUTE, 112],
    [day + DAY - MINUTE, 112],
  ]) {
    await fettle.send('a', { ts, hours });
  }
  await fettle.settled();
  await pipeline.checkpoint.run();
  const entries = await pipeline.parts.database.states.usage('a', day, day + DAY);
  expect(entries.find(({ ruleId }) => ruleId === 'belt-life')).toMatchObject({ used: 12 });
});

it('opens a ticket again whose finding was taken back and then made again', async () => {
  const fettle = await startFettle({ assets: [rig], config: calm });
  const status = async () => (await fettle.tickets('a')).map((ticket) => ticket.status);
  for (let i = 0; i <= 3; i++) await fettle.send('a', { ts: T0 + i * MINUTE, temperature: 85 });
  await fettle.settled();
  expect(await status()).toEqual(['open']);
  await fettle.send('a', { ts: T0 + 90 * SECOND, temperature: 60 });
  await fettle.settled();
  expect(await status()).toEqual(['resolved']);
  await fettle.send('a', { ts: T0 + 90 * SECOND, temperature: 85 });
  await fettle.settled();
  expect(await status()).toEqual(['open']);
});

it('takes no asset for silent while neither the store nor the spill takes what it says', async () => {
  const model = rigModel();
  const rules = [
    { id: 'silent', kind: 'silence', failureMode: 'gone', mode: 'live', maxTicketsPerHour: 20, after: '1s' },
  ];
  const failureModes = [{ id: 'gone', name: { en: 'Gone', zh: '无' } }];
  const config = { assess: { tickEvery: '100ms' } };
  const models = [{ ...model, asset: { failureModes, rules } }];
  const fettle = await startFettle({ models, assets: [rig], config, expectedErrors: /./ });
  await fettle.send('a', { ts: NOW, temperature: 50 });
  const { store, spillJournal } = fettle.app.pipeline.parts;
  const down = (['append', 'replace'] as const).map((verb) => vi.spyOn(store, verb).mockRejectedValue(new Error('no')));
  const full = vi.spyOn(spillJournal, 'append').mockRejectedValue(new Error('disk full'));
  const held = fettle.send('a', { ts: NOW + 1, temperature: 50 });
  const since = Date.now();
  await until('two seconds of outage', () => Date.now() - since > 2 * SECOND);
  expect(fettle.app.pipeline.listening.heard).toBe(false);
  expect(await fettle.tickets('a')).toEqual([]);
  for (const mock of [...down, full]) mock.mockRestore();
  await held;
});

it('opens the ticket of what goes on when an observed rule goes live', async () => {
  const folder = tempFolder();
  const install = (mode: string) => {
    const model = structuredClone(rigModel());
    model.components[1]!.rules[0]!.mode = mode;
    writeInstallation(folder, { models: [model], assets: [rig] });
  };
  const start = NOW - 3 * DAY;
  install('observe');
  const before = await startFettle({ folder });
  for (let i = 0; i < 6; i++) await before.send('a', { ts: start + i * HOUR, hours: 900 + i });
  await before.settled();
  expect(await before.tickets('a')).toEqual([]);
  await before.stop();

  install('live');
  const after = await startFettle({ folder });
  for (let i = 6; i < 40; i++) await after.send('a', { ts: start + i * HOUR, hours: 900 + i });
  await after.settled();
  const tickets = async () => (await after.tickets('a')).map(({ ruleId, status }) => [ruleId, status]);
  expect(await tickets()).toEqual([['filter-life', 'open']]);
  await after.send('a', { ts: start + 39 * HOUR + MINUTE, temperature: 50 });
  await after.send('a', { ts: start + 39 * HOUR, temperature: 50 });
  await after.settled();
  expect(await tickets()).toEqual([['filter-life', 'open']]);
});
