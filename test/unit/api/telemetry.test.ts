import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/api/times.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { NOW, ODD_ID, T0, T0_ISO } from '../../support/apiFixtures.ts';
import { sampleAt } from '../../support/fakeServices.ts';

const api = useTestApi();
const path = `/api/v1/assets/${encodeURIComponent(ODD_ID)}/telemetry`;
const get = (query: string) => api.call('viewer', 'GET', `${path}?${query}`);
const END = formatTime(T0 + 3_600_000);
const HOUR = `from=${T0_ISO}&to=${END}`;

interface Item {
  metricId: string;
  time: string;
  value: number;
}

describe('raw samples', () => {
  test('of the last day and all metrics unless asked otherwise', async () => {
    api.services.samples.push(
      sampleAt(NOW - 86_400_000, 1),
      sampleAt(NOW - 86_400_001, 2),
      sampleAt(NOW - 1, 3, 'state'),
    );
    const { items, nextCursor } = (await get('')).json();
    expect(items.map(({ value }: Item) => value)).toEqual([1, 3]);
    expect(nextCursor).toBeUndefined();
  });

  test('pages give every sample once, however they fall on instants', async () => {
    const instants = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('discharge_temp', 'state', 'a,b')),
    );
    await fc.assert(
      fc.asyncProperty(instants, fc.integer({ min: 1, max: 4 }), async (points, limit) => {
        const unique = new Map(points.map(([at, metric]) => [`${at} ${metric}`, sampleAt(T0 + at / 8, at, metric)]));
        api.services.samples.splice(0, api.services.samples.length, ...unique.values());
        const seen: string[] = [];
        for (let cursor = ''; ; ) {
          const page = (await get(`${HOUR}&limit=${limit}${cursor}`)).json();
          expect(page.items.length).toBeLessThanOrEqual(Math.max(limit, 3));
          seen.push(...page.items.map((item: Item) => `${item.value} ${item.metricId}`));
          if (page.nextCursor === undefined) break;
          cursor = `&cursor=${page.nextCursor}`;
        }
        expect(seen.toSorted()).toEqual([...unique.keys()].toSorted());
      }),
      { numRuns: 60 },
    );
  });

  test.each(['wrong', 'MjAyNA', Buffer.from(END).toString('base64url')])('refuses the cursor %s', async (cursor) => {
    expect(problemOf(await get(`${HOUR}&cursor=${cursor}`)).type).toBe('urn:fettle:problem:invalid-cursor');
  });
});

describe('metrics', () => {
  const chosen = async (query: string) => {
    api.services.samples.push(sampleAt(T0, 1), sampleAt(T0, 2, 'state'), sampleAt(T0, 3, 'a,b'));
    const { items } = (await get(`${HOUR}&${query}`)).json();
    return items.map(({ metricId }: Item) => metricId);
  };

  test.each([
    ['metrics=state', ['state']],
    ['metrics=discharge_temp,state', ['discharge_temp', 'state']],
    ['metrics=state&metrics=discharge_temp', ['state', 'discharge_temp']],
    ['metrics=a%2Cb', ['a,b']],
    ['metrics=state&metrics=a,b', ['state', 'a,b']],
  ])('%s', async (query, expected) => {
    expect(await chosen(query)).toEqual(expected);
  });

  test('that the model has not: names each and what is valid', async () => {
    const { problems } = problemOf(await get('metrics=state,temp,x'));
    const valid = 'valid are discharge_temp, state, a,b';
    expect(problems).toEqual([
      { path: '/query/metrics', message: `has the unknown metric temp; ${valid}` },
      { path: '/query/metrics', message: `has the unknown metric x; ${valid}` },
    ]);
  });
});

describe('buckets', () => {
  test('one for each metric and width', async () => {
    const { items } = (await get(`${HOUR}&bucket=30m&metrics=state`)).json();
    expect(items).toEqual([{ metricId: 'state', time: T0_ISO, min: 1, max: 3, mean: 2, last: 3, count: 4 }]);
  });

  test('too many: says what would do, and that does', async () => {
    const range = `from=2024-01-01T00:00:00Z&to=${T0_ISO}`;
    const { problems } = problemOf(await get(`${range}&bucket=1s&limit=100`));
    expect(problems).toMatchObject([{ path: '/query/bucket' }]);
    const width = /take (\d+ d)( \d+ h)?/.exec(problems![0]!.message)!;
    const hours = Number.parseInt(width[1]!, 10) * 24 + Number.parseInt(width[2] ?? '0', 10) + 1;
    expect((await get(`${range}&bucket=${hours}h&limit=100`)).statusCode).toBe(200);
  });

  test.each(['0s', '-1m', '5', '0.5ms', 'PT1H'])('not %s wide', async (bucket) => {
    expect(problemOf(await get(`bucket=${bucket}`)).problems?.[0]).toMatchObject({ path: '/query/bucket' });
  });

  test('not with a cursor', async () => {
    expect(problemOf(await get(`${HOUR}&bucket=1h&cursor=x`)).problems?.[0]?.path).toBe('/query/cursor');
  });
});

test('a range the wrong way round', async () => {
  expect(problemOf(await get(`from=${END}&to=${T0_ISO}`)).problems?.[0]?.path).toBe('/query/from');
});

test('no query string does harm', async () => {
  const names = ['metrics', 'from', 'to', 'bucket', 'limit', 'cursor', '__proto__', 'x'];
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      T0_ISO,
      END,
      '1h',
      '1',
      '10000',
      '-1',
      'state',
      '2016-12-31T23:59:60Z',
      'NaN',
      '1e3',
      '9'.repeat(400),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 5 }), async (pairs) => {
      const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      const response = await get(query);
      if (response.statusCode === 200) return;
      expect(problemOf(response).status).toBe(400);
    }),
    { numRuns: 100 },
  );
});

describe('the download of raw samples', () => {
  test('has every sample once, in order, part by part', async () => {
    const count = 12_001;
    for (let n = 0; n < count; n++) api.services.samples.push(sampleAt(NOW - (count - n) * 1000, n));
    const path = `/api/v1/assets/${encodeURIComponent(ODD_ID)}/telemetry.csv`;
    const answer = await api.call('viewer', 'GET', path, { headers: { accept: 'text/csv' } });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    const [headings, ...lines] = answer.body.trimEnd().split('\r\n');
    expect(headings).toBe('time,metric,value,quality,received_at');
    expect(lines.map((line) => Number(line.split(',')[2]))).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(problemOf(await api.call('viewer', 'GET', `${path}?from=2099-01-01T00:00:00Z`)).status).toBe(400);
  });
});
