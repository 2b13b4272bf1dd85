import { describe, expect, test } from 'vitest';
import { columnOf, parseFailureRecords } from '../../../src/config/failureRecordsCsv.ts';
import { UnacceptableError } from '../../../src/errors.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { ODD_ID, T0, T0_ISO } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const CSV = `asset,component,time,key\n"${ODD_ID}",air-filter,${T0_ISO},k1\nb,air-filter,${T0_ISO},k2\n`;

const api = useTestApi({
  parseFailuresCsv: (text, fileName) => {
    const parsed = parseFailureRecords(text, fileName);
    if ('problems' in parsed) return { problems: parsed.problems.map(({ path, message }) => ({ path, message })) };
    return {
      failures: parsed.failures,
      placeOf: ({ path, message }) => ({ path: `/2/${columnOf(path.slice(2))}`, message }),
    };
  },
});
const argsOf = (name: string) => api.services.calls.find((call) => call.name === name)?.args;
const failure = { assetId: ODD_ID, componentId: 'air-filter', at: T0_ISO };

describe('failures', () => {
  test('are recorded with what is usual, once for an external key', async () => {
    const first = await api.call('agent', 'POST', '/api/v1/failures', { payload: failure });
    expect([first.statusCode, first.headers.location]).toEqual([201, '/api/v1/failures/F1']);
    const said = { assetId: ODD_ID, componentId: 'air-filter', at: T0, detectedBy: 'staff', impact: 'critical' };
    expect(argsOf('failures.record')).toEqual([[said], 'api', actor('agent')]);
    const again = await api.call('agent', 'POST', '/api/v1/failures', {
      payload: { ...failure, externalKey: 'erp-1' },
    });
    expect([again.statusCode, again.headers.location]).toEqual([200, undefined]);
  });

  test('are recorded with the replacement that went with them', async () => {
    const replaced = { at: T0_ISO, reading: 4012, serial: 'S', removed: 'failed' };
    await api.call('agent', 'POST', '/api/v1/failures', { payload: { ...failure, replaced } });
    expect(argsOf('failures.record')![0]).toMatchObject([{ replaced: { ...replaced, at: T0 } }]);
  });

  test('are listed by what is asked for', async () => {
    await api.call('viewer', 'GET', `/api/v1/failures?impact=critical&source=csv&from=${T0_ISO}&componentId=x`);
    const filter = { impact: 'critical', source: 'csv', from: T0, componentId: 'x' };
    expect(argsOf('failures.list')).toEqual([filter, { limit: 50 }]);
  });

  test('are corrected and taken out with a reason', async () => {
    const patch = (payload: object) => api.call('agent', 'PATCH', '/api/v1/failures/F1', { payload });
    expect((await patch({ reason: 'why', at: T0_ISO, impact: 'degraded' })).statusCode).toBe(200);
    expect(argsOf('failures.correct')).toEqual(['F1', { reason: 'why', at: T0, impact: 'degraded' }, actor('agent')]);
    expect(problemOf(await patch({ impact: 'degraded' })).status).toBe(400);
    const remove = (id: string, payload: object) =>
      api.call('agent', 'POST', `/api/v1/failures/${id}/remove`, { payload });
    expect((await remove('F1', { reason: 'twice' })).statusCode).toBe(204);
    expect(argsOf('failures.remove')).toEqual(['F1', 'twice', actor('agent')]);
    expect(problemOf(await remove('F1', {})).status).toBe(400);
    expect(problemOf(await remove('F9', { reason: 'x' })).status).toBe(404);
    expect(problemOf(await api.call('viewer', 'GET', '/api/v1/failures/F9')).status).toBe(404);
  });

  test('come from a CSV file, with all its problems at their line and column', async () => {
    const send = (payload: string) =>
      api.call('agent', 'POST', '/api/v1/failures/import?fileName=f.csv', {
        payload,
        headers: { 'content-type': 'text/csv' },
      });
    expect((await send(CSV)).json()).toEqual({ recorded: 2, corrected: 0, unchanged: 0, left: 0 });
    expect(argsOf('failures.record')![1]).toBe('csv');
    const bad = problemOf(await send('asset,time\na,b\n'));
    expect([bad.status, bad.detail]).toEqual([422, 'f.csv has 1 problem; nothing was recorded.']);
    const { record } = api.services.failures;
    try {
      api.services.failures.record = async () => {
        throw new UnacceptableError('no', [{ path: '/0/failureModeId', message: 'unknown' }]);
      };
      expect(problemOf(await send(CSV)).problems).toEqual([{ path: '/body/2/failure-mode', message: 'unknown' }]);
    } finally {
      api.services.failures.record = record;
    }
  });
});

test('scores are listed by rule, asset, model, time and kind', async () => {
  await api.call('viewer', 'GET', `/api/v1/scores?score=hit,late&ruleId=r&modelId=m&assetId=a&to=${T0_ISO}`);
  const filter = { score: ['hit', 'late'], ruleId: 'r', modelId: 'm', assetId: 'a', to: T0 };
  expect(argsOf('scores.list')).toEqual([filter, { limit: 50 }]);
});
