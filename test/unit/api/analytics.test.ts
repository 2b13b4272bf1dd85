import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as definitions from '../../../src/api/resources/analyticsDefinitions.ts';
import { presentReliability } from '../../../src/api/resources/analyticsReliability.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { exposure, NOW, siteZones } from '../../support/apiFixtures.ts';

const api = useTestApi();
const get = (path: string, headers = {}) => api.call('viewer', 'GET', `/api/v1/analytics/${path}`, { headers });
const argsOf = (name: string) => api.services.calls.find((call) => call.name === `analytics.${name}`)?.args;

describe('definitions', () => {
  const page = readFileSync('docs/analytics.md', 'utf8');

  test.each(
    Object.values(definitions).map((definition) => [definition.title, definition] as const),
  )('%s: docs/analytics.md says what the API says', (_, { title, text }) => {
    expect(page).toContain(`\n## ${title}\n\n${text}\n`);
  });

  test('each route says its own, and what all share', async () => {
    const { paths } = (await api.call(undefined, 'GET', '/api/v1/openapi.json')).json();
    const routes = Object.entries(paths).filter(([path]) => path.startsWith('/api/v1/analytics/'));
    const { COMMON, ...own } = definitions;
    const said = routes.map(([, item]) => (item as { get: { description: string } }).get.description);
    for (const description of said) expect(description).toContain(COMMON.text);
    for (const { text } of Object.values(own)) expect(said.filter((one) => one.startsWith(text))).toHaveLength(1);
    expect(said).toHaveLength(Object.keys(own).length);
  });
});

describe('the period', () => {
  test('is the last 365 days, or what is asked for', async () => {
    await get('accounts?customerId=ACME');
    expect(argsOf('accounts')).toEqual([{ customerId: 'ACME' }, { from: NOW - 365 * DAY, to: NOW }]);
  });

  test('has its end after its beginning', async () => {
    const wrong = await get('service?from=2024-05-02T00:00:00Z&to=2024-05-01T00:00:00Z');
    expect(problemOf(wrong).problems?.[0]?.path).toBe('/query/from');
  });
});

describe('reliability', () => {
  test('asks with group and confidence, and says what the hours are made of', async () => {
    const answer = await get('reliability?by=batch&confidence=0.8&componentId=c');
    const period = { from: NOW - 365 * DAY, to: NOW };
    expect(argsOf('exposures')).toEqual([{ componentId: 'c' }, period, 'batch', NOW]);
    const { total, groups, confidence } = answer.json();
    expect(confidence).toBe(0.8);
    expect(groups).toEqual([{ key: 'B7', ...total }]);
    expect(total).toEqual({
      operatingHours: 1000,
      basis: 'both',
      runningHours: 900,
      calendarHours: 100,
      assets: 3,
      unobservedAssets: 1,
      failures: { critical: 2, degraded: 1, incipient: 1, unobserved: 5 },
      mtbfHours: 500,
      interval: { lowHours: 0.8, highHours: 2814 },
      mtbf: '500 h (1 to 2814 h)',
      failuresPer1000Hours: { critical: 2, functional: 3, all: 4 },
    });
    expect(problemOf(await get('reliability?confidence=1')).problems?.[0]?.path).toBe('/query/confidence');
  });

  test('says "> T h" without a failure, and nothing without time', () => {
    const none = { ...exposure, critical: 0, calendar: 0, atLeast: 391 * HOUR };
    expect(presentReliability(none)).toMatchObject({
      basis: 'running',
      mtbf: '> 900 h',
      moreThanHours: 900,
      atLeastHours: 391,
      failuresPer1000Hours: { critical: 0 },
    });
    const nothing = presentReliability({ ...exposure, critical: 0, running: 0, calendar: 0 });
    expect(nothing).toMatchObject({ basis: 'none', operatingHours: 0 });
    expect(nothing).not.toHaveProperty('mtbf');
  });
});

test('rules show what was caught, what was thrown away and what was wasted', async () => {
  const { items } = (await get('rules?modelId=m')).json();
  expect(argsOf('rules')?.[0]).toEqual({ modelId: 'm' });
  expect(items).toEqual([
    expect.objectContaining({
      ruleId: 'filter-life',
      hits: 2,
      false: 2,
      failures: { caught: 3, uncaught: 1, share: 0.75 },
      warningSeconds: { count: 3, p10: 86_400, p50: 172_800, p90: 259_200 },
      lifeThrownAway: { parts: 3, lives: 0.9, meanShare: 0.3 },
      wasted: { visits: 1, labourMinutes: 45 },
    }),
  ]);
});

test('ratings show their mean and spread, by what was asked for', async () => {
  const answer = (await get('ratings?by=time-to-resolve')).json();
  expect(argsOf('ratings')?.[2]).toBe('time-to-resolve');
  expect(answer).toMatchObject({
    total: { count: 3, mean: 3.333333, byScore: [1, 0, 0, 1, 1], meanResolveSeconds: 261_000 },
    groups: [{ key: null, count: 0, byScore: [0, 0, 0, 0, 0] }],
  });
});

describe('service', () => {
  test('asks with filter, group and days, and shows seconds and shares', async () => {
    const answer = await get('service?siteId=s&batch=b&by=team&fixedForDays=7');
    expect(argsOf('service')).toEqual([
      { siteId: 's', batch: 'b' },
      { from: NOW - 365 * DAY, to: NOW },
      'team',
      NOW,
      7 * DAY,
    ]);
    expect(answer.json()).toMatchObject({
      total: {
        opened: 3,
        acknowledging: { count: 2, meanSeconds: 5400 },
        restoring: { count: 2, meanSeconds: 5400, unrestored: 1 },
        firstTimeFix: { fixed: 2, share: 0.666667 },
        response: { kept: 3, broken: 1, share: 0.75 },
        backlog: { ageSeconds: { oldest: 345_600 }, byAge: [{ upToDays: 1, tickets: 1 }, {}, {}, {}, { tickets: 0 }] },
      },
      groups: [{ key: null, opened: 3 }],
    });
    expect(answer.json().total.resolving).toEqual({ count: 0 });
    expect(answer.json().total.solution).toEqual({ kept: 0, broken: 0, undecided: 0 });
  });
});

describe('parts demand', () => {
  test('is for 30, 60 and 90 days, or for others', async () => {
    const { items } = (await get('parts-demand')).json();
    expect(argsOf('partsDemand')).toEqual([{}, NOW, [30 * DAY, 60 * DAY, 90 * DAY]]);
    expect(items[0]).toMatchObject({ leadTimeSeconds: 259_200, horizons: [{ days: 30, expected: 1.25, p90: 2 }] });
    api.services.calls.splice(0);
    await get('parts-demand?horizonDays=7,7,14&modelId=m');
    expect(argsOf('partsDemand')).toEqual([{ modelId: 'm' }, NOW, [7 * DAY, 14 * DAY]]);
    expect(problemOf(await get('parts-demand?horizonDays=0')).problems?.[0]?.path).toBe('/query/horizonDays/0');
  });
});

describe('usage', () => {
  test('is by month in the zones of the sites, or in another one', async () => {
    const { items } = (await get('usage')).json();
    expect(argsOf('usage')?.slice(2, 4)).toEqual(['month', siteZones]);
    expect(items[0]).toMatchObject({ period: '2024-05', used: 0.6, adjusted: 900, lastDay: '2024-05-09' });
    api.services.calls.splice(0);
    await get('usage?zone=Asia/Shanghai&period=whole');
    expect(argsOf('usage')?.slice(2, 4)).toEqual(['whole', { sites: {}, others: 'Asia/Shanghai' }]);
    expect(problemOf(await get('usage?zone=Mars')).problems?.[0]?.path).toBe('/query/zone');
  });

  test.each([
    ['usage?format=csv', {}],
    ['usage', { accept: 'text/csv' }],
    ['usage', { accept: 'text/csv, */*;q=0.1' }],
  ])('%s %o is CSV', async (path, headers) => {
    const answer = await get(path, headers);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="usage.csv"');
    const [head, line, end] = answer.body.split('\r\n');
    expect(head).toMatch(/^assetId,assetName,siteId,.*,used,adjusted,reading,firstDay,lastDay,days$/);
    expect(line).toContain(
      `,"'=Kompressor ""1""",leipzig,ACME,air-filter,filter-life,2024-05,Europe/Berlin,h,0.6,900,`,
    );
    expect(end).toBe('');
  });

  test.each([
    ['usage', { accept: '*/*' }],
    ['usage', { accept: 'application/json, text/csv' }],
    ['usage?format=json', { accept: 'text/csv' }],
  ])('%s %o is JSON', async (path, headers) => {
    expect((await get(path, headers)).headers['content-type']).toMatch('application/json');
  });
});

test('accounts come as CSV for finance', async () => {
  const { items } = (await get('accounts')).json();
  expect(items[0]).toMatchObject({
    response: { kept: 3, broken: 1, undecided: 2, share: 0.75 },
    openTickets: { P1: 1 },
  });
  const { body } = await get('accounts?format=csv');
  expect(body.split('\r\n').slice(0, 2)).toEqual([
    'customerId,assets,openP1,openP2,openP3,openP4,overdueTickets,responsesKept,responsesBroken,solutionsKept,solutionsBroken,ratings,meanRating,nextContractEnd,contracts,usage',
    'ACME,3,1,0,2,0,1,3,1,3,1,2,4.5,2024-05-01,service R-1 until 2024-05-01 (2); warranty (1),screw-compressor filter-life: 0.6 h',
  ]);
});
