import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../../../src/domain/time.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { ODD_ID, T0, T0_ISO, ticket } from '../../support/apiFixtures.ts';
import { actor } from '../../support/fakeServices.ts';

const api = useTestApi();
const argsOf = (name: string) => api.services.calls.find((call) => call.name === name)?.args;
const lastArgsOf = (name: string) => api.services.calls.findLast((call) => call.name === name)?.args;
const post = (action: string, payload: object = {}, headers: Record<string, string> = {}) =>
  api.call('agent', 'POST', `/api/v1/tickets/T1/${action}`, { payload, headers });

describe('list', () => {
  test('the newest first unless asked otherwise', async () => {
    await api.call('viewer', 'GET', '/api/v1/tickets');
    expect(argsOf('tickets.list')).toEqual([{}, '-openedAt', { limit: 50 }]);
  });

  test('passes filter, sort and page on', async () => {
    const text =
      'status=open,proposed&priority=P1&priority=P2&kind=planned&assetId=a%2Fb&siteId=s&customerId=c&componentId=k' +
      '&failureModeId=f&ruleId=r&ruleVersion=v&team=t&person=p&recurrenceOf=o&sort=doBy&limit=500&cursor=0';
    expect((await api.call('viewer', 'GET', `/api/v1/tickets?${text}`)).statusCode).toBe(200);
    expect(argsOf('tickets.list')).toEqual([
      {
        status: ['open', 'proposed'],
        priority: ['P1', 'P2'],
        kind: ['planned'],
        assetId: 'a/b',
        siteId: 's',
        customerId: 'c',
        componentId: 'k',
        failureModeId: 'f',
        ruleId: 'r',
        ruleVersion: 'v',
        team: 't',
        person: 'p',
        recurrenceOf: 'o',
      },
      'doBy',
      { limit: 500, cursor: '0' },
    ]);
  });

  test.each([
    ['limit=501', '/query/limit'],
    ['limit=1.5', '/query/limit'],
    ['limit=1&limit=2', '/query/limit'],
    ['status=open,', '/query/status/1'],
    ['sort=number', '/query/sort'],
    ['assetId=', '/query/assetId'],
  ])('refuses %s', async (query, path) => {
    const { problems } = problemOf(await api.call('viewer', 'GET', `/api/v1/tickets?${query}`));
    expect(problems?.map((problem) => problem.path)).toEqual([path]);
  });

  test('no query string does harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const query = encodeURI(text);
        const response = await api.call('viewer', 'GET', `/api/v1/tickets?${query}`);
        if (response.statusCode !== 200) expect(problemOf(response).status).toBe(400);
      }),
      { numRuns: 100 },
    );
  });
});

describe('open by hand', () => {
  const given = { assetId: ODD_ID, title: 'Loud' };

  test('with defaults', async () => {
    const response = await api.call('agent', 'POST', '/api/v1/tickets', { payload: given });
    expect(response.statusCode, response.body).toBe(201);
    expect(response.headers).toMatchObject({ location: '/api/v1/tickets/T2', etag: '"7"' });
    expect(argsOf('createTicket')).toEqual([
      { ...given, origin: 'desk', severity: 'warning', text: '' },
      actor('agent'),
    ]);
  });

  test('joins the one that is open: 200', async () => {
    const payload = { ...given, componentId: ticket.componentId, failureModeId: 'clogged', origin: 'customer' };
    const response = await api.call('agent', 'POST', '/api/v1/tickets', { payload });
    expect(response.statusCode).toBe(200);
    expect(response.headers.location).toBe('/api/v1/tickets/T1');
  });

  test('not by a device, and not without a title', async () => {
    const payload = { assetId: ODD_ID, origin: 'device', title: '' };
    const { problems } = problemOf(await api.call('agent', 'POST', '/api/v1/tickets', { payload }));
    expect(problems?.map(({ path }) => path)).toEqual(['/body/origin', '/body/title']);
  });
});

describe('work', () => {
  test('the ETag of a reading lets a change through, and changes with it', async () => {
    const read = await api.call('viewer', 'GET', '/api/v1/tickets/T1');
    const etag = String(read.headers.etag);
    const changed = await post('transition', { to: 'acknowledged', note: 'on it' }, { 'if-match': etag });
    expect(changed.statusCode, changed.body).toBe(200);
    expect(changed.json()).toMatchObject({ status: 'acknowledged', version: 8 });
    expect(changed.headers.etag).toBe('"8"');
    expect(argsOf('transition')).toEqual(['T1', 'acknowledged', 7, actor('agent'), 'on it']);
    expect(problemOf(await post('transition', { to: 'resolved' }, { 'if-match': etag })).status).toBe(412);
  });

  test('without If-Match, and with a star, whatever is there', async () => {
    expect((await post('transition', { to: 'acknowledged' })).statusCode).toBe(200);
    expect((await post('transition', { to: 'resolved' }, { 'if-match': '*' })).statusCode).toBe(200);
    for (const { args } of api.services.calls) expect(args[2]).toBeUndefined();
  });

  test.each(['closed', 'proposed', 'scheduled', 'deferred', 'awaiting-outcome'])('not moved to %s', async (to) => {
    expect(problemOf(await post('transition', { to })).problems?.[0]?.path).toBe('/body/to');
  });

  test('comment', async () => {
    const response = await post('comments', { text: 'Part ordered 水' });
    expect(response.statusCode).toBe(201);
    expect(argsOf('comment')).toEqual(['T1', 'Part ordered 水', undefined, actor('agent')]);
    expect(problemOf(await post('comments', { text: 'late' }, { 'if-match': '"6"' })).status).toBe(412);
    expect(problemOf(await post('comments', { text: '' })).problems?.[0]?.path).toBe('/body/text');
  });

  test('assign, schedule and defer, each to what was seen', async () => {
    for (const [act, payload] of [
      ['assign', { person: 'x' }],
      ['schedule', { at: T0_ISO }],
      ['defer', { until: T0_ISO, reason: 'x' }],
    ] as const) {
      expect(problemOf(await post(act, payload, { 'if-match': '"1"' })).status, act).toBe(412);
    }
    const assigned = await post('assign', { team: 'field', person: null, note: 'on leave' }, { 'if-match': '"7"' });
    expect(assigned.json()).toMatchObject({ team: 'field', version: 8 });
    expect(assigned.json()).not.toHaveProperty('person');
    const to = { team: 'field', person: null, note: 'on leave' };
    expect(lastArgsOf('assign')).toEqual(['T1', to, 7, actor('agent')]);
    expect(problemOf(await post('assign', { person: '' })).problems?.[0]?.path).toBe('/body/person');

    const scheduled = await post('schedule', { at: T0_ISO, note: 'early' }, { 'if-match': '"8"' });
    expect(scheduled.json()).toMatchObject({ status: 'scheduled', scheduledFor: T0_ISO });
    expect(lastArgsOf('schedule')).toEqual(['T1', T0, 8, actor('agent'), 'early']);

    const deferred = await post('defer', { until: T0_ISO, reason: 'shutdown' }, { 'if-match': '"9"' });
    expect(deferred.json()).toMatchObject({ status: 'deferred', deferral: { until: T0_ISO, reason: 'shutdown' } });
    expect(lastArgsOf('defer')).toEqual(['T1', { until: T0, reason: 'shutdown' }, 9, actor('agent')]);
    expect(problemOf(await post('defer', { until: T0_ISO })).problems?.[0]?.path).toBe('/body/reason');
  });

  test('close with an outcome and what was replaced', async () => {
    const closing = {
      outcome: 'worn-as-expected',
      note: 'black',
      replaced: { at: T0_ISO, reading: 4012, serial: 'F' },
    };
    const response = await post('close', closing, { 'if-match': '"7"' });
    expect(response.json()).toMatchObject({ status: 'closed', closing });
    const read = { ...closing, replaced: { ...closing.replaced, at: T0 } };
    expect(argsOf('closeTicket')).toEqual(['T1', read, 7, actor('agent')]);
  });

  test('close with more life for what stays, or until when it waits', async () => {
    const extendBy = { usage: 500, calendarSeconds: 86_400 };
    await post('close', { outcome: 'worn-as-expected', extendBy, deferUntil: T0_ISO });
    const read = { outcome: 'worn-as-expected', extendBy: { usage: 500, calendar: DAY }, deferUntil: T0 };
    expect(argsOf('closeTicket')?.[1]).toEqual(read);
    const wrong = { outcome: 'worn-as-expected', extendBy: { usage: 0 }, parts: [{ number: 'X', quantity: 0 }] };
    const { problems } = problemOf(await post('close', wrong));
    expect(problems?.map(({ path }) => path)).toEqual(['/body/extendBy/usage', '/body/parts/0/quantity']);
  });

  test('nothing closes without an outcome', async () => {
    const { problems } = problemOf(await post('close', { replaced: { at: 'now' } }));
    expect(problems?.map(({ path }) => path)).toEqual(['/body/outcome', '/body/replaced/at']);
  });

  test('release and void', async () => {
    expect(problemOf(await post('release')).status).toBe(409);
    expect((await post('void', { reason: 'known' }, { 'if-match': '"7"' })).json()).toMatchObject({
      status: 'cancelled',
    });
    expect(argsOf('release')).toEqual(['T1', undefined, actor('agent')]);
    expect(argsOf('voidTicket')).toEqual(['T1', 7, 'known', actor('agent')]);
  });
});
