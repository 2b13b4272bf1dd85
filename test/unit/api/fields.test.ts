import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/api/times.ts';
import { useTestApi } from '../../support/api.ts';
import * as fixtures from '../../support/apiFixtures.ts';
import { sampleAt } from '../../support/fakeServices.ts';

/** What a field of the domain is called in JSON, where it is another unit. */
const RENAMED: Readonly<Record<string, string>> = {
  leadTime: 'leadTimeSeconds',
  reopenWithin: 'reopenWithinSeconds',
  calendar: 'calendarSeconds',
  leadTimeMs: 'leadTimeSeconds',
  silentFor: 'silentForSeconds',
  horizon: 'horizonSeconds',
  clockError: 'clockErrorSeconds',
  warningMs: 'warningSeconds',
};

/** Looks that every field of `domain`, however deep, arrived in `json`: times as text, durations in seconds. */
function expectArrived(domain: unknown, json: unknown, path = ''): void {
  if (typeof domain === 'number') expect([domain, formatTime(domain)], path).toContain(json);
  else if (domain === null || typeof domain !== 'object') expect(json, path).toEqual(domain);
  else expectFields(domain, json, path);
}

function expectFields(domain: object, json: unknown, path: string): void {
  expect(json, path).toBeTypeOf('object');
  for (const [key, value] of Object.entries(domain)) {
    const name = RENAMED[key] ?? key;
    const found = (json as Record<string, unknown>)[name];
    if (name === key) expectArrived(value, found, `${path}/${key}`);
    else expect(found, `${path}/${name}`).toBe(Number(value) / 1000);
  }
}

const api = useTestApi();
const asset = encodeURIComponent(fixtures.ODD_ID);
const get = async (url: string) => {
  const response = await api.call('viewer', 'GET', `/api/v1${url}`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};

describe('every field of the domain arrives', () => {
  test('asset, alone and in a list', async () => {
    const { components, ...flat } = fixtures.asset;
    const detail = await get(`/assets/${asset}`);
    expectArrived({ ...flat, components }, detail);
    expectArrived(fixtures.view, detail.state);
    const [item] = (await get('/assets')).items;
    expectArrived({ ...fixtures.asset, health: 'warning', inMaintenance: true }, item);
  });

  test('ticket, alone and in a list', async () => {
    const { chart, told, ...ticket } = fixtures.ticket;
    const detail = await get('/tickets/T1');
    expectArrived({ ...ticket, entries: [fixtures.entry], findings: fixtures.findings, score: fixtures.score }, detail);
    const { ticketId: _, ...rating } = fixtures.rating;
    expectArrived(rating, detail.rating);
    expect(detail.chart).toBe('https://fettle.example/charts/1');
    expect(told).toBeDefined();
    expect(detail).not.toHaveProperty('told');
    const offered = ['acknowledged', 'scheduled', 'in-progress', 'deferred', 'resolved', 'closed', 'cancelled'];
    expect(detail.transitions).toEqual(offered);
    expectArrived(ticket, (await get('/tickets')).items[0]);
  });

  test('failure, alone and in a list, and score', async () => {
    const { id: _, failureId: __, after: ___, ...change } = fixtures.failureChange;
    expectArrived({ ...fixtures.failure, changes: [change] }, await get('/failures/F1'));
    expectArrived(fixtures.failure, (await get('/failures')).items[0]);
    expectArrived(fixtures.score, (await get('/scores')).items[0]);
  });

  test('suggestion', async () => {
    const { trial, suggested, ...flat } = fixtures.suggestion;
    const { result, ...about } = trial;
    const { today, tried, better: _, ...counts } = result!;
    const json = await get(`/models/${flat.modelId}/rules/${flat.ruleId}/suggestion`);
    expectArrived(flat, json);
    expectArrived({ ...about, ...counts }, json.trial);
    const pairs = [
      [suggested, json.suggested] as const,
      [today!, json.trial.today] as const,
      [tried[0]!, json.trial.tried[0]] as const,
    ];
    for (const [{ limits, figures, warningLost }, shown] of pairs) {
      expectArrived({ limits, ...figures }, shown);
      expect(shown.warningLostSeconds?.most).toBe(warningLost && warningLost.most / 1000);
    }
  });

  test.each(['threshold', 'usage', 'silence', 'installation-unknown'])('finding of kind %s', async (kind) => {
    const index = fixtures.findings.findIndex(({ evidence }) => evidence.kind === kind);
    expectArrived(fixtures.findings[index], (await get('/findings')).items[index]);
  });

  test('events of every type', async () => {
    expectArrived(fixtures.events, (await get(`/assets/${asset}/events`)).items);
  });

  test('whether an asset is ready to be watched, in words', async () => {
    const { clockError, interval, reasons, ...rest } = fixtures.commissioning;
    const shown = await get(`/assets/${asset}/commissioning`);
    expectArrived(rest, shown);
    expectArrived(reasons, shown.reasons);
    expect(shown).toMatchObject({
      clockErrorSeconds: clockError / 1000,
      interval: { medianSeconds: 60, regular: interval.regular },
    });
    expect(shown.reasons[1].text.en).toMatch(/QoS 0/);
  });

  test('what came and nothing takes', async () => {
    const { topics, metrics, ...rest } = fixtures.unmapped;
    const shown = await get('/unmapped');
    expectArrived(rest, shown);
    expectArrived(metrics, shown.metrics);
    const { samples, ...told } = topics[0]!;
    expectArrived(told, shown.topics[0]);
    const { payload, ...message } = samples[0]!;
    expectArrived(message, shown.topics[0].samples[0]);
    expect(shown.topics[0].samples[0]).toMatchObject({
      payload: Buffer.from(payload).toString(),
      payloadEncoding: 'utf-8',
    });
  });

  test('the connection of an asset', async () => {
    const { assetId: _, asOf: __, ...shown } = fixtures.connectivity;
    expectArrived(shown, (await get(`/assets/${asset}`)).state.connectivity);
  });

  test('the fleet, its rows and counts', async () => {
    expectArrived([fixtures.fleetRow], (await get('/fleet')).items);
    const summary = await get('/fleet/summary?by=site');
    expectArrived(fixtures.fleetCounts, summary.total);
    expectArrived([{ id: 'north', ...fixtures.fleetCounts }, fixtures.fleetCounts], summary.groups);
  });

  test('models, alone and in a list', async () => {
    expectArrived(fixtures.model, await get(`/models/${fixtures.model.id}`));
    expectArrived([fixtures.model], (await get('/models')).items);
  });

  test('rules of an asset, in words', async () => {
    expectArrived([fixtures.explainedRule], (await get(`/assets/${asset}/rules`)).items);
  });

  test('texts and versions of models', async () => {
    const { isInForce, ...text } = fixtures.modelText;
    expectArrived({ ...text, inForce: isInForce }, await get(`/models/${fixtures.model.id}/yaml`));
    const { fileHash: _, ...detail } = fixtures.modelVersion;
    expectArrived(detail, await get(`/models/${fixtures.model.id}/versions/3`));
    const { yaml: __, ...version } = detail;
    expectArrived([version], (await get(`/models/${fixtures.model.id}/versions`)).items);
    const checked = await api.call('engineer', 'POST', `/api/v1/models/${fixtures.model.id}/check`, {
      payload: { yaml: 'id: x' },
    });
    expectArrived(fixtures.modelCheck, checked.json());
    const refused = await api.call('agent', 'POST', `/api/v1/models/${fixtures.model.id}/check`, {
      payload: { yaml: 'id: x' },
    });
    expect(refused.statusCode).toBe(403);
  });

  test('dead letters, alone and in a list', async () => {
    const { payload, ...letter } = fixtures.deadLetter;
    const expected = { ...letter, payload: new TextDecoder().decode(payload), payloadEncoding: 'utf-8' };
    expectArrived(expected, await get('/dead-letters/D1'));
    expectArrived([expected], (await get('/dead-letters')).items);
  });

  test('clocks that are off', async () => {
    expect((await get('/clocks')).items).toEqual([{ assetId: fixtures.ODD_ID, clockErrorSeconds: -90.5 }]);
  });

  test('the installation, and what a message would become', async () => {
    expectArrived(fixtures.installation, await get('/installation'));
    expectArrived(fixtures.demo, (await api.call('admin', 'GET', '/api/v1/demo')).json());
    const payload = { topic: 'a/b', payload: 'AQI=', encoding: 'base64', modelId: 'm' };
    const trial = await api.call('engineer', 'POST', '/api/v1/decode', { payload });
    expectArrived(fixtures.decodeTrial, trial.json());
    const [message] = api.services.calls.find(({ name }) => name === 'tryDecode')!.args;
    expect(message).toEqual({ topic: 'a/b', payload: Buffer.from([1, 2]), modelId: 'm' });
    const none = await api.call('engineer', 'POST', '/api/v1/decode', { payload: { ...payload, sourceId: 'none' } });
    expect([none.statusCode, none.json().problems[0].path]).toEqual([422, '/body/sourceId']);
    const ofSource = (id: string) => api.call('engineer', 'POST', `/api/v1/sources/${id}/decode`, { payload });
    expectArrived(fixtures.decodeTrial, (await ofSource('line-1')).json());
    const last = api.services.calls.findLast(({ name }) => name === 'tryDecode')!.args[0];
    expect(last).toEqual({ topic: 'a/b', payload: Buffer.from([1, 2]), modelId: 'm', sourceId: 'line-1' });
    expect((await ofSource('none')).statusCode).toBe(404);
  });

  test('deliveries, bindings, usage, tripped rules', async () => {
    expectArrived([fixtures.delivery], (await get('/deliveries')).items);
    expectArrived(fixtures.bindings, (await get('/bindings')).items);
    expectArrived([fixtures.usage], (await get(`/assets/${asset}/usage`)).items);
    const tripped = await api.services.trippedRules();
    expectArrived(tripped, (await get('/rules/tripped')).items);
  });

  test('samples and buckets', async () => {
    const { quality: _, ...sample } = sampleAt(fixtures.NOW - 1000.5, 42);
    api.services.samples.push({ ...sample, quality: 1 });
    const { assetId: __, ...fields } = sample;
    const [item] = (await get(`/assets/${asset}/telemetry`)).items;
    expectArrived({ ...fields, quality: 'uncertain' }, item);
    const range = { assetId: fixtures.ODD_ID, metricIds: ['state'], from: fixtures.T0, to: fixtures.T0 + 3_600_000 };
    const query = `metrics=state&bucket=1h&from=${fixtures.T0_ISO}&to=${formatTime(range.to)}`;
    const { items } = await get(`/assets/${asset}/telemetry?${query}`);
    expectArrived(await api.services.store.buckets(range, 3_600_000), items);
  });

  test('readiness', async () => {
    const response = await api.call(undefined, 'GET', '/readyz');
    expectArrived(await api.services.readiness(), response.json());
  });
});
