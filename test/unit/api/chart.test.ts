import { expect, it } from 'vitest';
import { chartUrl } from '../../../src/api/resources/chart.ts';
import { ticket } from '../../support/apiFixtures.ts';

const FROM = Date.parse('2026-01-02T03:04:05.678Z');
const publicUrl = 'https://fettle.example.com';
const chart = '/api/v1/assets/a/telemetry?metrics=x&from=2026-01-02T03%3A04%3A05.678Z&to=2026-01-03T00%3A00%3A00.000Z';

it('leads to the data in the API without Grafana', () => {
  expect(chartUrl({ ...ticket, chart }, { publicUrl })).toBe(publicUrl + chart);
  expect(chartUrl({ ...ticket, chart: undefined }, { publicUrl })).toBeUndefined();
});

it('leads to the dashboard of the asset in the time of the evidence, also where Grafana has a path', () => {
  const url = new URL(
    chartUrl(
      { ...ticket, assetId: 'pump/1 & é', chart },
      { publicUrl, grafanaUrl: 'https://ops.example.com/grafana/' },
    )!,
  );
  expect(url.origin + url.pathname).toBe('https://ops.example.com/grafana/d/fettle-asset');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    'var-asset': 'pump/1 & é',
    from: String(FROM),
    to: String(Date.parse('2026-01-03')),
  });
});

it('leads there for a ticket without a chart, with the window it has', () => {
  const silent = { ...ticket, chart: undefined, window: { from: FROM, to: FROM } };
  const { searchParams } = new URL(chartUrl(silent, { publicUrl, grafanaUrl: 'http://g' })!);
  expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(7_200_000);
  const bare = chartUrl({ ...ticket, chart: undefined, window: undefined }, { publicUrl, grafanaUrl: 'http://g' });
  expect([...new URL(bare!).searchParams]).toEqual([['var-asset', ticket.assetId]]);
});
