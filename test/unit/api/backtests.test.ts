import { describe, expect, test } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { backtest, backtestReport, NOW, ODD_ID, T0, T0_ISO } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const api = useTestApi();
const models = [{ fileName: 'rig.yaml', yaml: 'id: rig' }];

describe('POST /backtests', () => {
  test('hands the request on and says where the answer will be', async () => {
    const payload = {
      models,
      from: T0_ISO,
      to: '2024-05-09T08:00:00.000Z',
      withinSeconds: 3600,
      assetIds: [ODD_ID],
      failures: [
        { assetId: ODD_ID, componentId: 'air-filter', failureModeId: 'clogged', at: T0_ISO },
        { assetId: ODD_ID, componentId: 'asset', at: T0_ISO },
      ],
    };
    const response = await api.call('engineer', 'POST', '/api/v1/backtests', { payload });
    expect(response.statusCode).toBe(202);
    expect(response.headers.location).toBe(`/api/v1/backtests/${backtest.id}`);
    expect(response.json()).toMatchObject({ id: 'BT1', status: 'done', askedAt: T0_ISO, by: 'ann', assets: 1 });
    const request = {
      models,
      from: T0,
      to: T0 + 8 * DAY,
      within: 3_600_000,
      assetIds: [ODD_ID],
      failures: [
        { assetId: ODD_ID, componentId: 'air-filter', failureModeId: 'clogged', at: T0 },
        { assetId: ODD_ID, componentId: 'asset', at: T0 },
      ],
    };
    expect(api.services.calls).toContainEqual({ name: 'backtests.ask', args: [request, actor('engineer')] });
  });

  test('without more it looks at everything until now, and judges nothing', async () => {
    await api.call('engineer', 'POST', '/api/v1/backtests', { payload: { models } });
    const [request] = api.services.calls.find(({ name }) => name === 'backtests.ask')!.args;
    expect(request).toEqual({ models, to: NOW, within: 7 * DAY });
  });

  test('is for engineers, and needs a model', async () => {
    const refused = await api.call('agent', 'POST', '/api/v1/backtests', { payload: { models } });
    expect(problemOf(refused).type).toBe('urn:fettle:problem:forbidden');
    const none = await api.call('engineer', 'POST', '/api/v1/backtests', { payload: { models: [], to: 'now' } });
    expect(
      problemOf(none)
        .problems?.map(({ path }) => path)
        .sort(),
    ).toEqual(['/body/models', '/body/to']);
  });
});

describe('a backtest', () => {
  test('comes with its whole report, times as text and durations in seconds', async () => {
    const got = (await api.call('viewer', 'GET', '/api/v1/backtests/BT1')).json();
    expect(got).toMatchObject({ id: 'BT1', progress: 1, endedAt: '2024-05-01T08:01:00.000Z', error: 'none' });
    const { report } = got;
    expect(report).toMatchObject({
      from: T0_ISO,
      withinSeconds: 604_800,
      models: [{ id: 'screw-compressor', today: 'm1', candidate: 'm2' }],
      history: { resolution: 'raw', assets: 1, assetYears: 2, samples: 1000, firstSample: T0_ISO },
      failures: { given: 3, judged: 2, leftOut: 1, areRecords: false },
    });
    expect(report.history.rawFrom).toBe('2024-04-30T08:00:00.000Z');
    const { candidate, today } = report;
    expect(today.figures.tickets).toBe(0);
    expect(candidate.figures).toEqual({
      tickets: 2,
      warnings: 3,
      hits: 1,
      misses: 1,
      falses: 1,
      unverifiable: 1,
      falsePerAssetYear: 0.5,
      warningSeconds: { min: 86_400, median: 172_800, max: 259_200 },
    });
    expect(candidate.rules[0]).toMatchObject({ ruleId: 'filter-life', tripsAt: '2024-05-02T08:00:00.000Z', faults: 2 });
    expect(candidate.rules[0].assets).toEqual(candidate.assets);
    expect(candidate.failures[0]).toMatchObject({ at: '2024-05-05T08:00:00.000Z', warningSeconds: 172_800 });
    expect(candidate.tickets[0]).toMatchObject({ openedAt: '2024-05-03T08:00:00.000Z', verdict: 'hit' });
    expect(candidate.tickets[0].spells).toEqual([
      { from: '2024-05-03T08:00:00.000Z', to: '2024-05-05T08:00:00.000Z', end: 'closed' },
    ]);
    expect(backtestReport.candidate.ticketsLeftOut).toBe(candidate.ticketsLeftOut);
  });

  test('is listed, without its report', async () => {
    const { items } = (await api.call('viewer', 'GET', '/api/v1/backtests')).json();
    expect(items).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('report');
  });

  test('is removed by engineers; one that is unknown is not there', async () => {
    expect((await api.call('agent', 'DELETE', '/api/v1/backtests/BT1')).statusCode).toBe(403);
    expect((await api.call('engineer', 'DELETE', '/api/v1/backtests/BT1')).statusCode).toBe(204);
    expect(api.services.calls).toContainEqual({ name: 'backtests.remove', args: ['BT1', actor('engineer')] });
    for (const method of ['GET', 'DELETE']) {
      const gone = await api.call('engineer', method, '/api/v1/backtests/BT2');
      expect(problemOf(gone).type).toBe('urn:fettle:problem:not-found');
    }
  });
});
